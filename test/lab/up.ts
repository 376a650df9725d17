import { drawInto } from "../../commands/diagram/draw";
import { ensureEngine } from "./engine";
import { writeWhole } from "./files";
import { hostsUp } from "./hosts-command";
import { removeOtherHosts } from "./hosts/lab-hosts";
import type { UpOptions } from "./options";
import { configFile, kubeconfigFile, stateDir } from "./paths";
import { elapsed, LabError } from "./run";
import { labWorkspace, releaseStack } from "./stack";
import { insideHost } from "./ssh";
import { storageTrouble } from "./storage";
import { labHosts } from "./topology";

/** `npm run lab`: hosts, then `pulumi up`, then a look at what came of it. */
export async function upCommand(options: UpOptions, say: (line: string) => void): Promise<void> {
    const began = Date.now();
    await hostsUp(options, say);
    await ensureEngine();
    const workspace = labWorkspace();
    await workspace.init();
    await releaseStack(workspace);
    const upBegan = Date.now();
    const { code } = await workspace.up([], { stream: true });
    const upTook = elapsed(upBegan);
    if (code !== 0) {
        if (options.storage !== "none") for (const line of await storageTrouble()) say(`rook-ceph/${line}`);
        throw new LabError(
            `pulumi up ended with code ${code} after ${upTook}: npm run lab tries again, npm run lab:down starts over.`,
        );
    }
    const { stdout: kubeconfig } = await workspace.ok(["stack", "output", "kubeconfig", "--show-secrets"]);
    writeWhole(kubeconfigFile(), kubeconfig, 0o600);
    const pictures = drawInto(stateDir(), "cluster", await workspace.export());
    await removeOtherHosts(labHosts(options.workers, options.proxy, options.masters));
    await show(say, pictures);
    say(`total ${elapsed(began)}, of which pulumi up ${upTook}`);
}

/** Nodes and pods as the master sees them, and how to look further. */
async function show(say: (line: string) => void, pictures: string[]): Promise<void> {
    const kubectl = "kubectl --kubeconfig /etc/kubernetes/admin.conf";
    // Not by SSH: what dials a host is the program alone, and tests count it.
    const look = `export KUBECACHEDIR=/run/kubectl-cache; ${kubectl} get nodes -o wide; echo; ${kubectl} get pods -A -o wide`;
    const { stdout, stderr } = await insideHost("master", look);
    say(`\n${stdout.trimEnd() || stderr.trim()}\n`);
    say(`kubeconfig:     ${kubeconfigFile()}`);
    say(`picture:        ${pictures.join(", ")}`);
    say(`stack config:   ${configFile()}`);
    say(`a host's shell: npm run lab:ssh -- master   (or: npm run lab:ssh -- worker-1 COMMAND)`);
    say(`kubectl:        npm run lab:ssh -- master ${kubectl} get pods -A`);
    say(`away with it:   npm run lab:down`);
}
