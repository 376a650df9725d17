import assert from "node:assert/strict";
import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { after, test } from "node:test";
import { utils } from "ssh2";
import { checkHosts } from "../../../../commands/precheck/check-hosts";
import { execute, logIn } from "../../../../commands/precheck/ssh";
import type { PlainSecrets } from "../../../../commands/stack";
import { type Execution, keyPair, SshServer, type SshServerOptions } from "../../../doubles/ssh-server";
import { cluster } from "../../config/cluster";

/** Lines as a script answers them. */
const answered = (...lines: string[]) => lines.map((line) => `kubeadm-cluster> ${line}\n`).join("");

/** What a host prints on which nothing is wrong. */
const healthy = (name: string, ahead = 0) =>
    answered(
        `fact\tclock\t${(Date.now() / 1000 + ahead).toFixed(3)}`,
        `fact\thostname\t${name}`,
        `fact\tmachine-id\t${name}-id`,
        "end",
    );

const login = keyPair();
const secrets: PlainSecrets = { sshPrivateKey: login.private };
const servers: SshServer[] = [];
after(() => Promise.all(servers.map((server) => server.close())));

async function server(options: SshServerOptions = {}, answer = (_: Execution) => healthy("host")): Promise<SshServer> {
    const handler = (execution: Execution) => ({ stdout: answer(execution) });
    const double = await SshServer.start({ handler, keys: [login.public], ...options });
    servers.push(double);
    return double;
}

/** Looks at hosts by their doubles; the findings without their advice. `ssh` holds for all of them. */
async function check(hosts: Record<string, SshServer>, ssh: object = {}, keys = secrets) {
    const nodes = Object.entries(hosts).map(([name, { host, port, hostKey }], index) => ({
        name,
        role: index === 0 ? "control-plane" : "worker",
        address: host,
        internalAddress: `10.0.0.${index + 1}`,
        hostKey,
        ssh: { port },
    }));
    return checkNodes(nodes, ssh, keys);
}

async function checkNodes(nodes: Record<string, unknown>[], ssh: object = {}, keys = secrets) {
    // Doubles share one address.
    const apart = nodes.map((node, index) => ({ ...node, address: `127.0.0.${index + 1}` }));
    const config = cluster({ nodes: apart, ssh });
    config.nodes.forEach((node, index) => (node.address = String(nodes[index]?.address)));
    return (await checkHosts(config, keys, config.nodes)).map(
        ({ host, severity, check, found }) => `${host} ${severity} ${check}: ${found}`,
    );
}

test("a host without fault: one connection, one command, inputs by standard input alone", async () => {
    const host = await server();
    assert.deepEqual(await check({ master: host }), []);
    assert.deepEqual(host.commands, ["timeout -k 10 60 env STEP_SECONDS=60 bash -s"]);
    assert.equal(host.dials, 1);
    assert.match(host.executions[0]?.stdin ?? "", /\nNODE_NAME 1\nmaster\n/);
    assert.ok(!host.executions[0]?.stdin.includes("PRIVATE KEY"));
});

test("findings of all hosts in one list, errors first, in the order of the configuration", async () => {
    const warning = "finding\twarning\tswap\ton: /dev/sda2\toff\tswitch it off";
    const error = "finding\terror\tport 10250\tnginx\tfree\tstop it";
    const found = await check({
        master: await server({}, () => answered(warning, "end")),
        "worker-1": await server({}, () => answered(error, warning, "end")),
    });
    assert.deepEqual(found, [
        "worker-1 error port 10250: nginx",
        "master warning swap: on: /dev/sda2",
        "worker-1 warning swap: on: /dev/sda2",
    ]);
});

test("a host that is off, and one that is silent", async () => {
    const off = await server();
    const gone = { port: off.port };
    await off.close();
    // Takes the connection and never says a word.
    const silent = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const node = (name: string, role: string, port: number) => {
        return { name, role, address: "127.0.0.1", hostKey: off.hostKey, ssh: { port } };
    };
    const { port } = silent.address() as { port: number };
    const found = await checkNodes([node("off", "control-plane", gone.port), node("silent", "worker", port)]);
    silent.close();
    assert.equal(found.length, 2);
    assert.match(found[0] ?? "", /^off error reachable: no connection to 127\.0\.0\.1:\d+: .*ECONNREFUSED/);
    assert.match(found[1] ?? "", /^silent error reachable: no SSH at 127\.0\.0\.1:\d+: Timed out/);
});

