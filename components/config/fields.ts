import * as net from "node:net";
import { z } from "zod";
import { networkOf } from "./ipv4-range";

/** Kinds of values that several parts of the configuration have. */

export const ipv4 = z.ipv4("must be an IPv4 address");

/** An IPv4 range whose address has no bits behind its prefix. */
export const cidr = z
    .cidrv4({
        error: ({ input }) => {
            const form = "an IPv4 range in CIDR form, such as 10.244.0.0/16";
            return typeof input === "string" && input.includes(":")
                ? `must be ${form}, alone: the program makes clusters of IPv4 only, neither IPv6 nor dual stack`
                : `must be ${form}`;
        },
    })
    .refine((text) => text === networkOf(text), {
        error: ({ input }) => `has bits set behind its prefix: write ${networkOf(String(input))}`,
        // Only of a text that is a range at all.
        when: ({ issues }) => issues.length === 0,
    });

/** Addresses that no host is reached by from another one: those of loopback that /etc/hosts has, and RFC 1122, 3927, 5771. */
const NOT_A_HOST = /^127\.0\.[01]\.1$|^(0|22[4-9]|2[3-5]\d)\.|^169\.254\./;

/** An IPv4 address that other hosts reach a host by. */
export const hostIpv4 = ipv4.refine((text) => !NOT_A_HOST.test(text), {
    error: "must be an address that other hosts reach: neither loopback, link-local, multicast nor 0.0.0.0",
    when: ({ issues }) => issues.length === 0,
});

const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** The name of a cluster, which is part of a host's name. */
export const dnsName = z
    .string()
    .regex(DNS_NAME, "must be a DNS name of lower-case letters, digits, '-' and '.', at most 63 long")
    .max(63, "must be a DNS name of lower-case letters, digits, '-' and '.', at most 63 long");

/** A domain, with all its parts. */
export const dnsDomain = z
    .string()
    .regex(DNS_NAME, "must be a DNS domain of lower-case letters, digits, '-' and '.', such as cluster.local")
    .max(253, "must be a DNS domain of at most 253 characters");

/** The name of a node. The kubelet makes a label of it, and a label's value is short. */
export const nodeName = z
    .string()
    .regex(DNS_NAME, "must be a DNS name of lower-case letters, digits, '-' and '.', at most 63 long")
    .max(
        63,
        "must be at most 63 long, dots included: the kubelet writes it into the label kubernetes.io/hostname, and the API server takes no longer value; give the node a shorter name, whatever the host's own is",
    );

/** Where the API server is reached: HOST or HOST:PORT, as kubeadm takes it. */
export const endpoint = z.string().check(({ value, issues }) => {
    const message = endpointProblem(value);
    if (message !== undefined) issues.push({ code: "custom", message, input: value });
});

function endpointProblem(text: string): string | undefined {
    const form = "must be HOST or HOST:PORT";
    if (text.startsWith("[") || net.isIPv6(text)) return `${form} of IPv4: the program makes clusters of IPv4 only`;
    const [, host = "", port = "6443"] = /^([A-Za-z0-9.-]+)(?::(\d{1,5}))?$/.exec(text) ?? [];
    if (host === "" || Number(port) < 1 || Number(port) > 65535) return form;
    if (host !== host.toLowerCase()) return `${form} in lower case, as kubeadm takes it: ${text.toLowerCase()}`;
    if (/^0\.0\.0\.0$/.test(host)) return `${form}, and ${host} is no address that a host is reached by`;
    if (/^[\d.]+$/.test(host)) return net.isIPv4(host) ? undefined : `${form}, and ${host} is no IPv4 address`;
    return DNS_NAME.test(host) && host.length <= 253 ? undefined : `${form}, and ${host} is no DNS name`;
}

