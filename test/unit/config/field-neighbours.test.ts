import assert from "node:assert/strict";
import { test } from "node:test";
import { validateConfig } from "../../../components/config";
import { warnings } from "../../../components/config/checks";
import { cluster, raw, type Raw } from "./cluster";

// What stands beside the inputs of field-cases.test.ts: of the same kinds, as other people have written them.

const text = ({ path, message }: { path: string; message: string }) => `${path}: ${message}`;
const refused = (settings: object) => (validateConfig({ ...raw(), ...settings }).problems ?? []).map(text);
const ofKubernetes = (kubernetes: object) => refused({ kubernetes });
const ofCluster = (clusterConfiguration: object, more: object = {}) =>
    ofKubernetes({ ...more, kubeadm: { clusterConfiguration } });
const warned = (kubernetes: object) => warnings(cluster({ kubernetes })).map(text);
const ofWorker = (change: object) => {
    const config: Raw = raw();
    Object.assign(config.nodes[1] ?? {}, change);
    return refused(config);
};
/** One message alone, which names this. */
const only = (problems: string[], part: RegExp, what: string) => {
    assert.equal(problems.length, 1, `${what}: ${problems.join("\n")}`);
    assert.match(problems[0] ?? "", part, what);
};

test("case 8: groups and fields in another case, with other ends or in another document", () => {
    for (const [document, said] of [
        [{ networking: { podSubnets: "10.0.0.0/16" } }, /did you mean podSubnet\?/],
        [{ apiserver: {} }, /write it as apiServer/],
        [{ "api-server": {} }, /did you mean apiServer\?/],
        [{ apiServer: { certSans: ["a"] } }, /write it as certSANs/],
        [{ etcd: { local: { datadir: "/x" } } }, /write it as dataDir/],
        [{ cgroupDriver: "systemd" }, /it belongs to KubeletConfiguration/],
        [{ mode: "ipvs" }, /it belongs to KubeProxyConfiguration/],
        [{ certificateValidityPeriod: "1y" }, /must be a duration in quotes, such as 30s, 5m or 1h30m/],
        [{ encryptionAlgorithm: "RSA4096" }, /must be one of ECDSA-P256, RSA-2048, RSA-3072, RSA-4096/],
    ] as const)
        only(ofCluster(document), said, JSON.stringify(document));
});

test("case 8: the same of the kubelet", () => {
    for (const [kubelet, said] of [
        [{ maxpods: 1 }, /write it as maxPods/],
        [{ "max-pods": 1 }, /did you mean maxPods\?/],
        [{ authentication: { webhook: { enable: true } } }, /did you mean enabled\?/],
        [{ evictionHard: { "memory.available": "100MB" } }, /must be a quantity, such as 100Mi, or a share/],
        [{ kubeReserved: { memory: "1GB" } }, /must be a quantity/],
        [{ systemReserved: "cpu=1" }, /must be a group of keys, each a text in quotes; found "cpu=1"/],
        [{ imageGCHighThresholdPercent: "85" }, /found "85": take the quotes away/],
        [{ topologyManagerPolicy: "best effort" }, /did you mean best-effort\?/],
        [{ nodeStatusUpdateFrequency: "10" }, /must be a duration/],
    ] as const)
        only(ofKubernetes({ kubelet }), said, JSON.stringify(kubelet));
});

test("case 9: gates that became fixed and went, in every place that takes gates", () => {
    for (const gate of ["CoreDNS", "UpgradeAddonsBeforeControlPlane", "InitConfiguration", "NodeSwap"])
        only(ofCluster({ featureGates: { [gate]: true } }), /is no feature gate of kubeadm 1\.32/, gate);
    only(ofCluster({ featureGates: "EtcdLearnerMode=true" }), /must be a group of keys, each true or false/, "text");
    only(ofKubernetes({ kubelet: { featureGates: { IPv6DualStack: true } } }), /kubelet 1\.32 knows no/, "kubelet");
    only(ofKubernetes({ kubeProxy: { featureGates: { SupportIPVSProxyMode: true } } }), /kube-proxy 1\.32/, "proxy");
    const flag = { apiServer: { extraArgs: { "feature-gates": "TTLAfterFinished=true" } } };
    only(ofKubernetes(flag), /kube-apiserver 1\.32 knows no feature gate TTLAfterFinished/, "flag");
});

