import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { afterEach, beforeEach, test } from "node:test";
import { cluster } from "../../config/cluster";
import { FakeHost } from "./fake-host";

let host: FakeHost;
beforeEach(() => (host = new FakeHost()));
afterEach(() => host.remove());

/** What its owner has set up: what it has, all findings as "SEVERITY CHECK: FOUND", and the settings. */
type Case = [what: string, spoil: () => void, expect: string[], settings?: Record<string, unknown>];

const kubelet = (settings: object) => ({ kubernetes: { kubelet: settings } });
const kubeProxy = (settings: object) => ({ kubernetes: { kubeProxy: settings } });
const link = (unit: string, directory: string) => {
    host.file(`${directory}/x.wants/none`, "");
    symlinkSync(`/usr/lib/systemd/system/${unit}`, host.place(`${directory}/x.wants/${unit}`));
};

const CASES: Case[] = [
    // What a boot changes.
    [
        "case 39: zram at every boot",
        () => link("zramswap.service", "etc/systemd/system"),
        ["warning swap: switched on at every boot by zramswap.service"],
    ],
    [
        "zram-generator's unit",
        () => link("dev-zram0.swap", "run/systemd/generator"),
        ["warning swap: switched on at every boot by dev-zram0.swap"],
    ],
    [
        "one that is masked",
        () => {
            link("zramswap.service", "etc/systemd/system");
            symlinkSync("/dev/null", host.place("etc/systemd/system/zramswap.service"));
        },
        [],
    ],
    ["swap that is wanted", () => link("dev-zram0.swap", "run/systemd/generator"), [], kubelet({ failSwapOn: false })],
    [
        "a setting that is taken back at every boot",
        () => host.file("etc/sysctl.d/99-sysctl.conf", "# net.ipv4.ip_forward=1\nnet.ipv4.ip_forward = 0\n"),
        ["error kernel setting: net.ipv4.ip_forward=0 in /etc/sysctl.d/99-sysctl.conf, at every boot"],
    ],
    [
        "the same in a file that comes first",
        () => host.file("etc/sysctl.d/50-hardening.conf", "net/ipv4/ip_forward=0\n"),
        [],
    ],
    // containerd.
    [
        "Docker's containerd",
        () => host.file("etc/containerd/config.toml", '# more\ndisabled_plugins = ["cri"]\n#root = "/x"\n'),
        ["warning containerd: /etc/containerd/config.toml disables cri"],
    ],
    [
        "a containerd that was set up with care",
        () =>
            host.file(
                "etc/containerd/config.toml",
                'version = 2\nroot = "/data/containerd"\n[plugins."io.containerd.grpc.v1.cri".registry.mirrors]\n  [plugins."x".containerd.runtimes.nvidia]\n    SystemdCgroup = false\n',
            ),
        [
            "warning containerd: /etc/containerd/config.toml has SystemdCgroup false, keeps its data in /data/containerd, has registries, has the runtime nvidia",
        ],
    ],
    [
        "a distribution's containerd",
        () =>
            host.file(
                "etc/containerd/config.toml",
                `version = 2\nroot = "${host.place("var/lib/containerd")}"\n[plugins]\n  SystemdCgroup = true\n`,
            ),
        [],
    ],
    [
        "a unit that reads another file",
        () =>
            host.program(
                "systemctl",
                `[ "$*" = 'cat containerd' ] || exit 3; printf '# /usr/lib/systemd/system/containerd.service\\nExecStart=/usr/bin/containerd\\n# /etc/systemd/system/containerd.service.d/own.conf\\nExecStart=\\nExecStart=/usr/bin/containerd -c /data/containerd.toml\\n'`,
            ),
        ["error containerd: its unit reads /data/containerd.toml"],
    ],
    // kube-proxy.
    [
        "case 22: ipvs without its modules",
        () => undefined,
        ["error kernel: no ip_vs", "error kernel: no ip_vs_lc", "error kernel: no ip_set"],
        kubeProxy({ mode: "ipvs", ipvs: { scheduler: "lc" } }),
    ],
    [
        "ipvs with them",
        () =>
            host.file(
                "lib/modules/6.1.0/modules.dep",
                ["ip_vs", "ip_vs_rr", "ip_set", "vxlan"].map((name) => `kernel/net/${name}.ko.zst:\n`).join(""),
            ),
        [],
        kubeProxy({ mode: "ipvs" }),
    ],
    ["nftables without nf_tables", () => undefined, ["error kernel: no nf_tables"], kubeProxy({ mode: "nftables" })],
];

for (const [what, spoil, expect, settings] of CASES) {
    const look = () => {
        spoil();
        assert.deepEqual(host.findings(cluster(settings)), expect);
    };
    const [, number, name] = /^case (\d+): (.*)$/.exec(what) ?? [];
    if (number === undefined) test(what, look);
    else test(`case ${number}: ${name}`, look);
}
