import { spawn, type ChildProcess } from "node:child_process";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheDir } from "../lab/paths";

const START_SECONDS = 60;

const program = (name: string) => cacheDir("site", "v1.32.0", "bin", "linux", "amd64", name);
const etcd = cacheDir("parts", "etcd-v3.5.16", "etcd");

/** What is missing for an API server of one's own; undefined: nothing. */
export function missingProgram(): string | undefined {
    return [etcd, program("kube-apiserver"), program("kube-controller-manager")].find((path) => !existsSync(path));
}

/** A real API server with etcd and the controllers that tests need, without any node, on loopback. */
export interface ApiServer {
    kubeconfig: string;
    /** Sends a request as the administrator, past the provider. */
    request(
        method: string,
        path: string,
        body?: unknown,
        contentType?: string,
    ): Promise<{ status: number; body: object }>;
    stop(): Promise<void>;
}

function freePort(): Promise<number> {
    return new Promise((resolve) => {
        const server = createServer().listen(0, "127.0.0.1", () => {
            const { port } = server.address() as AddressInfo;
            server.close(() => resolve(port));
        });
    });
}

const CONTROLLERS = [
    ...["daemonset-controller", "deployment-controller", "garbage-collector-controller", "namespace-controller"],
    "replicaset-controller",
];

export async function startApiServer(): Promise<ApiServer> {
    const directory = mkdtempSync(join(tmpdir(), "api-server-"));
    const children: ChildProcess[] = [];
    const start = (path: string, args: string[]) => {
        const log = openSync(join(directory, `${path.split("/").pop()}.log`), "w");
        children.push(spawn(path, args, { stdio: ["ignore", log, log] }));
    };
    const killAll = () => {
        children.forEach((child) => child.kill("SIGKILL"));
        rmSync(directory, { recursive: true, force: true });
    };
    process.once("exit", killAll);
    const stop = async () => {
        const running = children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
        const ended = running.map((child) => new Promise((resolve) => child.once("exit", resolve)));
        running.forEach((child) => child.kill("SIGKILL"));
        await Promise.all(ended);
        process.removeListener("exit", killAll);
        rmSync(directory, { recursive: true, force: true });
    };

    const [client = 0, peer = 0, secure = 0] = [await freePort(), await freePort(), await freePort()];
    const token = randomBytes(16).toString("hex");
    const file = (name: string, content: string) => {
        writeFileSync(join(directory, name), content, { mode: 0o600 });
        return join(directory, name);
    };
    const key = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ type: "pkcs1", format: "pem" });
    const keyFile = file("service-account.key", key.toString());
    const url = (port: number) => `http://127.0.0.1:${port}`;

    start(etcd, [
        `--data-dir=${join(directory, "etcd")}`,
        `--listen-client-urls=${url(client)}`,
        `--advertise-client-urls=${url(client)}`,
        `--listen-peer-urls=${url(peer)}`,
        `--initial-advertise-peer-urls=${url(peer)}`,
        `--initial-cluster=default=${url(peer)}`,
        "--unsafe-no-fsync",
        "--log-level=error",
    ]);
    start(program("kube-apiserver"), [
        `--etcd-servers=${url(client)}`,
        `--cert-dir=${join(directory, "certificates")}`,
        "--bind-address=127.0.0.1",
        `--secure-port=${secure}`,
        `--token-auth-file=${file("tokens.csv", `${token},admin,admin,system:masters\n`)}`,
        "--authorization-mode=AlwaysAllow",
        "--service-cluster-ip-range=10.96.0.0/24",
        "--service-account-issuer=https://test",
        `--service-account-key-file=${keyFile}`,
        `--service-account-signing-key-file=${keyFile}`,
        "--disable-admission-plugins=ServiceAccount",
        "--enable-priority-and-fairness=false",
    ]);

    const server = `https://127.0.0.1:${secure}`;
    const kubeconfigWith = (authority: string) =>
        JSON.stringify({
            apiVersion: "v1",
            kind: "Config",
            clusters: [{ name: "test", cluster: { server, "certificate-authority-data": authority } }],
            users: [{ name: "admin", user: { token } }],
            contexts: [{ name: "test", context: { cluster: "test", user: "admin" } }],
            "current-context": "test",
        });

    const certificate = join(directory, "certificates", "apiserver.crt");
    const ca = () => readFileSync(certificate);
    const { request: send } = await import("node:https");
    const request: ApiServer["request"] = (method, path, body, contentType = "application/json") =>
        new Promise((resolve, reject) => {
            const text = body === undefined ? "" : JSON.stringify(body);
            // Said outright: a DELETE has no body for node unless it is told how long that is.
            const length = { "Content-Type": contentType, "Content-Length": Buffer.byteLength(text) };
            const headers = { Authorization: `Bearer ${token}`, ...(text === "" ? {} : length) };
            const call = send(`${server}${path}`, { method, headers, ca: ca() }, (answer) => {
                let got = "";
                answer.on("data", (chunk) => (got += String(chunk)));
                answer.on("end", () => {
                    const json = got.startsWith("{") ? (JSON.parse(got) as object) : { text: got };
                    resolve({ status: answer.statusCode ?? 0, body: json });
                });
            });
            call.on("error", reject);
            call.end(text);
        });

    const end = Date.now() + START_SECONDS * 1000;
    const ready = async () => existsSync(certificate) && (await request("GET", "/readyz")).status === 200;
    while (!(await ready().catch(() => false))) {
        const dead = children.find((child) => child.exitCode !== null);
        if (dead !== undefined || Date.now() > end) {
            const logs = ["etcd", "kube-apiserver"].map((name) => readFileSync(join(directory, `${name}.log`), "utf8"));
            await stop();
            throw new Error(`the API server did not start:\n${logs.map((log) => log.slice(-2000)).join("\n")}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    const kubeconfig = kubeconfigWith(ca().toString("base64"));
    start(program("kube-controller-manager"), [
        `--kubeconfig=${file("controllers.kubeconfig", kubeconfig)}`,
        `--controllers=${CONTROLLERS.join(",")}`,
        "--leader-elect=false",
        "--secure-port=0",
    ]);
    return { kubeconfig, request, stop };
}
