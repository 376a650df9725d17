import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkStackValues, validateConfig } from "../../../components/config";
import { hostKeyOf, SOUND_KEY } from "./host-keys";
import { raw } from "./cluster";

const problems = (settings: object) =>
    (validateConfig({ ...raw(), ...settings }).problems ?? []).map(({ path, message }) => `${path}: ${message}`);

/** Each is refused by one problem, at that path and with that message, and none of the words in the last place is shown. */
function refused(settings: object, path: string, message: RegExp, never = "hunter2"): void {
    const found = problems(settings);
    assert.equal(found.length, 1, JSON.stringify({ settings, found }));
    assert.ok(found[0]?.startsWith(`${path}: `), found[0]);
    assert.match(found[0] ?? "", message);
    assert.ok(!found.join().includes(never), found.join());
}

describe("addresses of mirrors and proxies", () => {
    test("have no user and no password, and a message shows neither", () => {
        const address = "https://user:hunter2@mirror.example.com/k8s";
        for (const key of ["binaries", "cniPlugins", "packages", "containerd", "runc"])
            refused({ mirrors: { [key]: address } }, `mirrors.${key}`, /no user and no password/);
        const registries = { "docker.io": ["https://ok.example.com", address] };
        refused({ mirrors: { registries } }, "mirrors.registries.docker.io[1]", /no user and no password/);
        refused({ mirrors: { binaries: "https://hunter2@mirror" } }, "mirrors.binaries", /no user/);
        for (const key of ["http", "https"])
            refused({ proxy: { [key]: "http://user:hunter2@proxy:3128" } }, `proxy.${key}`, /secret proxyCredentials/);
        const storage = { addOn: "rook", manifests: "https://user:hunter2@mirror/rook", nodes: [] };
        assert.match(problems({ storage }).join("\n"), /storage\.manifests: must have no user and no password/);
        assert.doesNotMatch(problems({ storage }).join("\n"), /hunter2/);
    });

    test("with a password that breaks the address, or without a scheme, are refused and not shown either", () => {
        refused(
            { mirrors: { binaries: "https://user:hunter2/x@mirror" } },
            "mirrors.binaries",
            /no user and no password/,
        );
        refused({ mirrors: { binaries: "user:hunter2@mirror" } }, "mirrors.binaries", /http or https address/);
        const long = `https://user:hunter2${"x".repeat(200)}@mirror`;
        refused({ mirrors: { binaries: long } }, "mirrors.binaries", /no user and no password/);
        refused({ proxy: { http: "user:hunter2@proxy:3128" } }, "proxy.http", /proxyCredentials/);
        refused({ mirrors: { binaries: { a: "https://user:hunter2@mirror" } } }, "mirrors.binaries", /must be a text/);
    });

    test("have no query, no fragment, and nothing that a shell or a file would read otherwise", () => {
        for (const address of ["https://mirror/?token=1", "https://mirror/#part"])
            refused({ mirrors: { binaries: address } }, "mirrors.binaries", /no query and no fragment/);
        for (const address of ["https://mirror/a b", "https://mirror/$(id)", 'https://mirror/"', "https://mirror/a\nb"])
            refused({ mirrors: { binaries: address } }, "mirrors.binaries", /must be /);
        const sound = ["https://mirror", "http://10.0.0.5:8080/core:/stable:/", "http://[fd00::1]:80/a~b%20c"];
        for (const address of sound) assert.deepEqual(problems({ mirrors: { binaries: address } }), [], address);
    });

    test("are not shown by an unknown key of the stack", () => {
        const values = { ...raw(), "https://user:hunter2@mirror": "x", mirrors: { "https://user:hunter2@mirror": 1 } };
        assert.throws(
            () => checkStackValues("kubeadm-cluster", values),
            (error: Error) => !error.message.includes("hunter2") && error.message.includes("2 problems"),
        );
    });
});

