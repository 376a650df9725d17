import assert from "node:assert/strict";
import { resolve } from "node:path";
import { test } from "node:test";
import { ESLint, Linter } from "eslint";

const PROJECT = resolve(__dirname, "..", "..");
const eslint = new ESLint({ cwd: PROJECT });

/** What the layout's rule says of a file that imports a module, by its path from that file. */
async function said(file: string, module: string): Promise<string[]> {
    const { rules } = (await eslint.calculateConfigForFile(file)) as { rules: Linter.RulesRecord };
    const rule = rules["no-restricted-imports"];
    if (rule === undefined) return [];
    const messages = new Linter().verify(`import "${module}";`, { rules: { "no-restricted-imports": rule } });
    return messages.map(({ message }) => message.replace(/^.*pattern\. /, ""));
}

const TEST = "Nothing outside test/ imports test/.";
const COMMAND = "Components import no command and no policy.";
const COMPONENT = "components/config imports no other component.";
const OTHER = "components/releases imports nothing but what lies in it.";

for (const [file, module, message] of [
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
    ["components/config/load.ts", "../storage/plan", COMPONENT],
    ["components/config/checks/nodes.ts", "../../hosts/machine", COMPONENT],
    ["components/releases/index.ts", "../config", OTHER],
    ["components/releases/kubeadm-images.ts", "../../test/upstream", OTHER],
] as const) {
    test(`${file} does not import ${module}`, async () => {
        assert.ok((await said(file, module)).includes(message));
    });
}

for (const [file, module] of [
    ["index.ts", "./components"],
    ["commands/stack.ts", "../components/config"],
    ["commands/stages.ts", "node:test"],
    ["components/hosts/machine.ts", "../config"],
    ["components/config/load.ts", "../releases"],
    ["components/config/load.ts", "./checks"],
    ["components/config/checks/nodes.ts", "../nearest"],
    ["components/config/checks/nodes.ts", "../../releases/image-name"],
    ["components/releases/kubeadm-images.ts", "./image-name"],
    ["test/lab/up.ts", "../../commands/diagram/draw"],
    ["test/engine/policy.test.ts", "../lab/engine"],
    ["test/engine/policy.test.ts", "../../test/upstream"],
] as const) {
    test(`${file} may import ${module}`, async () => {
        assert.deepEqual(await said(file, module), []);
    });
}
