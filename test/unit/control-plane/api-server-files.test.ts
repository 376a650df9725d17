import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "yaml";
import {
    type ApiServer,
    auditPolicy,
    encryptionKey,
    encryptionKeys,
    encryptsSecrets,
    withApiServerFiles,
} from "../../../components/control-plane/api-server-files";
import { cluster } from "../config/cluster";

const files = (kubernetes: object, apiServer: ApiServer = {}) =>
    withApiServerFiles(apiServer, cluster({ kubernetes }).kubernetes);
const flagNames = ({ extraArgs }: ApiServer) => (extraArgs ?? []).map(({ name }) => name);

test("Secrets are encrypted unless the configuration says otherwise", () => {
    const { extraArgs, extraVolumes } = files({});
    const directory = "/var/lib/kubeadm-cluster/api-server";
    assert.deepEqual(extraArgs, [{ name: "encryption-provider-config", value: `${directory}/encryption.yaml` }]);
    assert.deepEqual(
        extraVolumes?.map(({ hostPath, mountPath, readOnly }) => [hostPath, mountPath, readOnly]),
        [[directory, directory, true]],
    );
    assert.deepEqual(files({ encryptSecrets: false }), {});
});

test("the audit log has its flags, its policy and a place to write to; another level is another file", () => {
    const audited = files({ encryptSecrets: false, audit: { level: "request", maxAgeDays: 7 } });
    const value = (name: string) => audited.extraArgs?.find((one) => one.name === name)?.value;
    assert.match(value("audit-policy-file") ?? "", /\/audit-request\.yaml$/);
    assert.equal(value("audit-log-maxage"), "7");
    assert.deepEqual(
        audited.extraVolumes?.map(({ hostPath, readOnly }) => [hostPath, readOnly]),
        [
            ["/var/lib/kubeadm-cluster/api-server", true],
            ["/var/log/kubeadm-cluster/audit", false],
        ],
    );
});

test("flags and volumes that are there stay, and go before the program's own", () => {
    const own = { name: "encryption-provider-config", value: "/etc/mine.yaml" };
    const volume = { name: "mine", hostPath: "/etc", mountPath: "/etc", readOnly: true, pathType: "Directory" };
    const given = { extraArgs: [own], extraVolumes: [volume] };
    assert.deepEqual(files({}, given), given);
    const audited = files({ audit: { level: "metadata" } }, given);
    assert.equal(flagNames(audited)[0], "encryption-provider-config");
    assert.equal(flagNames(audited).filter((name) => name === "encryption-provider-config").length, 1);
    assert.deepEqual(audited.extraVolumes?.[0], volume);
});

test("a key is named by a digest of it: another password is another name, the same one is the same", () => {
    const key = encryptionKey("k".repeat(32));
    assert.equal(Buffer.from(key.secret, "base64").toString(), "k".repeat(32));
    assert.match(key.name, /^key-[0-9a-f]{16}$/);
    assert.deepEqual(encryptionKey("k".repeat(32)), key);
    assert.notEqual(encryptionKey("l".repeat(32)).name, key.name);
});

test("no key is sent where Secrets are not encrypted, or by a file of somebody's own", () => {
    const { kubernetes } = cluster({});
    assert.ok(encryptsSecrets(kubernetes));
    assert.ok(!encryptsSecrets({ ...kubernetes, encryptSecrets: false }));
    const extraArgs = { "encryption-provider-config": "/etc/mine.yaml" };
    assert.ok(!encryptsSecrets({ ...kubernetes, apiServer: { ...kubernetes.apiServer, extraArgs } }));
});

test("the cluster's keys are read behind the kubeconfig, each whole", () => {
    assert.equal(
        encryptionKeys("kind: Config\n# expires ca 2027\n# encryption-key stack c2E=\n# encryption-key key-1 a2s=\n"),
        "stack c2E=\nkey-1 a2s=",
    );
    assert.equal(encryptionKeys("kind: Config\n"), "");
});

test("no policy logs what Secrets and ConfigMaps hold", () => {
    for (const level of ["metadata", "request"] as const) {
        const { rules } = parse(auditPolicy(level)) as {
            rules: { level: string; resources?: { resources: string[] }[] }[];
        };
        const rule = rules.find(({ resources }) => resources?.some((one) => one.resources.includes("secrets")));
        assert.equal(rule?.level, "Metadata");
        assert.ok(rules.indexOf(rule) < rules.length - 1);
        assert.equal(rules.at(-1)?.level, level === "request" ? "Request" : "Metadata");
    }
});
