import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parse } from "yaml";
import { validateConfig } from "../../../components/config";
import { warnings } from "../../../components/config/checks";
import { agentProblems } from "../../../components/config/checks/agent";
import { initConfiguration } from "../../../components/control-plane/kubeadm-config";
import { cluster, nodeOf, raw, type Raw } from "./cluster";

const text = ({ path, message }: { path: string; message: string }) => `${path}: ${message}`;
const refused = (settings: object) => (validateConfig({ ...raw(), ...settings }).problems ?? []).map(text);
const warned = (settings: Record<string, unknown>) => warnings(cluster(settings)).map(text);
const ofCluster = (clusterConfiguration: object, more: object = {}) =>
    refused({ kubernetes: { ...more, kubeadm: { clusterConfiguration } } });
const nodes = (change: (config: Raw) => void) => {
    const config = raw();
    change(config);
    return { nodes: config.nodes };
};

// Situations that people reported, by their numbers in the project's list; each must be answered before a host is reached.
describe("field cases", () => {
    test("case 1: words that YAML 1.1 takes for something else stand in quotes", () => {
        const config = cluster(
            nodes((all) => {
                Object.assign(all.nodes[0] ?? {}, {
                    name: "no",
                    taints: ["yes", "on", "1_000"].map((value) => ({ key: `k${value}`, value, effect: "NoSchedule" })),
                });
            }),
        );
        const document = initConfiguration(nodeOf(config, "no"));
        const read = parse(document, { version: "1.1" }) as {
            nodeRegistration: { name: unknown; taints: { value?: unknown }[] };
        };
        assert.equal(read.nodeRegistration.name, "no");
        const values = read.nodeRegistration.taints.map(({ value }) => value);
        assert.deepEqual(values, [undefined, "yes", "on", "1_000"]);
    });

    test("case 4: an agent that is not there opens no host", () => {
        const config = cluster({ ssh: { agent: true } });
        assert.match(
            agentProblems(config, {}, undefined).map(text).join(),
            /^ssh\.agent: true, but this machine runs no SSH agent/,
        );
        assert.deepEqual(agentProblems(config, {}, "/run/agent"), []);
        assert.deepEqual(agentProblems(config, { sshPrivateKey: "k" }, undefined), []);
        assert.deepEqual(agentProblems(cluster(), {}, undefined), []);
    });

    test("case 9: feature gates that kubeadm does not know", () => {
        const [problem = "", ...others] = ofCluster({ featureGates: { IPv6DualStack: true } });
        assert.deepEqual(others, []);
        assert.match(problem, /clusterConfiguration\.featureGates\.IPv6DualStack: is no feature gate of kubeadm 1\.32/);
        assert.match(
            ofCluster({ featureGates: { NodeLocalCriSocket: true } })[0] ?? "",
            /did you mean NodeLocalCRISocket\?/,
        );
        assert.deepEqual(ofCluster({ featureGates: { NodeLocalCRISocket: true } }), []);
    });

    test("case 10: names in certificates, and the endpoint", () => {
        for (const certSANs of ["https://api.example.com", "api.example.com:6443", "my_cluster.local"])
            assert.match(
                refused({ kubernetes: { apiServer: { certSANs: [certSANs] } } })[0] ?? "",
                /must be a DNS name/,
            );
        assert.match(
            ofCluster({ etcd: { local: { serverCertSANs: ["https://etcd"] } } })[0] ?? "",
            /serverCertSANs\[0\]/,
        );
        const endpoint = (controlPlaneEndpoint: string) => refused({ kubernetes: { controlPlaneEndpoint } })[0] ?? "";
        assert.match(endpoint("K8S.Example.com:6443"), /lower case, as kubeadm takes it: k8s\.example\.com:6443/);
        assert.match(endpoint("256.1.1.1:6443"), /256\.1\.1\.1 is no IPv4 address/);
        assert.match(endpoint("api_1.example.com"), /must be HOST or HOST:PORT/);
        assert.equal(endpoint("k8s.example.com:6443"), "");
        assert.equal(endpoint("10.0.0.1"), "");
    });

    test("case 12: joinConfiguration.controlPlane is refused with the true reason", () => {
        const kubeadm = { joinConfiguration: { controlPlane: { certificateKey: "a" } } };
        const [problem = ""] = refused({ kubernetes: { kubeadm } });
        assert.match(problem, /joinConfiguration is the workers'; nodes with the role control-plane join/);
        assert.doesNotMatch(problem, /supported yet/);
    });

    test("case 15: a file that no extraVolume mounts", () => {
        for (const [key, flag] of [
            ["apiServer", "audit-policy-file"],
            ["apiServer", "oidc-ca-file"],
            ["scheduler", "config"],
        ] as const) {
            const settings = { [key]: { extraArgs: { [flag]: "/etc/owner/file.yaml" } } };
            const [problem = ""] = refused({ kubernetes: settings });
            assert.match(
                problem,
                /no extraVolume mounts \/etc\/owner\/file\.yaml.*hostPath: \/etc\/owner\/file\.yaml,.*pathType: File/,
            );
            const volumes = [{ name: "owner", hostPath: "/etc/owner", mountPath: "/etc/owner" }];
            assert.deepEqual(ofCluster({ [key]: { extraVolumes: volumes } }, settings), []);
        }
        const known = { "oidc-ca-file": "/etc/ssl/certs/ca.pem", "etcd-prefix": "/registry" };
        assert.deepEqual(refused({ kubernetes: { apiServer: { extraArgs: known } } }), []);
        const log = { kubernetes: { apiServer: { extraArgs: { "audit-log-path": "/var/log/audit.log" } } } };
        assert.match(warned(log).join(), /no extraVolume mounts \/var\/log\/audit\.log: the log ends with each Pod/);
        const stdout = { kubernetes: { apiServer: { extraArgs: { "audit-log-path": "-" } } } };
        assert.deepEqual(warned(stdout), []);
    });

    test("case 16: a volume of the program's own name, or of one name twice", () => {
        const volume = { name: "audit-logs", hostPath: "/a", mountPath: "/a" };
        const own = { apiServer: { extraVolumes: [volume] } };
        assert.match(
            ofCluster(own, { audit: { level: "metadata" } })[0] ?? "",
            /audit-logs is the volume of kubernetes\.audit/,
        );
        assert.deepEqual(ofCluster(own), []);
        const twice = { scheduler: { extraVolumes: [volume, { ...volume, mountPath: "/b" }] } };
        assert.match(ofCluster(twice)[0] ?? "", /extraVolumes\[1\]\.name: audit-logs is that of extraVolumes\[0\]/);
    });

    test("case 16: beside it, names and paths of volumes as a Pod takes them", () => {
        const extraVolumes = [{ name: "audit_logs", hostPath: "logs", mountPath: "/logs" }];
        assert.deepEqual(
            ofCluster({ apiServer: { extraVolumes } }).map((line) => line.replace(/^.*extraVolumes/, "").split(";")[0]),
            [
                "[0].hostPath: must be an absolute path",
                "[0].name: must be at most 63 lower-case letters, digits and '-', as of every volume of a Pod",
            ],
        );
    });

    test("case 25: beside it, repositories and tags", () => {
        const clusterConfiguration = {
            dns: { imageRepository: "https://registry.example.com/dns" },
            etcd: { local: { imageTag: "etcd:3.5.24" } },
        };
        assert.match(
            ofCluster(clusterConfiguration)[0] ?? "",
            /dns\.imageRepository: must be a registry .* without https/,
        );
        assert.match(
            ofCluster(clusterConfiguration)[1] ?? "",
            /etcd\.local\.imageTag: must be the tag of an image alone/,
        );
    });

    test("case 15: beside it, flags that need another one", () => {
        const oidc = (extraArgs: object) => ({ kubernetes: { apiServer: { extraArgs } } });
        const [said = ""] = warned(oidc({ "oidc-issuer-url": "https://id.example.com" }));
        assert.match(said, /oidc-issuer-url: does nothing without oidc-client-id/);
        const http = oidc({ "oidc-issuer-url": "http://id.example.com", "oidc-client-id": "k8s" });
        assert.match(refused(http)[0] ?? "", /must begin with https:\/\/; found "http:\/\/id\.example\.com"/);
    });

    test("a check that all stands for is not named beside it", () => {
        const nodeRegistration = { ignorePreflightErrors: ["All", "Swap"] };
        const said = refused({ kubernetes: { kubeadm: { joinConfiguration: { nodeRegistration } } } });
        assert.match(
            said[0] ?? "",
            /joinConfiguration\.nodeRegistration\.ignorePreflightErrors: all stands for every check/,
        );
    });

    test("case 18: labels that the control plane is known by, and the kubelet's own", () => {
        for (const label of ["node-role.kubernetes.io/control-plane", "kubernetes.io/hostname", "kubernetes.io/arch"]) {
            const labels = nodes((all) => void Object.assign(all.nodes[1] ?? {}, { labels: { [label]: "" } }));
            assert.equal(refused(labels).length, 1, label);
        }
        const role = nodes(
            (all) => void Object.assign(all.nodes[1] ?? {}, { labels: { "node-role.kubernetes.io/worker": "" } }),
        );
        assert.deepEqual(refused(role), []);
    });

    test("case 19: the kubelet's DNS is that of the Services' subnet", () => {
        const kubelet = { clusterDNS: ["10.96.0.10"], clusterDomain: "corp.local" };
        assert.deepEqual(
            warned({ kubernetes: { serviceSubnet: "172.30.0.0/16", kubelet } }).map((line) => line.split(":")[0]),
            ["kubernetes.kubelet.clusterDNS", "kubernetes.kubelet.clusterDomain"],
        );
        assert.deepEqual(warned({ kubernetes: { kubelet: { clusterDNS: ["10.96.0.10"] } } }), []);
        assert.deepEqual(warned({ kubernetes: { kubelet: { clusterDNS: ["169.254.20.10"] } } }), []);
    });

    test("case 21: Flannel without addresses for its nodes", () => {
        const kubernetes = { controllerManager: { extraArgs: { "allocate-node-cidrs": "false" } } };
        assert.match(
            refused({ kubernetes, network: { addOn: "flannel" } })[0] ?? "",
            /Flannel takes each node's addresses/,
        );
        assert.deepEqual(refused({ kubernetes, network: { addOn: "weave" } }), []);
        const controllers = (value: string, addOn = "flannel") =>
            refused({
                kubernetes: { controllerManager: { extraArgs: { controllers: value } } },
                network: { addOn },
            });
        const joining = "bootstrapsigner,tokencleaner";
        assert.match(controllers(`*,${joining},-nodeipam`)[0] ?? "", /has -nodeipam: .* leave that out/);
        assert.match(controllers(`deployment,${joining}`)[0] ?? "", /leaves out node-ipam-controller: .* add it/);
        assert.deepEqual(controllers(`*,${joining}`), []);
        assert.deepEqual(controllers(`node-ipam-controller,${joining}`), []);
        assert.deepEqual(controllers(`*,${joining},-nodeipam`, "weave"), []);
    });

    test("case 22: kube-proxy's mode and range", () => {
        assert.match(
            refused({ kubernetes: { kubeProxy: { mode: "ipvss" } } })[0] ?? "",
            /one of iptables, ipvs, nftables/,
        );
        assert.match(warned({ kubernetes: { kubeProxy: { mode: "ipvs" } } }).join(), /needs the kernel modules ip_vs/);
        const range = { kubernetes: { kubeProxy: { clusterCIDR: "10.0.0.0/8" } } };
        assert.match(warned(range).join(), /10\.0\.0\.0\/8 is not kubernetes\.podSubnet 10\.244\.0\.0\/16/);
        const same = { kubernetes: { kubeProxy: { clusterCIDR: "10.244.0.0/16", mode: "nftables" } } };
        assert.deepEqual(warned(same), []);
    });

    test("case 23: protectKernelDefaults is no matter of the user's: prepare sets what it wants", () => {
        for (const protectKernelDefaults of [true, false])
            assert.deepEqual(warned({ kubernetes: { kubelet: { protectKernelDefaults } } }), []);
    });

    test("case 59: two families of addresses, and one that is not IPv4", () => {
        const [pods = ""] = refused({ kubernetes: { podSubnet: "10.244.0.0/16,fd00::/48" } });
        assert.match(pods, /IPv4 only, neither IPv6 nor dual stack; found "10\.244\.0\.0\/16,fd00::\/48"/);
        const [endpoint = ""] = refused({ kubernetes: { controlPlaneEndpoint: "[fd00::10]:6443" } });
        assert.match(endpoint, /makes clusters of IPv4 only; found "\[fd00::10\]:6443"/);
    });

    test("case 60: a node's name of 75 characters is refused for what is long about it", () => {
        const name = `${"a".repeat(40)}.${"b".repeat(34)}`;
        const [problem = ""] = refused(nodes((all) => void Object.assign(all.nodes[1] ?? {}, { name })));
        assert.match(
            problem,
            /at most 63 long, dots included: the kubelet writes it into the label kubernetes\.io\/hostname/,
        );
        const dnsDomain = `${"a".repeat(40)}.${"b".repeat(34)}`;
        assert.deepEqual(refused({ kubernetes: { dnsDomain } }), []);
    });

    test("case 62: taints of roles that are the owner's", () => {
        const taint = (key: string, index: number) =>
            refused(
                nodes((all) => void Object.assign(all.nodes[index] ?? {}, { taints: [{ key, effect: "NoSchedule" }] })),
            );
        assert.deepEqual(taint("node-role.kubernetes.io/infra", 1), []);
        assert.match(
            taint("node-role.kubernetes.io/control-plane", 1)[0] ?? "",
            /belongs to Kubernetes itself; take another key/,
        );
        assert.match(taint("node-role.kubernetes.io/control-plane", 0)[0] ?? "", /use schedulable, or another key/);
        assert.match(taint("node.kubernetes.io/not-ready", 1)[0] ?? "", /which sets it and takes it away/);
    });

    test("etcd outside of the cluster, as many kubeadm.yaml have it, is refused with the reason", () => {
        const external = { endpoints: ["https://10.0.0.1:2379"], caFile: "/a", certFile: "/b", keyFile: "/c" };
        assert.match(
            ofCluster({ etcd: { external } })[0] ?? "",
            /etcd\.external: etcd outside of the cluster is not supported/,
        );
    });
});
