import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:https";
import * as yaml from "yaml";
import * as lab from "../../lab/api";

/** What must not be seen, apart by where it may be at all. */
export interface Secrets {
    /** The control plane keeps these while they are of use: the administrator's key, etcd's key, halves of tokens. */
    onControlPlane: string[];
    /** On no host at all: the key that opens the hosts, keys that seal what hosts print. */
    onNoHost: string[];
    /** Bootstrap tokens, ID.SECRET. */
    tokens: string[];
}

/** The secrets of the lab's stack, from its state laid open, its kubeconfig and its login key. */
export async function labSecrets(): Promise<Secrets> {
    const { deployment } = await lab.labWorkspace().export(true);
    const made = (kind: string, output: string) =>
        (deployment.resources ?? [])
            .filter(({ type }) => type === kind)
            .map(({ urn, outputs }) => ({
                urn,
                value: JSON.parse((outputs?.[output] as { plaintext?: string }).plaintext ?? '""') as string,
            }));
    const passwords = made("random:index/randomPassword:RandomPassword", "result");
    const halves = passwords
        .filter(({ urn }) => urn.endsWith("-token-digits"))
        .map(({ value }) => ({ id: value.slice(0, 6), secret: value.slice(6) }));
    const etcdKeys = passwords
        .filter(({ urn }) => urn.endsWith("-encryption-key"))
        .map(({ value }) => Buffer.from(value).toString("base64"));
    const { kubeconfig: text } = await lab.labWorkspace().outputs();
    const kubeconfig = yaml.parse(text as string) as { users: { user: Record<string, string> }[] };
    const loginKey = readFileSync(lab.stateDir("ssh", "id_ed25519"), "utf8")
        .split("\n")
        .filter((line) => line.length > 40 && !line.startsWith("-----"))
        // The first line is the same in every key of this kind, the hosts' own included.
        .slice(1);
    return {
        onControlPlane: [
            ...halves.map(({ secret }) => secret),
            ...etcdKeys,
            kubeconfig.users[0]?.user["client-key-data"] ?? "",
        ],
        onNoHost: [...loginKey, ...passwords.map(({ value }) => value)],
        tokens: halves.map(({ id, secret }) => `${id}.${secret}`),
    };
}

const LOOK_MILLISECONDS = 150;

/** Looks at the command lines of all processes of this machine, the hosts' among them, until it is told to stop. */
export function watchProcesses(): () => string {
    const seen = new Set<string>();
    const look = () => {
        for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
            try {
                seen.add(readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " "));
            } catch {
                // It has ended since.
            }
        }
    };
    const timer = setInterval(look, LOOK_MILLISECONDS);
    return () => {
        clearInterval(timer);
        return [...seen].join("\n");
    };
}

/** Files of a host that hold one of these texts, as "UID MODE PATH"; container images are not looked at. */
export async function filesWith(host: string, secrets: string[]): Promise<string[]> {
    const script = `
        grep -rlasF -D skip --exclude-dir=containerd -f /dev/fd/3 /etc /home /opt /root /run /srv /tmp /usr/local /var 3<<'SECRETS' |
${secrets.join("\n")}
SECRETS
        while read -r file; do stat -c '%u %a %n' "$file"; done`;
    const { stdout } = await lab.insideHost(host, script);
    return stdout.split("\n").filter((line) => line !== "");
}

/** The status with which an API server answers to a bearer token. */
export function statusFor(server: string, token: string): Promise<number> {
    const headers = { authorization: `Bearer ${token}` };
    return new Promise((resolve, reject) => {
        request(`${server}/api/v1/nodes`, { headers, rejectUnauthorized: false }, (answer) => {
            answer.resume();
            resolve(answer.statusCode ?? 0);
        })
            .on("error", reject)
            .end();
    });
}
