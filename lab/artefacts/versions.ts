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

/** What goes with a minor release of Kubernetes. */
export interface Companions {
    /** The release line that the version's .go-version file names, at a patch that is served as a module. */
    toolchain: string;
    /** Tag of the etcd image; the module's version is the part before the dash. */
    etcd: string;
    coredns: string;
    pause: string;
}

const companionsByMinor: Record<string, Companions> = {
    "1.32": { toolchain: "go1.23.4", etcd: "3.5.16-0", coredns: "v1.11.3", pause: "3.10" },
    "1.33": { toolchain: "go1.24.6", etcd: "3.5.21-0", coredns: "v1.12.0", pause: "3.10" },
};

/** The companions of a Kubernetes version; an error names the minor releases that the lab knows. */
export function companionsOf(kubernetes: string): Companions {
    const found = companionsByMinor[kubernetes.split(".").slice(0, 2).join(".")];
    if (found && /^\d+\.\d+\.\d+$/.test(kubernetes)) return found;
    const known = Object.keys(companionsByMinor).map((minor) => `${minor}.x`);
    throw new LabError(`The lab cannot build Kubernetes "${kubernetes}": it knows ${known.join(" and ")}.`);
}
