// Made by `npm run schema` from the schema that checks the configuration; do not edit.

/** Where containerd comes from, and its settings. */
export interface ContainerRuntimeArgs {
    /** The distribution's package, or release archives of containerd and runc. Default: distribution. */
    source?: string;
    /** Release of containerd, for source: archive. Default: 1.7.24. */
    version?: string;
    /** Release of runc, for source: archive. Default: v1.2.3. */
    runcVersion?: string;
    /** For hosts that lack CAP_SYS_RESOURCE, such as containers. Default: false. */
    restrictOomScoreAdj?: boolean;
}
