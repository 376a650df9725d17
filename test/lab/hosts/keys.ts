import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stateDir } from "../paths";
import { run } from "../run";

async function makeKey(file: string, comment: string): Promise<void> {
    if (existsSync(file)) return;
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", comment, "-f", file]);
}

/** The key that logs in to every host of the lab; made on the first call. */
export async function loginKey(): Promise<{ file: string; publicKey: string }> {
    const folder = stateDir("ssh");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file = join(folder, "id_ed25519");
    await makeKey(file, "kubeadm-cluster-lab");
    return { file, publicKey: readFileSync(`${file}.pub`, "utf8").trim() };
}

/** Makes a host's own SSH key in `folder` unless it is there; gives its public half without comment. */
export async function hostKey(folder: string, name: string): Promise<string> {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "ssh_host_ed25519_key");
    await makeKey(file, name);
    return readHostKey(folder);
}

/** The public half of a host's SSH key: `ssh-ed25519 AAAA...`. */
export function readHostKey(folder: string): string {
    const [type, key] = readFileSync(join(folder, "ssh_host_ed25519_key.pub"), "utf8").split(" ");
    return `${type} ${key}`;
}
