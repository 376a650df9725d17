// Made by `npm run schema` from the schema that checks the configuration; do not edit.

/** Where binaries and images come from. */
export interface MirrorsArgs {
    /** Base address of VERSION/bin/linux/ARCH/NAME and NAME.sha256. Default: https://dl.k8s.io. */
    binaries?: string;
    /** Base address of VERSION/cni-plugins-linux-ARCH-VERSION.tgz and .sha256. Default: https://github.com/containernetworking/plugins/releases/download. */
    cniPlugins?: string;
    /** Version of the CNI plug-ins. Default: v1.6.2. */
    cniPluginsVersion?: string;
    /** Image registry to its mirrors, tried in order: registry.k8s.io: [http://10.0.0.5:5000]. */
    registries?: { [key: string]: string[] };
    /** SHA-256 of programs by NAME VERSION ARCH, whatever the mirror says of them: kubeadm v1.32.0 amd64: '...'. Of containerd and the CNI plug-ins, that of the archive. */
    sums?: { [key: string]: string };
    /** Hold the releases that the project knows to their publishers' sums, wherever they come from; false for a mirror of own builds. Default: true. */
    pinned?: boolean;
    /** Base address of the package repositories core:/stable:/vMINOR/deb/ and /rpm/. Default: https://pkgs.k8s.io. */
    packages?: string;
    /** Public key that signs the package repositories. Default: the repository's own, read over https. */
    packagesKey?: string;
    /** True takes packages without any signature: whoever answers for the mirror is root on the hosts. Default: false. */
    packagesUnsigned?: boolean;
    /** Base address of VERSION/containerd-VERSION-linux-ARCH.tar.gz and .sha256sum. Default: https://github.com/containerd/containerd/releases/download. */
    containerd?: string;
    /** Base address of VERSION/runc.ARCH and runc.sha256sum. Default: https://github.com/opencontainers/runc/releases/download. */
    runc?: string;
}
