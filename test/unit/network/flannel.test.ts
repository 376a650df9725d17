import assert from "node:assert/strict";
import { test } from "node:test";
import { Flannel } from "../../../components/network";
import type { FlannelArgs } from "../../../components/network";
import { register, Registrations } from "./engine-double";

interface Container {
    name: string;
    image: string;
    args: string[];
    env: { name: string; valueFrom?: object }[];
    securityContext?: unknown;
    volumeMounts: { name: string; mountPath: string }[];
}
interface DaemonSet {
    metadata: object;
    spec: {
        template: {
            spec: {
                hostNetwork: boolean;
                serviceAccountName: string;
                tolerations: object[];
                initContainers: Container[];
                containers: Container[];
                volumes: { name: string; hostPath?: { path: string }; configMap?: { name: string } }[];
            };
        };
    };
}
interface ConfigMap {
    metadata: { name: string; namespace: string };
    data: Record<"cni-conf.json" | "net-conf.json", string>;
}

const flannel = (settings: Partial<FlannelArgs> = {}): Promise<Registrations> =>
    register(() => new Flannel("net", { podSubnet: "10.244.0.0/16", ...settings }));

const podSpec = (registered: Registrations): DaemonSet["spec"]["template"]["spec"] =>
    (registered.only("DaemonSet").inputs as unknown as DaemonSet).spec.template.spec;

const configMap = (registered: Registrations): ConfigMap => registered.only("ConfigMap").inputs as unknown as ConfigMap;

const netConf = async (settings: Partial<FlannelArgs> = {}): Promise<unknown> =>
    JSON.parse(configMap(await flannel(settings)).data["net-conf.json"]);

test("all objects of the release are made, in its namespace", async () => {
    const registered = await flannel();
    assert.deepEqual(
        registered
            .manifests()
            .map(({ kind }) => kind as string)
            .sort(),
        ["ClusterRole", "ClusterRoleBinding", "ConfigMap", "DaemonSet", "Namespace", "ServiceAccount"],
    );
    assert.deepEqual(registered.only("Namespace").inputs.metadata, {
        name: "kube-flannel",
        labels: { "k8s-app": "flannel", "pod-security.kubernetes.io/enforce": "privileged" },
    });
    for (const kind of ["ServiceAccount", "ConfigMap", "DaemonSet"]) {
        const { metadata } = registered.only(kind).inputs as { metadata: { namespace: string } };
        assert.equal(metadata.namespace, "kube-flannel", kind);
    }
});

test("flanneld may read Nodes and annotate their status, and nothing else", async () => {
    const registered = await flannel();
    assert.deepEqual(registered.only("ClusterRole").inputs.rules, [
        { apiGroups: [""], resources: ["pods"], verbs: ["get"] },
        { apiGroups: [""], resources: ["nodes"], verbs: ["get", "list", "watch"] },
        { apiGroups: [""], resources: ["nodes/status"], verbs: ["patch"] },
    ]);
    assert.deepEqual(registered.only("ClusterRoleBinding").inputs.subjects, [
        { kind: "ServiceAccount", name: "flannel", namespace: "kube-flannel" },
    ]);
});

test("net-conf.json: vxlan by default, with nothing that was not asked for", async () => {
    assert.deepEqual(await netConf(), {
        Network: "10.244.0.0/16",
        EnableNFTables: false,
        Backend: { Type: "vxlan" },
    });
});

test("net-conf.json: the settings of vxlan, under Flannel's own names", async () => {
    const settings = { podSubnet: "10.8.0.0/14", mtu: 9001, vni: 4096, port: 4789, directRouting: true };
    assert.deepEqual(await netConf(settings), {
        Network: "10.8.0.0/14",
        EnableNFTables: false,
        Backend: { Type: "vxlan", VNI: 4096, Port: 4789, MTU: 9001, DirectRouting: true },
    });
});

test("net-conf.json: host-gw", async () => {
    assert.deepEqual(await netConf({ backend: "host-gw" }), {
        Network: "10.244.0.0/16",
        EnableNFTables: false,
        Backend: { Type: "host-gw" },
    });
});

