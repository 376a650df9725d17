import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { stringify } from "yaml";
import { soundKeyPair } from "../doubles/simulated-host";
import { ensureEngine, Workspace } from "../lab/engine";
import { ensureYamlHost } from "../lab/engine/yaml-host";
import { PassphraseSecrets } from "../lab/secret";
import { skipWithout, upstream } from "../upstream";

export const PROJECT = resolve(__dirname, "..", "..");

/** Rook's manifests of the default release, which programs would download. */
const MANIFESTS = upstream("rook-1.16.1");
const manifestsAreHere = skipWithout(MANIFESTS) === false;

/** The settings of an example's storage as they can be previewed here; undefined: without storage. */
export function storageHere(storage: Record<string, unknown>): Record<string, unknown> | undefined {
    return manifestsAreHere ? { ...storage, manifests: MANIFESTS } : undefined;
}

/** The example's text with such a storage. */
export function exampleHere(text: string): string {
    const line = /^ {4}storage: \{(.*)\},$/m;
    if (!line.test(text)) throw new Error("the example's storage is not on one line");
    return text.replace(line, manifestsAreHere ? `    storage: {$1, manifests: ${JSON.stringify(MANIFESTS)} },` : "");
}

/** The same for the example in Python, whose storage has lines of its own. */
export function pythonExampleHere(text: string): string {
    const lines = /^ {4}storage=\{\n([^]*?)^ {4}\},\n/m;
    if (!lines.test(text)) throw new Error("the example has no storage");
    const manifests = `        "manifests": ${JSON.stringify(MANIFESTS)},\n`;
    return text.replace(lines, manifestsAreHere ? `    storage={\n$1${manifests}    },\n` : "");
}

/** Without an agent and a kubeconfig of the user's. */
export const ALONE = { KUBECONFIG: "", SSH_AUTH_SOCK: "" };

/** Pulumi for a program in this directory, on a backend of its own; its settings have a private key. */
export async function workspaceIn(
    program: string,
    project: string,
    env: NodeJS.ProcessEnv = ALONE,
): Promise<Workspace> {
    const passphrase = "package";
    const secrets = new PassphraseSecrets(passphrase);
    const config = { [`${project}:sshPrivateKey`]: { secure: secrets.encrypt(soundKeyPair().private) } };
    writeFileSync(join(program, "Pulumi.dev.yaml"), stringify({ encryptionsalt: secrets.salt, config }));
    const backend = join(program, "backend");
    mkdirSync(backend);
    const workspace = new Workspace({ program, backend, passphrase, stack: "dev", env });
    await workspace.init();
    return workspace;
}

/** Environment in which the engine runs YAML programs. */
export async function yamlEnvironment(): Promise<NodeJS.ProcessEnv> {
    const { env } = await ensureEngine();
    return { ...ALONE, PATH: [await ensureYamlHost(), env.PATH ?? ""].join(delimiter) };
}

/** Names of the resources that a preview would create. */
export function created(stdout: string): string[] {
    const names = stdout.matchAll(/^\s*\+\s+\S+ (\S+) create\b/gm);
    // The stack itself is printed twice.
    return [...new Set([...names].map(([, name = ""]) => name))];
}
