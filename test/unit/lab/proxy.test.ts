import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { outcome, until } from "../../lab/run";

const directory = mkdtempSync(join(tmpdir(), "proxy-"));
const program = join(__dirname, "..", "..", "lab", "mirror", "proxy.ts");
const noCurl = spawnSync("curl", ["--version"]).error ? "curl is not installed" : false;
let origin: Server;
let url = "";
let proxy = "";
let log = "";
let child: ReturnType<typeof spawn>;

before(async () => {
    origin = createServer((from, to) => to.end(`asked for ${from.url}`)).listen(0, "127.0.0.1");
    await new Promise((done) => origin.once("listening", done));
    url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
    // A port that was free a moment ago.
    const probe = createServer().listen(0, "127.0.0.1");
    await new Promise((done) => probe.once("listening", done));
    const { port } = probe.address() as AddressInfo;
    await new Promise((done) => probe.close(done));
    proxy = `127.0.0.1:${port}`;
    const file = join(directory, "credentials");
    writeFileSync(file, "me:p@ss");
    child = spawn(process.execPath, ["--import", "tsx", program, "127.0.0.1", String(port), file], {
        stdio: ["ignore", "pipe", "inherit"],
    });
    child.stdout?.on("data", (text: Buffer) => (log += text.toString()));
    const up = () => fetch(`http://${proxy}/`).then(Boolean, () => false);
    assert.ok(await until(up, 20_000), "the proxy does not answer");
});
after(() => {
    child.kill();
    origin.close();
    rmSync(directory, { recursive: true });
});

const curl = (...args: string[]) => outcome("curl", ["-sS", "--max-time", "5", "--noproxy", "", ...args]);

test("requests and tunnels are passed on and counted", { skip: noCurl }, async () => {
    const plain = await curl("-x", `http://me:p%40ss@${proxy}`, `${url}/path`);
    assert.equal(plain.stdout, "asked for /path", plain.stderr);
    const tunnel = await curl("-p", "-x", `http://me:p%40ss@${proxy}`, `${url}/other`);
    assert.equal(tunnel.stdout, "asked for /other", tunnel.stderr);
    assert.deepEqual(log.trim().split("\n"), [
        `127.0.0.1 GET ${url}/path`,
        `127.0.0.1 CONNECT ${url.replace("http://", "")}`,
    ]);
});

test("without the password nothing passes", { skip: noCurl }, async () => {
    assert.equal((await curl("-o", "/dev/null", "-w", "%{http_code}", "-x", `http://${proxy}`, url)).stdout, "407");
    assert.match((await curl("-p", "-x", `http://${proxy}`, url)).stderr, /407/);
});
