import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { RELEASES_DIRECTORY, type ReleaseTypes } from "../components/releases";
import { goFiles, type GoPackage, GoTypeReader } from "./go-types";

const USAGE = "usage: npm run types -- VERSION..., such as v1.32.0";
const KUBEADM = "k8s.io/kubernetes/cmd/kubeadm/app";

/** Where the Go modules are that `go mod download` fetched. */
export const MODULES = process.env.GOMODCACHE || join(process.env.GOPATH || join(homedir(), "go"), "pkg/mod");

/** Where types of the documents come from: what stands before their names, and the package. */
const PACKAGES: Record<string, string> = {
    kubeadm: `${KUBEADM}/apis/kubeadm/v1beta4`,
    bootstraptoken: `${KUBEADM}/apis/bootstraptoken/v1`,
    kubelet: "k8s.io/kubelet/config/v1beta1",
    kubeProxy: "k8s.io/kube-proxy/config/v1alpha1",
    core: "k8s.io/api/core/v1",
    meta: "k8s.io/apimachinery/pkg/apis/meta/v1",
    logs: "k8s.io/component-base/logs/api/v1",
    tracing: "k8s.io/component-base/tracing/api/v1",
    component: "k8s.io/component-base/config/v1alpha1",
};

/** The documents that are read, and where their types are. */
const DOCUMENTS: [short: keyof typeof PACKAGES, kind: string][] = [
    ["kubeadm", "InitConfiguration"],
    ["kubeadm", "ClusterConfiguration"],
    ["kubeadm", "JoinConfiguration"],
    ["kubelet", "KubeletConfiguration"],
    ["kubeProxy", "KubeProxyConfiguration"],
];

/** Packages that name feature gates of the components. */
const FEATURES = [
    "k8s.io/kubernetes/pkg/features",
    "k8s.io/apiserver/pkg/features",
    "k8s.io/apiextensions-apiserver/pkg/features",
    "k8s.io/component-base/logs/api/v1",
    "k8s.io/component-base/metrics/features",
    "k8s.io/controller-manager/pkg/features",
    "k8s.io/client-go/features",
];

/** The directory of a package of a Kubernetes version. Kubernetes itself is v1.X.Y, the modules beside it v0.X.Y. */
function directoryOf(path: string, version: string): string {
    const [, host = "", name = "", rest = ""] = /^([^/]+)\/([^/]+)\/(.*)$/.exec(path) ?? [];
    return join(MODULES, host, `${name}@${name === "kubernetes" ? version : version.replace(/^v1/, "v0")}`, rest);
}

/** The modules of a version that are not in the cache, as `go mod download` takes them. */
export function missingModules(version: string): string[] {
    const missing = [...Object.values(PACKAGES), ...FEATURES].filter((path) => !existsSync(directoryOf(path, version)));
    const modules = missing.map((path) => path.split("/").slice(0, 2).join("/"));
    return [...new Set(modules)].map(
        (name) => `${name}@${name.endsWith("/kubernetes") ? version : version.replace(/^v1/, "v0")}`,
    );
}

/** The types of a version's documents, its API versions and kubeadm's feature gates, as the sources in the cache say. */
export function releaseTypes(version: string): ReleaseTypes {
    const packages = Object.entries(PACKAGES).map(([short, path]): [string, GoPackage] => [
        path,
        { short, directory: directoryOf(path, version) },
    ]);
    const reader = new GoTypeReader(Object.fromEntries(packages));
    const documents = DOCUMENTS.map(([short, kind]) => [kind, reader.add(PACKAGES[short] ?? "", kind)]);
    return {
        version,
        kubeadmGates: kubeadmGates(version),
        componentGates: componentGates(version),
        apiVersions: apiVersions(version),
        documents: Object.fromEntries(documents) as Record<string, string>,
        ...reader.result(),
    };
}

// A gate that is locked can be named, and changes nothing.
function kubeadmGates(version: string): string {
    const text = readFileSync(join(directoryOf(`${KUBEADM}/features`, version), "features.go"), "utf8");
    const [, list = ""] = /^var InitFeatureGates = FeatureList\{\n([^]*?)^\}/m.exec(text) ?? [];
    return [...list.matchAll(/^\t(\w+): /gm)]
        .map(([, name]) => name)
        .sort()
        .join(" ");
}

// All components read one list, those gates included that are locked and that no help shows.
function componentGates(version: string): string {
    const names = FEATURES.flatMap((path) => goFiles(directoryOf(path, version))).flatMap((text) =>
        [...text.matchAll(/^\s*(?:const )?\w+ +(?:featuregate\.)?Feature += "(\w+)"/gm)].map(([, name]) => name),
    );
    return [...new Set(names)].sort().join(" ");
}

/** The groups that the API server knows, with their versions. The core group's name is empty. */
function apiVersions(version: string): Record<string, string> {
    const known = readFileSync(
        join(directoryOf("k8s.io/kubernetes/pkg/controlplane", version), "import_known_versions.go"),
        "utf8",
    );
    const groups = [...known.matchAll(/pkg\/apis\/(\w+)\/install"/g)].map(([, group = ""]) => group);
    const entries = groups.map((group) => {
        const directory = directoryOf(`k8s.io/api/${group}`, version);
        const versions = existsSync(directory) ? readdirSync(directory).filter((name) => /^v\d/.test(name)) : [];
        const register =
            versions[0] === undefined ? "" : readFileSync(join(directory, versions[0], "register.go"), "utf8");
        return [/GroupName += "(.*)"/.exec(register)?.[1] ?? group, versions.join(" ")];
    });
    const beside = { "apiextensions.k8s.io": "v1 v1beta1", "apiregistration.k8s.io": "v1 v1beta1" };
    const all = { ...(Object.fromEntries(entries) as Record<string, string>), ...beside };
    return Object.fromEntries(
        Object.entries(all)
            .filter(([, versions]) => versions !== "")
            .sort(),
    );
}

/** `npm run types -- VERSION...`: writes components/releases/types-v1.MINOR.json from the Go modules of each version. */
function main(versions: string[]): void {
    if (versions.length === 0) throw new Error(USAGE);
    for (const version of versions) {
        if (!/^v1\.\d+\.\d+$/.test(version)) throw new Error(`${version} is no version such as v1.32.0`);
        const missing = missingModules(version);
        if (missing.length > 0)
            throw new Error(`modules are missing in ${MODULES}: run go mod download ${missing.join(" ")}`);
        const file = join(RELEASES_DIRECTORY, `types-${version.replace(/\.\d+$/, "")}.json`);
        writeFileSync(file, `${JSON.stringify(releaseTypes(version), null, 1)}\n`);
        process.stdout.write(`${file}: ${version}\n`);
    }
}

if (require.main === module) {
    try {
        main(process.argv.slice(2));
    } catch (error) {
        process.stderr.write(`release-types.ts: ${(error as Error).message}\n`);
        process.exitCode = 1;
    }
}