test("another host key than the configured one: told in the configuration's form, and nothing is run there", async () => {
    const host = await server();
    const node = { name: "master", role: "control-plane", address: host.host, ssh: { port: host.port } };
    const other = (await server()).hostKey;
    assert.deepEqual(await checkNodes([{ ...node, hostKey: other }]), [`master error host key: ${host.hostKey}`]);
    assert.deepEqual(host.commands, []);
    assert.deepEqual(await checkNodes([node]), [`master warning host key: ${host.hostKey}`]);
});

test("of a host's keys the one is asked for whose type is configured", async () => {
    const ecdsa = utils.generateKeyPairSync("ecdsa", { bits: 256 });
    const host = await server({ hostKeys: [keyPair().private, ecdsa.private] });
    const node = { name: "master", role: "control-plane", address: host.host, ssh: { port: host.port } };
    assert.deepEqual(await checkNodes([{ ...node, hostKey: `${ecdsa.public.trim()} comment` }]), []);
    // The plug-in asks for no other one, and its up would fail.
    const other = await server();
    const there = { ...node, address: other.host, ssh: { port: other.port } };
    assert.deepEqual(await checkNodes([{ ...there, hostKey: ecdsa.public.trim() }]), [
        "master error host key: no key of the kind ecdsa-sha2-nistp256",
    ]);
});

test("a refused login, a key that cannot be read, and a password that does", async () => {
    const host = await server({ keys: [keyPair().public], passwords: { root: "right" } });
    const refused = [`master error login: root is refused at 127.0.0.1:${host.port}`];
    assert.deepEqual(await check({ master: host }), refused);
    assert.deepEqual(await check({ master: host }, {}, { sshPassword: "wrong" }), refused);
    assert.deepEqual(await check({ master: host }, {}, { sshPassword: "right" }), []);

    const locked = keyPair("phrase");
    const other = await server({ keys: [locked.public] });
    const withPhrase = (privateKeyPassword: string) =>
        check({ master: other }, {}, { sshPrivateKey: locked.private, sshPrivateKeyPassword: privateKeyPassword });
    assert.deepEqual(await withPhrase("phrase"), []);
    const [wrong = ""] = await withPhrase("secret-guess");
    assert.match(wrong, /^master error login: sshPrivateKey cannot be used: /);
    assert.ok(!wrong.includes("secret-guess") && !wrong.includes("PRIVATE"));
});

test("a user without sudo", async () => {
    const host = await server({ handler: () => ({ code: 1, stderr: "sudo: a password is required\n" }) });
    assert.deepEqual(await check({ master: host }, { user: "admin" }), [
        "master error sudo: admin: sudo: a password is required",
    ]);
    assert.deepEqual(host.commands, ["sudo -n timeout -k 10 60 env STEP_SECONDS=60 bash -s"]);
});

test("checks that break off are no clean bill of health", async () => {
    const [found = ""] = await check({
        master: await server({ handler: () => ({ stdout: answered("fact\thostname\tx") }) }),
    });
    assert.match(found, /^master error checks: the checks broke off: /);
});

test("finding 9: what a login shell says instead of the checks is shown, without what a terminal or CI would obey", async () => {
    const greeting = "\u001b[2J\u001b]0;title\u0007this account is\u0000 locked\n";
    const [found] = await check({ master: await server({ handler: () => ({ stdout: greeting, code: 1 }) }) });
    assert.equal(found, "master error checks: the checks broke off: this account is locked");
    const spoken = () => ({ stderr: "::set-output name=a::b\n", code: 1 });
    const [second] = await check({ master: await server({ handler: spoken }) });
    assert.equal(second, "master error checks: the checks broke off: : :set-output name=a::b");
});