/** Where SSH answers: an address or a name, and nothing around it. */
export const hostAddress = z
    .string()
    .refine(
        (text) =>
            net.isIP(text) !== 0 || (/^[A-Za-z0-9]([-A-Za-z0-9.]*[A-Za-z0-9])?$/.test(text) && !/^[\d.]+$/.test(text)),
        {
            error: "must be an IP address or a DNS name alone; a user or a port belongs to ssh",
        },
    );

function urlProblem(text: string): string | undefined {
    if (!/^https?:\/\/./.test(text)) return "must be an http or https address";
    if (text.includes("@"))
        return "must have no user and no password in it, since it stands in plain text in plan, state and on the hosts: let the mirror serve the hosts without, or put it behind a proxy (the secret proxyCredentials)";
    if (/[?#]/.test(text)) return "must have no query and no fragment";
    if (/^https?:\/\/[\w.:[\]-]+(\/[\w.~:%+/-]*)?$/.test(text) && URL.canParse(text)) return undefined;
    return "must be an http or https address, SCHEME://HOST[:PORT][/PATH], of letters, digits and . _ ~ : % + - alone";
}

/** The address of a mirror. It stands in plain text in plan, state, process lists and files of the hosts. */
export const url = z
    .string()
    .check(({ value, issues }) => {
        const message = urlProblem(value);
        if (message !== undefined) issues.push({ code: "custom", message, input: value });
    })
    .transform((text) => text.replace(/\/+$/, ""));

/** A registry with a path, where images come from. */
export const imageRepository = z
    .string()
    .regex(
        /^[A-Za-z0-9.-]+(:\d+)?(\/[a-z0-9._-]+)*$/,
        "must be a registry with a path and without https://, such as registry.example.com/k8s",
    );

/** The name of an image registry: what stands before the first slash of an image. */
export const registryHost = z
    .string()
    .max(253)
    .regex(
        /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*(:\d{1,5})?$/,
        "must be a registry's HOST or HOST:PORT, such as docker.io or registry.example.com:5000, without https:// and without a path",
    );

/** A name or an address in a certificate, as kubeadm takes it. */
export const certificateName = z.string().refine((text) => {
    if (net.isIP(text) !== 0) return !text.includes("%");
    // Up to four numbers are an address that somebody mistyped.
    return !/^\d+(\.\d+){0,3}$/.test(text) && text.length <= 253 && DNS_NAME.test(text.replace(/^\*\./, ""));
}, "must be a DNS name of lower-case letters, digits, '-' and '.' (*. may stand in front), or an IP address, and nothing around it");

/** Where kubeadm, kubelet and kubectl of a host come from. */
export const install = z.enum(["binaries", "packages", "none"]);

export const port = z.int().min(1).max(65535);

export const seconds = z.int().min(1).max(3600);

/** Flags of a component by name. */
export const flags = z.record(z.string(), z.string("must be a text in quotes"));

const NAME_PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** The key of a label or a taint: a name, with or without a DNS prefix. */
export const labelKey = z.string().refine((text) => {
    const [name = "", prefix, ...more] = text.split("/").reverse();
    const prefixed = prefix === undefined || (prefix.length <= 253 && DNS_NAME.test(prefix));
    return NAME_PART.test(name) && prefixed && more.length === 0;
}, "must be a name of at most 63 letters, digits, '-', '_' and '.', as in gpu or example.com/gpu; what stands before / is a DNS name in lower case");

/** The value of a label or a taint. */
export const labelValue = z
    .string("must be a text in quotes")
    .refine(
        (text) => text === "" || NAME_PART.test(text),
        "must be at most 63 letters, digits, '-', '_' and '.', with a letter or a digit at both ends",
    );

/** The form of a stack's identity, as random.RandomUuid makes it. */
export const IDENTITY = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

/** A stack's identity. */
export const identity = z
    .string()
    .regex(
        new RegExp(`^${IDENTITY.source}$`),
        "must be a UUID of lower-case letters and digits, as the host's refusal names it",
    );
