import { existsSync, mkdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { METRICS_SERVER_VERSION } from "../../../components/addons/metrics/images";
import { writeWhole } from "../files";
import { cacheDir } from "../paths";
import { run } from "../run";
import { sha256 } from "./sha256";
import type { Step } from "./steps";
import { companionsOf, versions } from "./versions";

const script = (name: string) => join(__dirname, name);

/** Programs of Kubernetes, in the order of their size: the first ones are there soon. */
export const kubernetesPrograms = [
    "kubeadm",
    "kubectl",
    "kube-proxy",
    "kubelet",
    "kube-scheduler",
    "kube-controller-manager",
    "kube-apiserver",
] as const;

/** Plug-ins of the CNI release that the lab's networks use, and the small ones that go with them. */
const cniPlugins = [
    "main/bridge",
    "main/host-device",
    "main/loopback",
    "main/ptp",
    "ipam/host-local",
    "meta/bandwidth",
    "meta/firewall",
    "meta/portmap",
    "meta/tuning",
];

/** How a program is built: by default from its module's root, by the toolchain for all that is not Kubernetes. */
interface GoBuild {
    /** Default: the file's own name. */
    title?: string;
    /** Path of the package below the module. */
    package?: string;
    toolchain?: string;
    ldflags?: string;
    cgo?: boolean;
}

/** The step that builds a program of a published Go module into `out`, a file that appears only when it is whole. */
function goStep(out: string, module: string, version: string, build: GoBuild = {}): Step {
    const name = basename(out);
    return {
        title: `${build.title ?? name} ${version}`,
        done: () => existsSync(out),
        make: async (scratch) => {
            await run(script("go-build.sh"), [dirname(out), module, version, `${build.package ?? "."}=${name}`], {
                env: {
                    GO_SCRATCH: scratch,
                    GO_TOOLCHAIN: build.toolchain ?? versions.toolchain,
                    GO_LDFLAGS: build.ldflags ?? "",
                    GO_CGO: build.cgo ? "1" : "0",
                },
            });
        },
    };
}

/** Where a Kubernetes version's programs are on the mirror site, in the layout of dl.k8s.io. */
export const kubernetesDir = (version: string) => cacheDir("site", `v${version}`, "bin/linux/amd64");

/** Where a part that goes into an image or an archive is kept. */
export const part = (...path: string[]) => cacheDir("parts", ...path);

/** Steps for the programs of a Kubernetes version, each with the file that holds its checksum. */
export function kubernetesSteps(version: string): Step[] {
    const [major = "", minor = ""] = version.split(".");
    // kubeadm refuses to work without knowing its version.
    const told = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
    const set = ([name, value]: string[]) => `-X k8s.io/component-base/version.${name}=${value}`;
    const ldflags = Object.entries(told).map(set).join(" ");
    const { toolchain } = companionsOf(version);
    return kubernetesPrograms.map((name) => {
        const out = join(kubernetesDir(version), name);
        const build = { package: `cmd/${name}`, toolchain, ldflags };
        return withChecksum(goStep(out, "k8s.io/kubernetes", `v${version}`, build), out);
    });
}

/** dl.k8s.io serves beside each file one that holds nothing but its SHA-256, in hexadecimal. */
function withChecksum(step: Step, file: string): Step {
    return {
        title: step.title,
        done: () => step.done() && existsSync(`${file}.sha256`),
        make: async (scratch) => {
            if (!step.done()) await step.make(scratch);
            writeWhole(`${file}.sha256`, await sha256(file));
        },
    };
}

/** Steps for the programs that Kubernetes needs beside its own. */
export function companionSteps(kubernetes: string): Step[] {
    const { etcd, coredns, pause, toolchain } = companionsOf(kubernetes);
    const etcdVersion = `v${etcd.split("-")[0]}`;
    const etcdProgram = (name: string, folder: string) =>
        goStep(part(`etcd-${etcdVersion}`, name), `go.etcd.io/etcd/${folder}/v3`, etcdVersion);
    const pauseFile = part(`pause-${pause}`, "pause");
    return [
        etcdProgram("etcd", "server"),
        etcdProgram("etcdctl", "etcdctl"),
        etcdProgram("etcdutl", "etcdutl"),
        goStep(part(`coredns-${coredns}`, "coredns"), "github.com/coredns/coredns", coredns),
        {
            title: `pause ${pause}`,
            done: () => existsSync(pauseFile),
            make: async (scratch) => {
                const env = { GO_SCRATCH: scratch, GO_TOOLCHAIN: toolchain };
                await run(script("pause.sh"), [pauseFile, `v${kubernetes}`, pause], { env });
            },
        },
    ];
}

/** Steps for the pod networks: flannel's programs and the archive of CNI plug-ins. */
export function networkSteps(): Step[] {
    const { cniPlugins: release, flannel, flannelCniSource } = versions;
    const plugin = (folder: string, version: string, path: string) =>
        goStep(part(`${folder}-${version}`, basename(path)), "github.com/containernetworking/plugins", version, {
            title: `CNI plug-in ${basename(path)}`,
            package: `plugins/${path}`,
        });
    return [
        ...cniPlugins.map((path) => plugin("cni-plugins", release, path)),
        withChecksum(cniArchive(release), cniArchiveFile(release)),
        plugin("flannel-cni", flannelCniSource, "meta/flannel"),
        goStep(part(`flannel-${flannel}`, "flanneld"), "github.com/flannel-io/flannel", flannel, {
            toolchain: versions.flannelToolchain,
            ldflags: `-X github.com/flannel-io/flannel/pkg/version.Version=${flannel}`,
            // Its udp backend is C.
            cgo: true,
        }),
    ];
}

/** The step for metrics-server. */
export const metricsServerStep = (): Step =>
    goStep(
        part(`metrics-server-${METRICS_SERVER_VERSION}`, "metrics-server"),
        "sigs.k8s.io/metrics-server",
        METRICS_SERVER_VERSION,
        { package: "cmd/metrics-server" },
    );

/** Where the archive of CNI plug-ins is on the mirror site. */
export const cniArchiveFile = (release: string) =>
    cacheDir("site/cni-plugins", release, `cni-plugins-linux-amd64-${release}.tgz`);

/** The archive of CNI plug-ins as its project publishes it. */
function cniArchive(release: string): Step {
    const file = cniArchiveFile(release);
    return {
        title: `archive of CNI plug-ins ${release}`,
        done: () => existsSync(file),
        make: async () => {
            mkdirSync(dirname(file), { recursive: true });
            const content = ["-C", part(`cni-plugins-${release}`), "-czf", `${file}.partial`, "."];
            await run("tar", ["--owner=0", "--group=0", ...content]);
            renameSync(`${file}.partial`, file);
        },
    };
}
