/** What a lab is to serve and to boot from. */
export interface Wanted {
    /** Kubernetes versions, without the v. */
    versions: string[];
    /** Kubernetes as .deb packages, too. */
    packages?: boolean;
    /** Release archives of containerd and runc, too. */
    runtimeArchive?: boolean;
    metrics?: boolean;
    /** What tests start or ask without a cluster, too. Modules have it anyway: the images are made of it. */
    tests?: boolean;
    /** Images that are in no package registry, such as Weave's: only publishers have them. */
    images: string[];
}
