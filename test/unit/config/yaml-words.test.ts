import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { type ClusterConfig } from "../../../components/config";
import {
    clusterConfiguration,
    controlPlaneEndpoint,
    initConfiguration,
    joinConfiguration,
} from "../../../components/control-plane/kubeadm-config";
import { cacheDir } from "../../lab/paths";
import { cluster, nodeOf, raw } from "./cluster";

/** Words that readers of YAML 1.1 take for true, false, nothing, a number, a time or a date. */
const WORDS =
    "y Y yes Yes YES n N no No NO on On ON off Off OFF true True false FALSE null Null NULL 1_000 0b11 0o17 017 0x1F 1e3 1E3 1.5 1. 12-30-45 2026-11-27 1e 0 123 .".split(
        " ",
    );
/** Those that may be the value of a label or a taint. */
const VALUES = WORDS.filter((word) => /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(word));
/** Those that may be a node's name, in the lower case that it has. */
const NAMES = [...new Set(VALUES.map((word) => word.toLowerCase()).filter((word) => /^[a-z0-9.-]+$/.test(word)))];
/** Texts that no label takes, but a flag or a field does. */
const TEXTS = [
    ...WORDS,
    "~",
    "",
    "-",
    "+1",
    "12:30:45",
    ".inf",
    ".NaN",
    "!!int 1",
    "#",
    "a: b",
    " yes",
    "=",
    "<<",
    "&a",
];

const secrets = { token: "abcdef.0123456789abcdef", caCertHash: "sha256:ab" };

/** A configuration whose nodes, labels, taints, flags and fields are such words. */
function inWords(name: string): ClusterConfig {
    const taints = VALUES.map((value, index) => ({ key: `k${index}`, value, effect: "NoSchedule" }));
    const nodes = raw().nodes.map((node, index) =>
        index < 2 ? { ...node, name: `${name}${index ? ".w" : ""}`, taints } : node,
    );
    return cluster({
        nodes,
        kubernetes: {
            apiServer: {
                extraArgs: { "audit-log-format": "json", "service-account-issuer": "https://no" },
                certSANs: NAMES.filter((word) => /[a-z]/.test(word)),
            },
            kubelet: { allowedUnsafeSysctls: [], clusterDomain: "on", staticPodURLHeader: { no: TEXTS } },
            dnsDomain: "on",
        },
    });
}

/** All documents of a cluster that kubeadm is given. */
function documents(config: ClusterConfig): string[] {
    const [first, worker] = config.nodes;
    assert.ok(first && worker);
    return [
        initConfiguration(first),
        ...clusterConfiguration(config, first).split("---\n"),
        joinConfiguration(worker, controlPlaneEndpoint(config), secrets),
    ];
}

interface Registration {
    nodeRegistration: { name: unknown; taints: { value?: unknown }[] };
}

test("case 1: no word of YAML 1.1 is anything but a text, in names, taints and certificates", () => {
    for (const name of NAMES) {
        const config = inWords(name);
        for (const version of ["1.1", "1.2"] as const) {
            const [init, first, kubelet, , join] = documents(config).map(
                (text) => parse(text, { version }) as Registration & Record<string, Record<string, unknown>>,
            );
            assert.equal(init?.nodeRegistration.name, name);
            assert.equal(join?.nodeRegistration.name, `${name}.w`);
            assert.deepEqual(
                init.nodeRegistration.taints.slice(1).map(({ value }) => value),
                VALUES,
            );
            assert.ok((first?.apiServer?.certSANs as unknown[]).every((one) => typeof one === "string"));
            assert.equal(kubelet?.clusterDomain, "on");
            assert.deepEqual(kubelet.staticPodURLHeader?.no, TEXTS);
        }
    }
});

test("case 1: flags and fields of documents keep each text, through both readers", () => {
    for (const text of TEXTS) {
        const config = cluster({ kubernetes: { apiServer: { extraArgs: { "service-account-issuer": text } } } });
        const [written = ""] = clusterConfiguration(config, nodeOf(config, "master")).split("---\n");
        for (const version of ["1.1", "1.2"] as const) {
            const { apiServer } = parse(written, { version }) as {
                apiServer: { extraArgs: { name: string; value: unknown }[] };
            };
            const value = apiServer.extraArgs.find(({ name }) => name === "service-account-issuer")?.value;
            assert.equal(value, text, `${JSON.stringify(text)} by YAML ${version}`);
        }
    }
});

const kubeadm = cacheDir("site", "v1.32.0", "bin/linux/amd64/kubeadm");
const skip = !existsSync(kubeadm) && "the lab has built no kubeadm yet: npm run lab:artefacts";

test("case 1: kubeadm itself reads such documents", { skip }, () => {
    const directory = mkdtempSync(join(tmpdir(), "words-"));
    try {
        for (const name of ["no", "y", "1e3", "null", "0x1f", "1", "2026-11-27"]) {
            const all = documents(inWords(name));
            for (const text of [all.slice(0, -1).join("---\n"), all.at(-1) ?? ""]) {
                const file = join(directory, "kubeadm.yaml");
                writeFileSync(file, text);
                const { status, stderr } = spawnSync(kubeadm, ["config", "validate", "--config", file], {
                    encoding: "utf8",
                });
                assert.equal(status, 0, `${name}: ${stderr}`);
            }
        }
    } finally {
        rmSync(directory, { recursive: true });
    }
});
