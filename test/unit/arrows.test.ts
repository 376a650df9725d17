import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { ESLint, Linter } from "eslint";

const PROJECT = resolve(__dirname, "..", "..");
const eslint = new ESLint({ cwd: PROJECT });

/**
 * What the layout's rule says of a file that imports a module, by its path from that file.
 * @param name what is imported of it. Default: nothing by name
 */
async function said(file: string, module: string, name?: string): Promise<string[]> {
    const { rules } = (await eslint.calculateConfigForFile(file)) as { rules: Linter.RulesRecord };
    const rule = rules["no-restricted-imports"];
    if (rule === undefined) return [];
    const what = name === undefined ? "" : `{ ${name} } from `;
    const messages = new Linter().verify(`import ${what}"${module}";`, { rules: { "no-restricted-imports": rule } });
    return messages.map(({ message }) => message.replace(/^.*pattern\. /, ""));
}

const TEST = "Nothing outside test/ imports test/.";
const COMMAND = "Components import no command and no policy.";
const COMPONENT = "components/config imports no component.";
const WHOLE = "The whole configuration goes no further than components/cluster.ts: take the parts that are used.";
const OTHER = "components/releases imports nothing but what lies in it.";

const REFUSED: [file: string, module: string, message: string, name?: string][] = [
    ["index.ts", "./test/lab/api", TEST],
    ["commands/stack.ts", "../test/lab/engine", TEST],
    ["commands/verify/main.ts", "../../test/doubles/seal", TEST],
    ["policy/rules/index.ts", "../../test/upstream", TEST],
    ["examples/scheduling/index.ts", "../../test/upstream", TEST],
    ["components/hosts/machine.ts", "../../test/upstream", TEST],
    ["components/config/load.ts", "../../test/upstream", TEST],
    ["components/hosts/machine.ts", "../../commands/stack", COMMAND],
    ["components/cluster.ts", "../policy", COMMAND],
    ["components/config/load.ts", "../remote", COMPONENT],
    ["components/config/load.ts", "../storage/manifests", COMPONENT],
    ["components/config/schema.ts", "../storage/schema", COMPONENT],
    ["components/config/checks/add-ons.ts", "../../network", COMPONENT],
    ["components/config/checks/nodes.ts", "../../hosts/machine", COMPONENT],
    ["components/releases/index.ts", "../config", OTHER],
    ["components/releases/kubeadm-images.ts", "../../test/upstream", OTHER],
    ["components/hosts/machine.ts", "../config", WHOLE, "ClusterConfig"],
    ["components/hosts/precheck/wanted.ts", "../../config/schema", WHOLE, "ClusterConfig"],
    ["components/control-plane/kubeadm-config.ts", "../config/schema", WHOLE, "clusterConfigSchema"],
    ["components/workers/worker-node.ts", "../config/read-args", WHOLE, "ClusterArguments"],
    ["components/former-names.ts", "./config", WHOLE, "ClusterConfig"],
];
for (const [file, module, message, name] of REFUSED) {
    test(`${file} does not import ${name ?? module}`, async () => {
        assert.ok((await said(file, module, name)).includes(message));
    });
}

const ALLOWED: [file: string, module: string, name?: string][] = [
    ["index.ts", "./components"],
    ["commands/stack.ts", "../components/config"],
    ["commands/stages.ts", "node:test"],
    ["components/hosts/machine.ts", "../config"],
    ["components/config/load.ts", "../releases"],
    ["components/config/load.ts", "../args"],
    ["components/config/load.ts", "./checks"],
    ["components/config/checks/nodes.ts", "../nearest"],
    ["components/config/checks/nodes.ts", "../../releases/image-name"],
    ["components/releases/kubeadm-images.ts", "./image-name"],
    ["test/lab/up.ts", "../../commands/diagram/draw"],
    ["test/engine/policy.test.ts", "../lab/engine"],
    ["test/engine/policy.test.ts", "../../test/upstream"],
    ["components/hosts/machine.ts", "../config", "KubernetesConfig"],
    ["components/cluster.ts", "./config", "ClusterConfig"],
    ["components/config/load.ts", "./schema", "ClusterConfig"],
    ["components/config/checks/sound-config.ts", "../schema", "ClusterConfig"],
    ["commands/stack.ts", "../components/config", "ClusterConfig"],
];
for (const [file, module, name] of ALLOWED) {
    test(`${file} may import ${name ?? module}`, async () => {
        assert.deepEqual(await said(file, module, name), []);
    });
}
