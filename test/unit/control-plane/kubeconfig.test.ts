import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { test } from "node:test";
import { parse, stringify } from "yaml";
import { caCertHash, withServer } from "../../../components/control-plane/kubeconfig";
import { selfSigned } from "../../doubles/api-server";

const noOpenssl = spawnSync("openssl", ["version"]).error ? "openssl is not installed" : false;

function kubeconfig(authority: string) {
    const cluster = {
        server: "https://api.kubernetes.internal:6443",
        "certificate-authority-data": Buffer.from(authority).toString("base64"),
    };
    return {
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "kubernetes", cluster }],
        users: [{ name: "kubernetes-admin", user: { "client-key-data": "a2V5" } }],
    };
}

test(
    "the pin of the authority is the one of kubeadm's manual: openssl's hash of its public key",
    { skip: noOpenssl },
    () => {
        const { certificate } = selfSigned("kubernetes");
        const publicKey = execFileSync("openssl", ["x509", "-pubkey", "-noout"], { input: certificate });
        const der = execFileSync("openssl", ["pkey", "-pubin", "-outform", "der"], { input: publicKey });
        const digest = execFileSync("openssl", ["dgst", "-sha256", "-hex"], { input: der, encoding: "utf8" });
        const expected = digest.trim().replace(/^.*= ?/, "");
        assert.match(expected, /^[0-9a-f]{64}$/);
        assert.equal(caCertHash(stringify(kubeconfig(certificate))), `sha256:${expected}`);
    },
);

test("a kubeconfig without an authority is an error that says so, and shows nothing of it", () => {
    const config = kubeconfig("");
    assert.throws(
        () => caCertHash(stringify(config)),
        (error: Error) => /has no certificate-authority-data/.test(error.message) && !error.message.includes("a2V5"),
    );
});

test("another server changes the server and nothing else", () => {
    const config = kubeconfig("certificate");
    const changed = parse(withServer(stringify(config), "https://192.168.33.10:6443")) as typeof config;
    assert.equal(changed.clusters[0]?.cluster.server, "https://192.168.33.10:6443");
    for (const { cluster } of changed.clusters) cluster.server = "https://api.kubernetes.internal:6443";
    assert.deepEqual(changed, config);
});
