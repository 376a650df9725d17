import assert from "node:assert/strict";
import { test } from "node:test";
import { validateConfig } from "../../../components/config";
import { raw } from "./cluster";

const refused = (kubernetes: object) =>
    (validateConfig({ ...raw(), kubernetes }).problems ?? []).map(
        ({ path, message }) => `${path.replace("kubernetes.kubeadm.clusterConfiguration.", "")}: ${message}`,
    );
const withVolumes = (component: string, extraVolumes: object[], more: object = {}) =>
    refused({ ...more, kubeadm: { clusterConfiguration: { [component]: { extraVolumes } } } });
const policy = (file: string) => refused({ apiServer: { extraArgs: { "audit-policy-file": file } } });

test("case 15: a path that is not absolute, or leads out of what is mounted", () => {
    for (const file of ["audit.yaml", "file:///etc/audit.yaml", "./audit.yaml"])
        assert.match(policy(file).join(), /audit-policy-file: must be an absolute path; found "/, file);
    assert.match(
        policy("/etc/kubernetes/pki/../audit.yaml").join(),
        /no extraVolume mounts \/etc\/kubernetes\/audit\.yaml/,
    );
    assert.deepEqual(policy("/etc/kubernetes//pki/audit.yaml"), []);
});

test("case 15: the volume that is proposed hides nothing of the Pod's own, and is accepted", () => {
    for (const file of ["/audit.yaml", "/etc/audit.yaml", "/etc/kubernetes/audit.yaml"]) {
        const [, name = "", hostPath = "", mountPath = "", pathType = ""] =
            /\{name: (\S+), hostPath: (\S+), mountPath: (\S+), pathType: (\S+)\}/.exec(policy(file)[0] ?? "") ?? [];
        assert.deepEqual([hostPath, mountPath, pathType], [file, file, "File"]);
        const flags = { apiServer: { extraArgs: { "audit-policy-file": file } } };
        assert.deepEqual(withVolumes("apiServer", [{ name, hostPath, mountPath, pathType }], flags), [], file);
    }
});

test("case 16: names of kubeadm's own volumes, each of which a given one would take the place of", () => {
    for (const [component, names] of [
        ["apiServer", ["k8s-certs", "ca-certs", "etc-pki"]],
        ["controllerManager", ["k8s-certs", "kubeconfig", "flexvolume-dir"]],
        ["scheduler", ["kubeconfig"]],
    ] as const)
        for (const name of names)
            assert.deepEqual(withVolumes(component, [{ name, hostPath: "/a", mountPath: "/a" }]), [
                `${component}.extraVolumes[0].name: ${name} is the volume of kubeadm: take another name`,
            ]);
    assert.deepEqual(withVolumes("scheduler", [{ name: "k8s-certs", hostPath: "/a", mountPath: "/a" }]), []);
});

test("case 16: one path twice, given or beside kubeadm's and the program's, and the whole Pod hidden", () => {
    const volume = (name: string, mountPath: string) => ({ name, hostPath: "/a", mountPath });
    for (const [volumes, said] of [
        [[volume("a", "/m"), volume("b", "/m/")], /\[1\]\.mountPath: \/m is that of extraVolumes\[0\] already/],
        [
            [volume("a", "/etc/kubernetes/pki")],
            /\[0\]\.mountPath: .* is that of the volume k8s-certs of kubeadm already/,
        ],
        [[volume("a", "/var/log/kubeadm-cluster/audit")], /the volume audit-logs of kubernetes\.audit already/],
        [[volume("a", "/")], /\[0\]\.mountPath: must not be \//],
    ] as const) {
        const problems = withVolumes("apiServer", [...volumes], { audit: { level: "metadata" } });
        assert.equal(problems.length, 1, problems.join("\n"));
        assert.match(problems[0] ?? "", said);
    }
    assert.deepEqual(withVolumes("apiServer", [volume("a", "/m"), volume("b", "/m/below")]), []);
});