test("case 10: what people put around a name, and names that are none", () => {
    const around = ["api.example.com.", "[fd00::1]", "10.0.0.1:6443", "10.0.0.0/24", "user@api", "fd00::1%eth0"];
    const none = ["my_cluster", "api..example.com", "-api.example.com", "*", "*.*.example.com", "", "a b"];
    const long = `${"a".repeat(63)}.`.repeat(3) + "a".repeat(62);
    for (const name of [...around, ...none, long])
        only(ofKubernetes({ apiServer: { certSANs: [name] } }), /must be a DNS name of lower-case letters/, name);
    for (const name of ["fd00::1", "*.example.com", "localhost", long.slice(1)])
        assert.deepEqual(ofKubernetes({ apiServer: { certSANs: [name] } }), [], name);
});

test("case 10: endpoints with a bad port, a path or a scheme, and several at once", () => {
    const ports = ["lb.example.com:0", "lb.example.com:65536", "lb.example.com:", "lb.example.com:https"];
    const around = [
        "https://lb:6443",
        "lb:6443/",
        "a@lb:6443",
        "lb:6443,lb2:6443",
        "*.example.com",
        "lb.example.com.:6443",
    ];
    for (const endpoint of [...ports, ...around, "10.0.0", "1.2.3.4.5:6443", "010.0.0.1"])
        only(ofKubernetes({ controlPlaneEndpoint: endpoint }), /must be HOST or HOST:PORT/, endpoint);
});

