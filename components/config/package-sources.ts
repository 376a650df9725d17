import { z } from "zod";
import { url } from "./fields";

const release = z.string().regex(/^v?\d+\.\d+\.\d+$/, "must be a whole version in quotes, such as '1.7.24'");

/** Fields of `mirrors` that say where packages and release archives come from. */
export const packageMirrors = {
    packages: url
        .default("https://pkgs.k8s.io")
        .describe("Base address of the package repositories core:/stable:/vMINOR/deb/ and /rpm/."),
    packagesKey: z
        .string()
        .includes("-----BEGIN PGP PUBLIC KEY BLOCK-----", "must be a public PGP key in its armoured form")
        .optional()
        .describe("Public key that signs the package repositories. Default: the repository's own, read over https."),
    packagesUnsigned: z
        .boolean()
        .default(false)
        .describe("True takes packages without any signature: whoever answers for the mirror is root on the hosts."),
    containerd: url
        .default("https://github.com/containerd/containerd/releases/download")
        .describe("Base address of VERSION/containerd-VERSION-linux-ARCH.tar.gz and .sha256sum."),
    runc: url
        .default("https://github.com/opencontainers/runc/releases/download")
        .describe("Base address of VERSION/runc.ARCH and runc.sha256sum."),
};

/** Where containerd comes from, and how it is set. */
export const containerRuntime = z.strictObject({
    source: z
        .enum(["distribution", "archive"])
        .default("distribution")
        .describe("The distribution's package, or release archives of containerd and runc."),
    version: release
        .transform((text) => text.replace(/^v/, ""))
        .default("1.7.24")
        .describe("Release of containerd, for source: archive."),
    runcVersion: release
        .transform((text) => text.replace(/^v?/, "v"))
        .default("v1.2.3")
        .describe("Release of runc, for source: archive."),
    restrictOomScoreAdj: z
        .boolean()
        .default(false)
        .describe("For hosts that lack CAP_SYS_RESOURCE, such as containers."),
});

// Host and port alone: what goes into files for systemd, apt and a shell needs no quoting then.
const proxyAddress = z
    .string()
    .regex(
        /^https?:\/\/([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:\d+)?\/?$/,
        "must be http://HOST:PORT; user and password belong in the secret proxyCredentials",
    )
    .transform((text) => text.replace(/\/$/, ""));

/** The proxy through which the hosts reach package sources and image registries. */
export const proxy = z.strictObject({
    http: proxyAddress.optional().describe("Proxy for http addresses."),
    https: proxyAddress.optional().describe("Proxy for https addresses."),
    noProxy: z
        .array(
            z
                .string()
                .regex(
                    /^[A-Za-z0-9.:/*[\]-]+$/,
                    "must be a host name, a domain with a leading dot, an address or a range",
                ),
        )
        .default([])
        .describe("Reached directly, besides the cluster's own subnets, names and control plane."),
});