test("cni-conf.json: flannel, then portmap", async () => {
    assert.deepEqual(JSON.parse(configMap(await flannel()).data["cni-conf.json"]), {
        name: "cbr0",
        cniVersion: "0.3.1",
        plugins: [
            { type: "flannel", delegate: { hairpinMode: true, isDefaultGateway: true } },
            { type: "portmap", capabilities: { portMappings: true } },
        ],
    });
});

test("changed settings give a ConfigMap of another name, which the Pod template refers to", async () => {
    const names = new Set<string>();
    for (const settings of [{}, { podSubnet: "10.8.0.0/16" }, { backend: "host-gw" as const }, { mtu: 1400 }]) {
        const registered = await flannel(settings);
        const { name } = configMap(registered).metadata;
        assert.match(name, /^kube-flannel-cfg-[0-9a-f]{10}$/);
        const volume = podSpec(registered).volumes.find((candidate) => candidate.configMap !== undefined);
        assert.equal(volume?.configMap?.name, name);
        names.add(name);
    }
    assert.equal(names.size, 4);
});

test("settings that do not reach the ConfigMap leave its name alone", async () => {
    const [before, after] = [await flannel(), await flannel({ imageRegistry: "registry.example.com" })];
    assert.equal(configMap(after).metadata.name, configMap(before).metadata.name);
});

test("the daemon runs in the host's network with two capabilities, unprivileged", async () => {
    const pods = podSpec(await flannel());
    assert.equal(pods.hostNetwork, true);
    assert.equal(pods.serviceAccountName, "flannel");
    assert.deepEqual(pods.tolerations, [{ operator: "Exists", effect: "NoSchedule" }]);
    assert.deepEqual(pods.containers[0]?.securityContext, {
        privileged: false,
        capabilities: { add: ["NET_ADMIN", "NET_RAW"] },
    });
});

test("flanneld takes the card with the node's own address, whichever has the default route, or the one it is told", async () => {
    const [daemon] = podSpec(await flannel()).containers;
    assert.deepEqual(daemon?.args, ["--ip-masq", "--kube-subnet-mgr", "--iface=$(NODE_IP)"]);
    const address = daemon?.env.find(({ name }) => name === "NODE_IP");
    assert.deepEqual(address?.valueFrom, { fieldRef: { fieldPath: "status.hostIP" } });
    const told = podSpec(await flannel({ interface: "eth1" })).containers[0];
    assert.equal(told?.args.at(-1), "--iface=eth1");
});

test("exactly the release's host paths are mounted, each where it is used", async () => {
    const pods = podSpec(await flannel());
    const paths = new Map(pods.volumes.map(({ name, hostPath }) => [name, hostPath?.path ?? "the ConfigMap"]));
    const mounts = [...pods.initContainers, ...pods.containers].map(({ name, volumeMounts }) => [
        name,
        ...volumeMounts.map((mount) => `${paths.get(mount.name)} on ${mount.mountPath}`),
    ]);
    assert.deepEqual(mounts, [
        ["install-cni-plugin", "/opt/cni/bin on /opt/cni/bin"],
        ["install-cni", "/etc/cni/net.d on /etc/cni/net.d", "the ConfigMap on /etc/kube-flannel/"],
        [
            "kube-flannel",
            "/run/flannel on /run/flannel",
            "the ConfigMap on /etc/kube-flannel/",
            "/run/xtables.lock on /run/xtables.lock",
        ],
    ]);
});

test("images: those of the release by default, else registry and digests", async () => {
    const images = (registered: Registrations): string[] => {
        const pods = podSpec(registered);
        return [...pods.initContainers, ...pods.containers].map(({ image }) => image);
    };
    const flannelImage = "ghcr.io/flannel-io/flannel:v0.26.7";
    const plugin = "ghcr.io/flannel-io/flannel-cni-plugin:v1.6.2-flannel1";
    assert.deepEqual(images(await flannel()), [plugin, flannelImage, flannelImage]);

    const digest = `sha256:${"c".repeat(64)}`;
    const pinned = await flannel({ imageRegistry: "registry.example.com", digests: { cniPlugin: digest } });
    assert.deepEqual(images(pinned), [
        `registry.example.com/flannel-cni-plugin:v1.6.2-flannel1@${digest}`,
        "registry.example.com/flannel:v0.26.7",
        "registry.example.com/flannel:v0.26.7",
    ]);
});