test("case 12: an empty controlPlane is refused with the same reason; one that says nothing is none", () => {
    const join = (controlPlane: unknown) => ofKubernetes({ kubeadm: { joinConfiguration: { controlPlane } } });
    only(join({}), /joinConfiguration is the workers'/, "empty");
    assert.deepEqual(join(null), []);
});

test("case 15: every flag of a component that reads a file", () => {
    const files: Record<string, string[]> = {
        apiServer:
            "admission-control-config-file authentication-config authorization-config authentication-token-webhook-config-file tracing-config-file token-auth-file egress-selector-config-file service-account-key-file audit-webhook-config-file tls-cert-file tls-private-key-file encryption-provider-config kubelet-certificate-authority".split(
                " ",
            ),
        controllerManager: ["cloud-config", "cluster-signing-cert-file", "root-ca-file", "kubeconfig"],
        scheduler: ["config", "authentication-kubeconfig"],
    };
    for (const [component, flags] of Object.entries(files))
        for (const flag of flags) {
            const extraArgs = { [flag]: "/srv/owner/file" };
            only(ofKubernetes({ [component]: { extraArgs } }), /no extraVolume mounts \/srv\/owner\/file/, flag);
        }
    const beside = { apiServer: { extraArgs: { "audit-policy-file": "/etc/kubernetes/pkix/policy.yaml" } } };
    only(ofKubernetes(beside), /no extraVolume mounts/, "a directory whose name only begins alike");
    for (const mountPath of ["/etc/audit", "/etc/audit/", "/etc/audit/policy.yaml"]) {
        const extraVolumes = [{ name: "audit", hostPath: "/srv/audit", mountPath }];
        const flags = { apiServer: { extraArgs: { "audit-policy-file": "/etc/audit/policy.yaml" } } };
        assert.deepEqual(ofCluster({ apiServer: { extraVolumes } }, flags), [], mountPath);
    }
});

test("case 16: the program's other volume, and kinds of a path that there are not", () => {
    const volume = (fields: object) =>
        ofCluster({ apiServer: { extraVolumes: [{ name: "a", hostPath: "/a", mountPath: "/a", ...fields }] } });
    only(volume({ name: "api-server-files" }), /is the volume of the program's own files of the API server/, "name");
    only(volume({ pathType: "directory" }), /must be one of DirectoryOrCreate, Directory, FileOrCreate/, "pathType");
    for (const name of ["A", "a.b", "a".repeat(64)]) only(volume({ name }), /at most 63 lower-case letters/, name);
});

test("case 18: the former names of the same labels, on nodes of both roles", () => {
    const all =
        "node-role.kubernetes.io/master kubernetes.io/os beta.kubernetes.io/os beta.kubernetes.io/arch beta.kubernetes.io/hostname".split(
            " ",
        );
    for (const label of all) assert.equal(ofWorker({ labels: { [label]: "" } }).length, 1, label);
    const [master, ...workers] = raw().nodes;
    const nodes = [{ ...master, labels: { "node-role.kubernetes.io/control-plane": "" } }, ...workers];
    only(refused({ nodes }), /write the role control-plane, or take another label/, "on the control plane");
    const free = "topology.kubernetes.io/zone node.kubernetes.io/instance-type node-role.kubernetes.io/infra".split(
        " ",
    );
    for (const label of free) assert.deepEqual(ofWorker({ labels: { [label]: "a" } }), [], label);
});

test("case 19: a second server beside cluster DNS, and a domain that differs by a dot or a capital", () => {
    only(warned({ kubelet: { clusterDNS: ["10.96.0.10", "8.8.8.8"] } }), /clusterDNS: 8\.8\.8\.8 is not 10\.96/, "DNS");
    for (const clusterDomain of ["cluster.local.", "Cluster.local"])
        only(warned({ kubelet: { clusterDomain } }), /for which cluster DNS answers/, clusterDomain);
});

test("case 21: every way in which Go writes false", () => {
    for (const value of ["False", "FALSE", "0", "f", "F"]) {
        const kubernetes = { controllerManager: { extraArgs: { "allocate-node-cidrs": value } } };
        only(refused({ kubernetes, network: { addOn: "flannel" } }), /Flannel takes each node's addresses/, value);
    }
});

test("case 22: modes that are gone, of another system or in capitals; a range of two families", () => {
    for (const mode of ["userspace", "kernelspace", "IPVS"])
        only(ofKubernetes({ kubeProxy: { mode } }), /one of iptables, ipvs, nftables/, mode);
    const range = { kubeProxy: { clusterCIDR: "10.244.0.0/16,fd00::/48" } };
    only(warned(range), /is not kubernetes\.podSubnet 10\.244\.0\.0\/16/, "range");
});

test("case 25: a digest, a number or a scheme in images of CoreDNS", () => {
    for (const [dns, said] of [
        [{ imageTag: "v1.12.0@sha256:abc" }, /must be the tag of an image alone/],
        [{ imageTag: 1.12 }, /must be a text in quotes; found 1\.12/],
        [{ imageRepository: "registry.example.com/coredns/" }, /must be a registry with a path/],
        [{ imageRepository: "http://registry.example.com" }, /without https:\/\//],
    ] as const)
        only(ofCluster({ dns }), said, JSON.stringify(dns));
    assert.deepEqual(ofCluster({ dns: { imageRepository: "registry.example.com:5000/coredns" } }), []);
});

test("case 59: IPv6 alone, for Pods, for Services and for a node", () => {
    for (const [field, range] of [
        ["podSubnet", "fd00::/48"],
        ["serviceSubnet", "fd00::/108"],
        ["serviceSubnet", "10.96.0.0/12,fd00::/108"],
    ] as const)
        only(ofKubernetes({ [field]: range }), /IPv4 only, neither IPv6 nor dual stack/, range);
    only(ofWorker({ internalAddress: "fd00::1" }), /internalAddress: must be an IPv4 address/, "internalAddress");
    only(ofWorker({ address: "fd00::1" }), /since address is IPv6: give the IPv4 address/, "address");
});

test("case 60: names of several parts, up to what the label takes", () => {
    const parts = `${"a".repeat(31)}.${"b".repeat(31)}`;
    for (const name of ["a.b.c", parts, "a".repeat(63)]) assert.deepEqual(ofWorker({ name }), [], name);
    const whole = `${"a".repeat(63)}.`.repeat(3) + "a".repeat(61);
    for (const name of [`${parts}.c`, "a".repeat(64), whole])
        only(ofWorker({ name }), /at most 63 long, dots included.*give the node a shorter name/, name);
});

test("case 62: taints that a cloud or the node's own state sets stay Kubernetes'; those of others pass", () => {
    const taint = (key: string, effect = "NoSchedule") => ofWorker({ taints: [{ key, effect }] });
    for (const key of ["node.kubernetes.io/memory-pressure", "node.cloudprovider.kubernetes.io/uninitialized"])
        only(taint(key), /which sets it and takes it away; take another key/, key);
    for (const key of ["node.cilium.io/agent-not-ready", "node-role.kubernetes.io/worker", "dedicated"])
        assert.deepEqual(taint(key), [], key);
    only(taint("a", "noschedule"), /did you mean NoSchedule\?/, "effect");
});