describe("registries that have mirrors", () => {
    const registry = (name: string) => ({ mirrors: { registries: { [name]: ["http://10.0.0.5:5000"] } } });

    test("are HOST or HOST:PORT", () => {
        for (const name of [
            "docker.io",
            "registry.k8s.io",
            "localhost",
            "10.0.0.5:5000",
            "my-registry.example.com:443",
        ])
            assert.deepEqual(problems(registry(name)), [], name);
    });

    test("are no paths, no addresses and no other texts: a reset removes what is named so", () => {
        const names = ["", "../..", "..", ".", "/etc", "docker.io/library", "https://docker.io", "docker.io:", "a b"];
        for (const name of [...names, "docker.io\n", "docker..io", "-a", "[fd00::1]:5000", "*", "a\u0000", "A.io"]) {
            const found = problems(registry(name));
            assert.equal(found.length, 1, JSON.stringify(name));
            assert.match(found[0] ?? "", /must be a registry's HOST or HOST:PORT/, JSON.stringify(name));
        }
    });
});

describe("more names of the API server's certificate", () => {
    const names = (...certSANs: string[]) => ({ kubernetes: { apiServer: { certSANs } } });

    test("are what kubeadm takes: DNS names, one wildcard in front, addresses", () => {
        const sound = ["k8s.example.com", "*.example.com", "10.0.0.1", "fd00::1", "localhost", "1.2.3.4.5", "a-b.c"];
        assert.deepEqual(problems(names(...sound)), []);
    });

    test("are nothing else", () => {
        const wrong = [
            "",
            "a/",
            "a\u0000",
            "a\n",
            "a\r",
            "a:6443",
            "https://a",
            "a_b",
            "A.example.com",
            "a b",
            "-a",
            "a-",
        ];
        for (const name of [...wrong, "a.*.b", "*", "*.", "**.a", "fe80::1%eth0", "a..b", ".a", "a.", "x".repeat(254)])
            refused(names(name), "kubernetes.apiServer.certSANs[0]", /must be a DNS name .* or an IP address/);
    });

    test("are held to the same in a kubeadm document", () => {
        const kubeadm = { clusterConfiguration: { apiServer: { certSANs: ["a/"] } } };
        refused(
            { kubernetes: { kubeadm } },
            "kubernetes.kubeadm.clusterConfiguration.apiServer.certSANs[0]",
            /DNS name/,
        );
    });
});

describe("pinned host keys", () => {
    const places: [string, (hostKey: string) => object][] = [
        ["ssh.hostKey", (hostKey) => ({ ssh: { hostKey } })],
        ["ssh.bastion.hostKey", (hostKey) => ({ ssh: { bastion: { host: "10.0.0.1", hostKey } } })],
        [
            "nodes[0].hostKey",
            (hostKey) => ({ nodes: raw().nodes.map((node, at) => (at ? node : { ...node, hostKey })) }),
        ],
    ];

    test("are ed25519 or ecdsa, with or without a comment", () => {
        const keys = [SOUND_KEY, `${SOUND_KEY} root@worker-1 of 2026`, hostKeyOf("ecdsa-sha2-nistp256", 8, 65)];
        for (const [, at] of places) for (const key of keys) assert.deepEqual(problems(at(key)), [], key);
    });

    test("of types that hosts do not sign with any more are refused, with what to pin instead", () => {
        for (const [path, at] of places) {
            for (const key of [hostKeyOf("ssh-rsa", 3, 257), hostKeyOf("ssh-dss", 20, 20, 20, 20)])
                refused(at(key), path, /must not be of the type ssh-(rsa|dss).*ssh-keyscan -t ed25519 HOST/);
        }
    });

    test("that are cut off, changed or of another type inside are refused", () => {
        const [, encoded = ""] = SOUND_KEY.split(" ");
        for (const key of [
            SOUND_KEY.slice(0, -8),
            `${SOUND_KEY.slice(0, -4)}AAAAAAAA`,
            "ssh-ed25519 AAAA",
            `ssh-ed25519 ${hostKeyOf("ssh-rsa", 3, 257).split(" ")[1]}`,
            `ecdsa-sha2-nistp256 ${encoded}`,
            `ssh-new ${encoded}`,
            ` ${SOUND_KEY}`,
            `${SOUND_KEY}\n${SOUND_KEY}`,
            encoded,
        ]) {
            assert.equal(problems(places[0]?.[1](key) ?? {}).length, 1, JSON.stringify(key));
        }
    });
});