test(
    "finding 9: a peer that falls silent after the login is given up, and that is said",
    { timeout: 20_000 },
    async () => {
        const host = await server({ handler: () => sleep(60_000, { stdout: "" }, { ref: false }) });
        const pairs: [Socket, Socket][] = [];
        const between = createServer((near) => {
            const far = connect(host.port, host.host);
            near.pipe(far).pipe(near);
            pairs.push([near, far]);
        }).listen(0, "127.0.0.1");
        await new Promise((resolve) => between.once("listening", resolve));
        const { port } = between.address() as { port: number };
        const endpoint = { host: "127.0.0.1", port, user: "root", privateKey: login.private };
        const session = await logIn(endpoint, undefined, 1);
        const outcome = execute(session, "bash -s", "");
        await sleep(200);
        for (const [near, far] of pairs) {
            near.unpipe(far);
            far.unpipe(near);
        }
        const { code, broken } = await outcome;
        for (const sockets of pairs) for (const socket of sockets) socket.destroy();
        between.close();
        assert.equal(code, 255);
        assert.match(broken ?? "", /^the connection broke: Keepalive timeout$/);
    },
);

test("hosts behind a bastion share one connection to it", async () => {
    const bastion = await server();
    const hosts = { master: await server(), "worker-1": await server({}, () => healthy("other")) };
    const ssh = { bastion: { host: bastion.host, port: bastion.port, hostKey: bastion.hostKey } };
    assert.deepEqual(await check(hosts, ssh), []);
    assert.equal(bastion.dials, 1);
    assert.deepEqual(
        bastion.forwards.sort(),
        Object.values(hosts)
            .map(({ port }) => `127.0.0.1:${port}`)
            .sort(),
    );
});

test("machine-ids and hostnames that are not unique, and a clock that is off", async () => {
    const found = await check({
        master: await server({}, () => healthy("master")),
        "worker-1": await server({}, () => healthy("worker-1", -7.5)),
        "worker-2": await server({}, () => healthy("master", 3)),
    });
    assert.deepEqual(
        found.map((line) => line.replace(/7\.[3-7] s/, "7.5 s").replace(/3\.\d s|2\.[89] s/, "3.0 s")),
        [
            "worker-1 error clock: 7.5 s behind the others",
            "worker-2 error machine-id: master-id, as master",
            "worker-2 error clock: 3.0 s ahead of the others",
            "worker-2 warning hostname: master, as master",
        ],
    );
});

test("a card that carries less than those of the others", async () => {
    const of = (mtu: number) => server({}, () => answered(`fact\tmtu\t${mtu}`, "end"));
    assert.deepEqual(await check({ master: await of(1500), "worker-1": await of(1450), "worker-2": await of(1500) }), [
        "worker-1 warning card: MTU 1450, 1500 on the others",
    ]);
    assert.deepEqual(await check({ master: await of(1450), "worker-1": await of(1450) }), []);
});

test("clocks less than 5 s apart are let be", async () => {
    const hosts = {
        master: await server({}, () => healthy("master", -2)),
        "worker-1": await server({}, () => healthy("worker-1", 2)),
    };
    assert.deepEqual(await check(hosts), []);
});

// Simulated hosts: they answer after the time that a lab host took. What is measured is whether they are waited for
// side by side.
test("20 hosts take no longer than twice one host", async (t) => {
    const handler = async () => {
        await sleep(1500);
        return { stdout: answered("end") };
    };
    const all = await Promise.all(
        Array.from({ length: 20 }, async (_, index) => [`host-${index}`, await server({ handler })] as const),
    );
    const seconds = async (hosts: typeof all) => {
        const began = Date.now();
        assert.deepEqual(await check(Object.fromEntries(hosts)), []);
        return (Date.now() - began) / 1000;
    };
    // The better of two: other processes of the machine slow a single run at random.
    const factors: number[] = [];
    while (factors.length < 2 && !factors.some((factor) => factor <= 2)) {
        const one = await seconds(all.slice(0, 1));
        const twenty = await seconds(all);
        t.diagnostic(`1 host ${one.toFixed(1)} s, 20 hosts ${twenty.toFixed(1)} s`);
        factors.push(twenty / one);
    }
    assert.ok(Math.min(...factors) <= 2, `20 hosts took ${factors.join(", then ")} times as long as one`);
});
