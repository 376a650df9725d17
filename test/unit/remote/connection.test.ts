import assert from "node:assert/strict";
import { test } from "node:test";
import * as pulumi from "@pulumi/pulumi";
import { ClusterSecrets } from "../../../components/config";
import { connectionArgs, hostConnection, HostConnection } from "../../../components/remote";
import { dialErrorLimit, needsSudo } from "../../../components/remote/connection";
import { cluster, nodeOf, raw } from "../config/cluster";
import { hostKeyOf, SOUND_KEY } from "../config/host-keys";

/** The fields that command 1.2.1 knows; any other one makes it print the private key. */
const KNOWN = [
    ...["agentSocketPath", "dialErrorLimit", "host", "hostKey", "password", "perDialTimeout", "port", "privateKey"],
    ...["privateKeyPassword", "proxy", "user"],
];

test("the number of tries fills the seconds: ten tries in the first ten, one in five from then on", () => {
    const limits = { 1: 10, 10: 10, 11: 11, 15: 11, 16: 12, 120: 32, 3600: 728 };
    for (const [seconds, limit] of Object.entries(limits))
        assert.equal(dialErrorLimit(Number(seconds)), limit, seconds);
});

test("only the fields that the provider knows are passed on, whatever a connection holds", () => {
    const extra = { waitSeconds: 5, identityFile: "id_ed25519", keepAlive: 3 };
    const connection: HostConnection = {
        ...{ host: "10.0.0.1", privateKey: "key", ...extra },
        bastion: { host: "10.0.0.2", privateKey: "key", ...extra },
    };
    const args = connectionArgs(connection, false);
    assert.deepEqual(
        Object.keys(args).filter((field) => !KNOWN.includes(field)),
        [],
    );
    const proxy = args.proxy as object;
    assert.deepEqual(
        Object.keys(proxy).filter((field) => !KNOWN.includes(field) || field === "proxy"),
        [],
    );
});

test("port and user have their defaults; sudo is for others than root", () => {
    const { port, user } = connectionArgs({ host: "10.0.0.1" }, false);
    assert.deepEqual([port, user], [22, "root"]);
    assert.equal(needsSudo({ host: "10.0.0.1" }), false);
    assert.equal(needsSudo({ host: "10.0.0.1", user: "root" }), false);
    assert.equal(needsSudo({ host: "10.0.0.1", user: "admin" }), true);
});

test("only a host's first step waits for as long as configured, through a bastion too", () => {
    const connection = { host: "10.0.0.1", waitSeconds: 300, bastion: { host: "10.0.0.2" } };
    const first = connectionArgs(connection, true);
    assert.equal(first.dialErrorLimit, dialErrorLimit(300));
    assert.equal((first.proxy as { dialErrorLimit: number }).dialErrorLimit, dialErrorLimit(300));
    assert.equal(connectionArgs({ host: "10.0.0.1" }, true).dialErrorLimit, dialErrorLimit(120));
    assert.equal(connectionArgs(connection, false).dialErrorLimit, 12);
});

test("keys and passwords are secret, plain text or not", async () => {
    const args = connectionArgs(
        { host: "h", privateKey: "a", privateKeyPassword: pulumi.output("b"), password: "c" },
        false,
    );
    for (const value of [args.privateKey, args.privateKeyPassword, args.password]) {
        assert.equal(await pulumi.isSecret(pulumi.output(value)), true);
    }
    assert.equal(connectionArgs({ host: "h" }, false).privateKey, undefined);
});

const STACK_KEY = hostKeyOf("ecdsa-sha2-nistp256", 8, 65);

test("a node's settings go before the stack's, and secrets are the stack's", () => {
    const nodes = raw().nodes;
    Object.assign(nodes[1] ?? {}, { hostKey: SOUND_KEY, ssh: { user: "admin", port: 2222 } });
    const ssh = {
        user: "debian",
        waitSeconds: 7,
        hostKey: STACK_KEY,
        bastion: { host: "b.example.com", port: 443 },
    };
    const config = cluster({ nodes, ssh });
    const secrets: ClusterSecrets = { sshPrivateKey: pulumi.secret("key") };
    const [master, worker] = ["master", "worker-1"].map((name) =>
        hostConnection(config.ssh, nodeOf(config, name), secrets),
    );
    assert.deepEqual(
        [master?.host, master?.user, master?.port, master?.hostKey],
        ["192.168.33.10", "debian", undefined, STACK_KEY],
    );
    assert.deepEqual(
        [worker?.host, worker?.user, worker?.port, worker?.hostKey, worker?.waitSeconds],
        ["192.168.33.11", "admin", 2222, SOUND_KEY, 7],
    );
    assert.equal(worker?.bastion?.host, "b.example.com");
    assert.equal(worker?.bastion?.privateKey, secrets.sshPrivateKey);
});

test("case 2: a bastion is opened by all that opens the hosts, or by a key of its own", () => {
    const config = cluster({ ssh: { bastion: { host: "b.example.com" } } });
    const secret = (text: string) => pulumi.secret(text);
    const hosts: ClusterSecrets = {
        sshPrivateKey: secret("key"),
        sshPrivateKeyPassword: secret("phrase"),
        sshPassword: secret("word"),
    };
    const bastionOf = (secrets: ClusterSecrets) =>
        hostConnection(config.ssh, nodeOf(config, "master"), secrets).bastion;
    assert.equal(bastionOf(hosts)?.privateKeyPassword, hosts.sshPrivateKeyPassword);
    assert.equal(bastionOf(hosts)?.password, hosts.sshPassword);
    const own: ClusterSecrets = { bastionPrivateKey: secret("own"), bastionPrivateKeyPassword: secret("its phrase") };
    const bastion = bastionOf({ ...hosts, ...own });
    assert.equal(bastion?.privateKey, own.bastionPrivateKey);
    assert.equal(bastion?.privateKeyPassword, own.bastionPrivateKeyPassword);
    assert.equal(bastion?.password, undefined);
});

test("the agent's socket is used only when asked for, and never looked for in the environment", () => {
    const before = process.env.SSH_AUTH_SOCK;
    process.env.SSH_AUTH_SOCK = "/run/environment";
    try {
        const socket = (ssh: object, agent?: string) => {
            const config = cluster({ ssh });
            return hostConnection(config.ssh, nodeOf(config, "master"), {}, undefined, agent).agentSocketPath;
        };
        assert.equal(socket({ agent: true }, "/run/agent"), "/run/agent");
        assert.equal(socket({}, "/run/agent"), undefined);
        assert.equal(socket({ agent: true }), undefined);
    } finally {
        if (before === undefined) delete process.env.SSH_AUTH_SOCK;
        else process.env.SSH_AUTH_SOCK = before;
    }
});
