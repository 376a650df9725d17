import { companions, type Companions as Images } from "../../../components/releases/kubeadm-images";
import { LabError } from "../run";

/** Everything the lab pins. A version that the module proxy does not serve cannot be built. */
export const versions = {
    /** What `npm run lab` installs unless it is told another one. */
    kubernetes: "1.32.0",
    cniPlugins: "v1.6.2",
    /** The release of containernetworking/plugins that last held the `flannel` meta plug-in. */
    flannelCniSource: "v0.9.1",
    flannelCniImage: "v1.6.2-flannel1",
    flannel: "v0.26.7",
    /** For all that is not Kubernetes. */
    toolchain: "go1.23.4",
    /** flannel's go.mod asks for 1.23.6 or later. */
    flannelToolchain: "go1.24.6",
} as const;

/** What goes with a version of Kubernetes: tags of images, of which etcd's is its module's version with `-0` behind it. */
export interface Companions extends Images {
    /** The release line that the version's .go-version file names, at a patch that is served as a module. */
    toolchain: string;
}

const toolchains: Record<string, string> = { "1.32": "go1.23.4", "1.33": "go1.24.6" };

/** The companions of a Kubernetes version; an error names the minor releases that the lab knows. */
export function companionsOf(kubernetes: string): Companions {
    const toolchain = toolchains[kubernetes.split(".").slice(0, 2).join(".")];
    const images = /^\d+\.\d+\.\d+$/.test(kubernetes) ? companions(kubernetes) : undefined;
    if (toolchain && images) return { ...images, toolchain };
    const known = Object.keys(toolchains).map((minor) => `${minor}.x`);
    throw new LabError(`The lab cannot build Kubernetes "${kubernetes}": it knows ${known.join(" and ")}.`);
}
