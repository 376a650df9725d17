import { existsSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { METRICS_SERVER_VERSION } from "../../../components/addons/metrics/images";
import { writeWhole } from "../files";
import { cacheDir } from "../paths";
import { run } from "../run";
import { sha256 } from "./sha256";
import type { Step } from "./steps";
import { companionsOf, versions } from "./versions";

const script = (name: string) => join(__dirname, name);

/** Programs of Kubernetes, in the order of their size: the first ones are there soon. */
const kubernetesPrograms = [
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

/** A program of a published Go module and where it goes. */
interface GoProgram {
    title: string;
    out: string;
    module: string;
    version: string;
    /** Path of the package below the module; `.` is its root. */
    package: string;
    toolchain: string;
    ldflags?: string;
    cgo?: boolean;
}

/** The step that builds a program; nothing to do where the file is there, since it appears only when it is whole. */
function goStep(program: GoProgram): Step {
    const folder = join(program.out, "..");
    const name = program.out.slice(folder.length + 1);
    return {
        title: `${program.title} ${program.version}`,
        done: () => existsSync(program.out),
        make: async (scratch) => {
            await run(script("go-build.sh"), [folder, program.module, program.version, `${program.package}=${name}`], {
                env: {
                    GO_SCRATCH: scratch,
                    GO_TOOLCHAIN: program.toolchain,
                    GO_LDFLAGS: program.ldflags ?? "",
                    GO_CGO: program.cgo ? "1" : "0",
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
    const set = (name: string, value: string) => `-X k8s.io/component-base/version.${name}=${value}`;
    return kubernetesPrograms.map((name) => {
        const out = join(kubernetesDir(version), name);
        const build = goStep({
            title: name,
            out,
            module: "k8s.io/kubernetes",
            version: `v${version}`,
            package: `cmd/${name}`,
            toolchain: companionsOf(version).toolchain,
            // kubeadm refuses to work without knowing its version.
            ldflags: [
                set("gitVersion", `v${version}`),
                set("gitMajor", major),
                set("gitMinor", minor),
                set("gitTreeState", "clean"),
            ].join(" "),
        });
        return withChecksum(build, out);
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
    const { etcd, coredns, pause } = companionsOf(kubernetes);
    const etcdVersion = `v${etcd.split("-")[0]}`;
    const toolchain = versions.toolchain;
    const etcdProgram = (name: string, module: string) =>
        goStep({
            title: name,
            out: part(`etcd-${etcdVersion}`, name),
            module,
            version: etcdVersion,
            package: ".",
            toolchain,
        });
    const pauseFile = part(`pause-${pause}`, "pause");
    return [
        etcdProgram("etcd", "go.etcd.io/etcd/server/v3"),
        etcdProgram("etcdctl", "go.etcd.io/etcd/etcdctl/v3"),
        etcdProgram("etcdutl", "go.etcd.io/etcd/etcdutl/v3"),
        goStep({
            title: "coredns",
            out: part(`coredns-${coredns}`, "coredns"),
            module: "github.com/coredns/coredns",
            version: coredns,
            package: ".",
            toolchain,
        }),
        {
            title: `pause ${pause}`,
            done: () => existsSync(pauseFile),
            make: async (scratch) => {
                const env = { GO_SCRATCH: scratch, GO_TOOLCHAIN: companionsOf(kubernetes).toolchain };
                await run(script("pause.sh"), [pauseFile, `v${kubernetes}`, pause], { env });
            },
        },
    ];
}

/** Steps for the pod networks: flannel's programs and the archive of CNI plug-ins. */
export function networkSteps(): Step[] {
    const { cniPlugins: release, flannel, flannelCniSource } = versions;
    const module = "github.com/containernetworking/plugins";
    const plugins = cniPlugins.map((path) =>
        goStep({
            title: `CNI plug-in ${path.split("/")[1]}`,
            out: part(`cni-plugins-${release}`, path.split("/")[1] ?? ""),
            module,
            version: release,
            package: `plugins/${path}`,
            toolchain: versions.toolchain,
        }),
    );
    return [
        ...plugins,
        withChecksum(cniArchive(release), cniArchiveFile(release)),
        goStep({
            title: "CNI plug-in flannel",
            out: part(`flannel-cni-${flannelCniSource}`, "flannel"),
            module,
            version: flannelCniSource,
            package: "plugins/meta/flannel",
            toolchain: versions.toolchain,
        }),
        goStep({
            title: "flanneld",
            out: part(`flannel-${flannel}`, "flanneld"),
            module: "github.com/flannel-io/flannel",
            version: flannel,
            package: ".",
            toolchain: versions.flannelToolchain,
            ldflags: `-X github.com/flannel-io/flannel/pkg/version.Version=${flannel}`,
            // Its udp backend is C.
            cgo: true,
        }),
    ];
}

/** The step for metrics-server. */
export const metricsServerStep = (): Step =>
    goStep({
        title: "metrics-server",
        out: part(`metrics-server-${METRICS_SERVER_VERSION}`, "metrics-server"),
        module: "sigs.k8s.io/metrics-server",
        version: METRICS_SERVER_VERSION,
        package: "cmd/metrics-server",
        toolchain: versions.toolchain,
    });

const cniArchiveFile = (release: string) =>
    cacheDir("site/cni-plugins", release, `cni-plugins-linux-amd64-${release}.tgz`);

/** The archive of CNI plug-ins as its project publishes it. */
function cniArchive(release: string): Step {
    const file = cniArchiveFile(release);
    return {
        title: `archive of CNI plug-ins ${release}`,
        done: () => existsSync(file),
        make: async () => {
            mkdirSync(join(file, ".."), { recursive: true });
            await run("tar", [
                "--owner=0",
                "--group=0",
                "-C",
                part(`cni-plugins-${release}`),
                "-czf",
                `${file}.partial`,
                ".",
            ]);
            renameSync(`${file}.partial`, file);
        },
    };
}
