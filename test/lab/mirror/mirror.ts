import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Daemon, daemonPid, endProcess, labProcesses, startDaemon, stopDaemon } from "../daemon";
import { writeWhole } from "../files";
import { hostResolver } from "../hosts/resolver";
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

/** What runs on the bridge address: registry, static site, a DNS relay where the hosts need one, a proxy on request. */
function servers(withProxy: boolean): Record<string, Pick<Daemon, "command" | "args">> {
    const { relayTo } = hostResolver(network.gateway);
    const tsx = pathToFileURL(require.resolve("tsx")).href;
    const relay = ["--import", tsx, join(__dirname, "dns-relay.ts"), network.gateway, relayTo ?? ""];
    const place = [network.gateway, String(network.proxyPort)];
    const proxy = () => ["--import", tsx, join(__dirname, "proxy.ts"), ...place, proxyCredentialsFile()];
    return {
        registry: { command: registryProgram(), args: ["serve", registrySettingsFile()] },
        site: {
            command: "busybox",
            args: ["httpd", "-f", "-p", `${network.gateway}:${network.sitePort}`, "-h", cacheDir("site")],
        },
        ...(relayTo === undefined ? {} : { resolver: { command: process.execPath, args: relay } }),
        ...(withProxy ? { proxy: { command: process.execPath, args: proxy() } } : {}),
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
