import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import shipped from "../../../components/releases/sums.json";
import { projectDir } from "../paths";
import pins from "./pins.json";

/** The publishers' sites, and what their files have to be. Tests put doubles in their places. */
export interface Publishers {
    /** Base address with VERSION/bin/linux/amd64/PROGRAM. */
    kubernetes: string;
    /** Base address with OWNER/NAME/releases/download/TAG/FILE. */
    github: string;
    /** Where a registry's images are, HOST[:PORT][/PATH]; the registry's own name where it is not here. */
    registries: Record<string, string>;
    /** SHA-256 by NAME VERSION ARCH; what is missing is read in the publisher's own file of sums. */
    sums: Record<string, string>;
    /** Digests by image; what is missing is what the registry says. */
    images: Record<string, string>;
}

/** The sum that this repository keeps of the Pulumi that its CI installs; see scripts/install-pulumi.sh. */
function pulumiSum(version: string): Record<string, string> {
    const file = join(projectDir, "scripts", "pulumi.sha256");
    const [sum = "", name = ""] = existsSync(file) ? readFileSync(file, "utf8").trim().split(/\s+/) : [];
    return sum !== "" && name.includes(`v${version}-linux-x64`) ? { [`pulumi v${version} amd64`]: sum } : {};
}

/** The real ones. */
export function publishers(pulumi: string): Publishers {
    return {
        kubernetes: "https://dl.k8s.io",
        github: "https://github.com",
        registries: {},
        sums: { ...shipped.sums, ...pins.sums, ...pulumiSum(pulumi) },
        images: pins.images,
    };
}

/** A file that a publisher offers. */
export interface Published {
    /** NAME VERSION ARCH, as in the sums. */
    key: string;
    url: string;
    /** The publisher's own file of sums. */
    sums: string;
}

const release = (from: Publishers, project: string, tag: string, file: string, sums: string) => {
    const base = `${from.github}/${project}/releases/download/${tag}`;
    return { url: `${base}/${file}`, sums: `${base}/${sums}` };
};

/** A program of Kubernetes; `version` without the v. */
export function kubernetesProgram(from: Publishers, name: string, version: string): Published {
    const url = `${from.kubernetes}/v${version}/bin/linux/amd64/${name}`;
    return { key: `${name} v${version} amd64`, url, sums: `${url}.sha256` };
}

/** The archive of CNI plug-ins. */
export function cniPlugins(from: Publishers, tag: string): Published {
    const file = `cni-plugins-linux-amd64-${tag}.tgz`;
    return {
        key: `cni-plugins ${tag} amd64`,
        ...release(from, "containernetworking/plugins", tag, file, `${file}.sha256`),
    };
}

/** etcd with its tools; `version` without the v. */
export function etcd(from: Publishers, version: string): Published {
    const tag = `v${version}`;
    const file = `etcd-${tag}-linux-amd64.tar.gz`;
    return { key: `etcd ${tag} amd64`, ...release(from, "etcd-io/etcd", tag, file, "SHA256SUMS") };
}

/** containerd; `version` without the v. */
export function containerd(from: Publishers, version: string): Published {
    const tag = `v${version}`;
    const file = `containerd-${version}-linux-amd64.tar.gz`;
    return {
        key: `containerd ${tag} amd64`,
        ...release(from, "containerd/containerd", tag, file, `${file}.sha256sum`),
    };
}

/** runc. */
export function runc(from: Publishers, tag: string): Published {
    return {
        key: `runc ${tag} amd64`,
        ...release(from, "opencontainers/runc", tag, "runc.amd64", "runc.sha256sum"),
    };
}

/** Pulumi's CLI with its language hosts; `version` without the v. */
export function pulumiCli(from: Publishers, version: string): Published {
    const tag = `v${version}`;
    const file = `pulumi-${tag}-linux-x64.tar.gz`;
    return {
        key: `pulumi ${tag} amd64`,
        ...release(from, "pulumi/pulumi", tag, file, `pulumi-${version}-checksums.txt`),
    };
}

/** A provider plug-in of Pulumi. */
export function pulumiPlugin(from: Publishers, name: string, version: string): Published {
    const tag = `v${version}`;
    const project = `pulumi-${name}`;
    const file = `pulumi-resource-${name}-${tag}-linux-amd64.tar.gz`;
    return {
        key: `${project} ${tag} amd64`,
        ...release(from, `pulumi/${project}`, tag, file, `${project}_${version}_checksums.txt`),
    };
}
