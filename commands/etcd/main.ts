import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { controlPlaneNodes } from "../../components/control-plane/kubeadm-config";
import { markedLines, type ScriptCall } from "../../components/remote";
import { CommandError, readOptions, runMain, STACK_OPTIONS, stackSource } from "../command-line";
import { runOnHost } from "../host";
import { hostLine, hostWords } from "../host-words";
import { loadStackConfig, loadStackIdentity, loadStackSecrets } from "../stack";

const USAGE =
    "usage: npm run etcd -- snapshot --stack NAME [FILE | --out FILE] [--host NAME] [--config-file FILE]\n" +
    "       npm run etcd -- restore  --stack NAME FILE   [--host NAME] [--config-file FILE]\n" +
    "NAME is that of a control plane node; the first one by default.\n" +
    "snapshot saves all that etcd holds, Secrets included, to a new file that only you can read.\n" +
    "restore puts the cluster's objects back to what a snapshot holds; what was done since then is lost.";

/** Seconds after which the host itself ends the script. */
const LIMITS = { snapshot: 300, restore: 900 };

function options() {
    return readOptions(USAGE, () => {
        const { values, positionals } = parseArgs({
            allowPositionals: true,
            options: { ...STACK_OPTIONS, host: { type: "string" }, out: { type: "string" } },
        });
        const [action, named, ...rest] = positionals;
        if (values.out !== undefined && (action !== "snapshot" || named !== undefined))
            throw new Error("--out is for a snapshot, and names its file in the place of FILE");
        const file = values.out ?? named;
        const source = stackSource(values);
        if (action !== "snapshot" && action !== "restore") throw new Error("say snapshot or restore");
        if (rest.length > 0) throw new Error(`not understood: ${rest.join(" ")}`);
        if (action === "restore" && file === undefined) throw new Error("say which FILE is to be restored");
        return { action, file, source, host: values.host } as const;
    });
}

async function main(): Promise<number> {
    const { action, source, host, ...given } = options();
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const file = given.file ?? `etcd-${source.stack}-${time}.db`;
    if (action === "snapshot" && existsSync(file)) throw new CommandError(`${file} exists already: name another file`);
    if (action === "restore" && !existsSync(file)) throw new CommandError(`there is no ${file}`);

    const config = loadStackConfig(source);
    const secrets = await loadStackSecrets(source);
    const controlPlane = controlPlaneNodes(config.nodes);
    const node = host === undefined ? controlPlane[0] : controlPlane.find(({ name }) => name === host);
    if (!node)
        throw new CommandError(
            `${host} is none of the control plane nodes: ${controlPlane.map(({ name }) => name).join(", ")}`,
        );
    const identity = await loadStackIdentity(source, config);
    const args = ["-", ...(identity === undefined ? [] : [identity])];
    const call: ScriptCall = { script: `etcd-${action}.sh`, args, timeoutSeconds: LIMITS[action] };
    // As text both ways, which every SSH connection carries unchanged.
    const stdin = action === "restore" ? readFileSync(file, "base64") : "";
    const { code, stdout, stderr } = await runOnHost(config, secrets, node, call, { stdin });
    if (stderr) process.stderr.write(hostWords(stderr));
    if (code !== 0) throw new CommandError(`${action} failed on ${node.name}`);
    const [answer = ""] = markedLines(stdout);
    if (action === "snapshot") {
        const snapshot = Buffer.from(answer, "base64");
        if (snapshot.length === 0) throw new CommandError(`${node.name} has sent no snapshot; run this again`);
        writeFileSync(file, snapshot, { mode: 0o600, flag: "wx" });
        console.log(`${file}: ${snapshot.length} bytes, all objects of the cluster, Secrets included`);
    } else {
        console.log(`restored; what was there before is kept on ${node.name} in ${hostLine(answer)}`);
    }
    return 0;
}

runMain(main);
