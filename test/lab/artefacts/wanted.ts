/** The families of distributions that hosts can be of. */
export const distributions = ["debian", "rhel"] as const;
export type Distribution = (typeof distributions)[number];
export type PackageFormat = "deb" | "rpm";
/** The format of a family's packages. */
export const formatOf = (distribution: Distribution): PackageFormat => (distribution === "rhel" ? "rpm" : "deb");

/** What a lab is to serve and to boot from. */
export interface Wanted {
    /** Kubernetes versions, without the v. */
    versions: string[];
    /** Kubernetes as packages of that format, too. */
    packages?: PackageFormat | undefined;
    /** What the hosts are dressed as. Default: debian. */
    distribution?: Distribution;
    /** Release archives of containerd and runc, too. */
    runtimeArchive?: boolean;
    metrics?: boolean;
    /** What tests start or ask without a cluster, too. Modules have it anyway: the images are made of it. */
    tests?: boolean;
    /** Images that are in no package registry, such as Weave's: only publishers have them. */
    images: string[];
}
