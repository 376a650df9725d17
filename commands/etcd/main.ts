import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { ScriptCall } from "../../components/remote";
import { CommandError, readOptions, runMain, STACK_OPTIONS, stackSource } from "../command-line";
import { runOnHost } from "../host";
import { loadStackConfig, loadStackSecrets } from "../stack";

const USAGE =
    "usage: npm run etcd -- snapshot --stack NAME [FILE] [--config-file FILE]\n" +
    "       npm run etcd -- restore  --stack NAME FILE   [--config-file FILE]\n" +
    "snapshot saves all that etcd holds, Secrets included, to a new file that only you can read.\n" +
    "restore puts the cluster's objects back to what a snapshot holds; what was done since then is lost.";

/** Seconds after which the host itself ends the script. */
const LIMITS = { snapshot: 300, restore: 900 };

function options() {
    return readOptions(USAGE, () => {
        const { values, positionals } = parseArgs({ allowPositionals: true, options: STACK_OPTIONS });
        const [action, file, ...rest] = positionals;
        const source = stackSource(values);
        if (action !== "snapshot" && action !== "restore") throw new Error("say snapshot or restore");
        if (rest.length > 0) throw new Error(`not understood: ${rest.join(" ")}`);
        if (action === "restore" && file === undefined) throw new Error("say which FILE is to be restored");
        return { action, file, source } as const;
    });
}

async function main(): Promise<number> {
    const { action, source, ...given } = options();
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
    const file = given.file ?? `etcd-${source.stack}-${time}.db`;
    if (action === "snapshot" && existsSync(file)) throw new CommandError(`${file} exists already: name another file`);
    if (action === "restore" && !existsSync(file)) throw new CommandError(`there is no ${file}`);

    const config = loadStackConfig(source);
    const secrets = await loadStackSecrets(source);
    const master = config.nodes.find(({ role }) => role === "control-plane");
    if (!master) throw new CommandError("no node of the configuration has the role control-plane");
    const call: ScriptCall = { script: `etcd-${action}.sh`, args: ["-"], timeoutSeconds: LIMITS[action] };
    // As text both ways, which every SSH connection carries unchanged.
    const stdin = action === "restore" ? readFileSync(file, "base64") : "";
    const { code, stdout, stderr } = await runOnHost(config, secrets, master, call, { stdin });
    if (stderr) process.stderr.write(stderr);
    if (code !== 0) throw new CommandError(`${action} failed on ${master.name}`);
    if (action === "snapshot") {
        const snapshot = Buffer.from(stdout, "base64");
        writeFileSync(file, snapshot, { mode: 0o600, flag: "wx" });
        console.log(`${file}: ${snapshot.length} bytes, all objects of the cluster, Secrets included`);
    } else {
        console.log(`restored; what was there before is kept on ${master.name} in ${stdout.trim()}`);
    }
    return 0;
}

runMain(main);
