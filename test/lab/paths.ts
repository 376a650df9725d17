import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** The program's checkout: the lab's commands work on the one that they are part of. */
export const projectDir = resolve(__dirname, "..", "..");

/** What is built once and kept: artefacts, registry storage, the hosts' root file system. `lab:clean` removes it. */
export function cacheDir(...below: string[]): string {
    return join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "kubeadm-cluster", ...below);
}

/** A running lab, one per machine whatever checkout it was started from. `lab:down` removes it. */
export function stateDir(...below: string[]): string {
    return join(
        process.env["XDG_STATE_HOME"] || join(homedir(), ".local", "state"),
        "kubeadm-cluster",
        "lab",
        ...below,
    );
}

/** Manifests of releases that are not downloaded: in the directory that UPSTREAM_RELEASES names, else beside the checkout. */
export function releasesDir(...below: string[]): string {
    return join(process.env["UPSTREAM_RELEASES"] || resolve(projectDir, "..", "shared", "upstream"), ...below);
}

/** The stack's configuration, for `--config-file`. */
export const configFile = () => stateDir("Pulumi.lab.yaml");

/** Administrator's access to the lab's cluster, mode 0600. */
export const kubeconfigFile = () => stateDir("kubeconfig");
