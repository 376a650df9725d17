import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Daemon, daemonPid, endProcess, labProcesses, startDaemon, stopDaemon } from "../daemon";
import { writeWhole } from "../files";
import { cacheDir, stateDir } from "../paths";
import { LabError, lastWords, until } from "../run";
import { network, proxyUrl, registryUrl, siteUrl } from "../topology";
import { proxyCredentialsFile } from "./proxy-credentials";
import { registryProgram } from "./registry-program";

const registrySettingsFile = () => stateDir("mirror", "registry.yaml");

/** Settings of the image registry: plain HTTP on the bridge address alone, storage in the cache. */
function registrySettings(): string {
    // JSON is YAML too.
    return JSON.stringify({
        version: "0.1",
        log: { level: "warn", accesslog: { disabled: true } },
        storage: { filesystem: { rootdirectory: cacheDir("registry") }, delete: { enabled: true } },
        http: { addr: `${network.gateway}:${network.registryPort}` },
    });
}

/** What runs on the bridge address: registry, static site, a resolver, a proxy on request. */
function servers(withProxy: boolean): Record<string, Pick<Daemon, "command" | "args">> {
    const { gateway, sitePort, proxyPort } = network;
    const tsx = pathToFileURL(require.resolve("tsx")).href;
    const proxy = () => [join(__dirname, "proxy.ts"), gateway, String(proxyPort), proxyCredentialsFile()];
    return {
        registry: { command: registryProgram(), args: ["serve", registrySettingsFile()] },
        site: { command: "busybox", args: ["httpd", "-f", "-p", `${gateway}:${sitePort}`, "-h", cacheDir("site")] },
        resolver: {
            command: "dnsmasq",
            args: [
                ...["--keep-in-foreground", "--conf-file=/dev/null", "--pid-file=", "--log-facility=-", "--user=root"],
                ...["--no-hosts", "--bind-interfaces", `--listen-address=${gateway}`],
            ],
        },
        ...(withProxy ? { proxy: { command: process.execPath, args: ["--import", tsx, ...proxy()] } } : {}),
    };
}

const pidFile = (kind: string) => stateDir("mirror", `${kind}.pid`);
const logFile = (kind: string) => stateDir("mirror", `${kind}.log`);

/** Starts what the hosts are served by and waits until registry and site answer. What runs already is left alone. */
export async function startMirror(withProxy = false): Promise<void> {
    mkdirSync(cacheDir("registry"), { recursive: true });
    mkdirSync(cacheDir("site"), { recursive: true });
    writeWhole(registrySettingsFile(), registrySettings());
    for (const [kind, server] of Object.entries(servers(withProxy))) {
        const recorded = daemonPid(pidFile(kind));
        // One that nobody recorded would hold the port.
        const strays = labProcesses().filter((found) => found.kind === kind && found.pid !== recorded);
        if (recorded === undefined) await Promise.all(strays.map(({ pid }) => endProcess(pid, 0)));
        startDaemon({ kind, pidFile: pidFile(kind), logFile: logFile(kind), ...server });
    }
    const proxy = withProxy ? [answers("proxy", proxyUrl)] : [];
    await Promise.all([answers("registry", `${registryUrl}/v2/`), answers("site", `${siteUrl}/`), ...proxy]);
}

/** What has gone through the proxy so far, one line for each request: CLIENT METHOD TARGET. */
export function proxyRequests(): string[] {
    return readFileSync(logFile("proxy"), "utf8").trim().split("\n");
}

async function answers(kind: string, url: string): Promise<void> {
    const runs = () => daemonPid(pidFile(kind)) !== undefined;
    const settled = await until(async () => {
        if (!runs()) return true;
        return fetch(url, { signal: AbortSignal.timeout(2000) }).then(
            (response) => response.status < 500,
            () => false,
        );
    }, 10_000);
    if (settled && runs()) return;
    const said = existsSync(logFile(kind)) ? lastWords(readFileSync(logFile(kind), "utf8")) : "";
    throw new LabError(`The lab's ${kind} does not serve ${url}: ${said || "no message"} (see ${logFile(kind)})`);
}

/** Ends them; what they serve stays in the cache. */
export async function stopMirror(): Promise<void> {
    await Promise.all(["registry", "site", "resolver", "proxy"].map((kind) => stopDaemon(pidFile(kind))));
}
