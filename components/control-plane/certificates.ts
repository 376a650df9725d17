import * as pulumi from "@pulumi/pulumi";
import { CertificatesConfig, durationSeconds } from "../config";
import { HostConnection, SealedScript } from "../remote";
import type { Repair } from "../repair";

/** When certificates expire, by their names below /etc/kubernetes and its pki: `etcd/server` to an ISO date and time. */
export type ExpiryDates = Record<string, string>;

/** Days that a certificate of kubeadm's is valid unless the configuration says otherwise. */
const VALID_DAYS = 365;
/** They live ten years and are not renewed. */
export const AUTHORITIES = ["ca", "etcd/ca", "front-proxy-ca"];
const DAY = 24 * 60 * 60 * 1000;

/** The dates that the control plane's scripts print behind the kubeconfig. */
export function expiryDates(kubeconfig: string): ExpiryDates {
    const dates = [...kubeconfig.matchAll(/^# expires (\S+) (\S+)$/gm)];
    return Object.fromEntries(dates.map(([, name = "", date = ""]) => [name, date]));
}

/**
 * How often renewals have been due by now, counted from the dates that the cluster began with. The dates of a renewal
 * are known only behind the step that renews, and cannot be an input of it; this count is never late, and where it is
 * early the step finds nothing to renew.
 * @param renewBefore days; certificates that do not live so long are renewed in the last third of their time
 * @param valid how long a certificate is valid, milliseconds
 */
export function renewalsDue(first: ExpiryDates, renewBefore: number, now: number, valid = VALID_DAYS * DAY): number {
    const ends = Object.entries(first)
        .filter(([name]) => !AUTHORITIES.includes(name))
        .map(([, date]) => Date.parse(date));
    if (ends.length === 0 || renewBefore === 0) return 0;
    const before = renewBefore * DAY <= valid ? renewBefore * DAY : valid / 3;
    const since = now - (Math.min(...ends) - before);
    return since < 0 ? 0 : 1 + Math.floor(since / (valid - before));
}

/** Arguments of Certificates. */
export interface CertificatesArgs {
    /** How the node is reached. May hold secrets. */
    connection: HostConnection;
    /** The node's name. */
    nodeName: string;
    /** When certificates are renewed. */
    settings: CertificatesConfig;
    /** How long certificates of kubeadm's are valid, in Go's form. Default: a year. */
    validityPeriod?: unknown;
    /** The dates that the node was made with, behind its kubeconfig where that is wanted as well. Secret. */
    first: pulumi.Output<string>;
    /** Why certificates that have expired may have been renewed elsewhere, by an earlier step of the host. */
    repair?: Repair;
}

/** The certificates of one node of the control plane, renewed by `kubeadm certs renew` when they are due or it is asked for. */
export class Certificates extends pulumi.ComponentResource {
    /** The latest kubeconfig. Secret. */
    public readonly kubeconfig: pulumi.Output<string>;
    /** When each certificate expires, as of the last step that looked. */
    public readonly expiry: pulumi.Output<ExpiryDates>;
    /** The step that renews; nodes of the control plane go one after the other. */
    public readonly renewal: pulumi.Resource;

    constructor(name: string, args: CertificatesArgs, opts?: pulumi.ComponentResourceOptions) {
        super("kubeadm-cluster:node:Certificates", name, {}, opts);
        const { renewBefore, issuedAfter } = args.settings;
        const seconds = typeof args.validityPeriod === "string" ? durationSeconds(args.validityPeriod) : undefined;
        const valid = seconds ? seconds * 1000 : undefined;
        // Only `update`: a new cluster's certificates are new, and nothing is dialled for them.
        const renewal = new SealedScript(
            `${name}-renewal`,
            {
                connection: args.connection,
                read: { script: "renew-certificates.sh", timeoutSeconds: 600 },
                onlyUpdate: true,
                repair: args.repair?.request,
                keyName: `${name}-transfer-key`,
                inputs: {
                    NODE_NAME: args.nodeName,
                    RENEW_BEFORE_DAYS: String(renewBefore),
                    ISSUED_AFTER: issuedAfter ?? "",
                    // Not read on the host: its change is what makes the step run.
                    RENEWALS_DUE: args.first.apply((text) =>
                        String(renewalsDue(expiryDates(text), renewBefore, Date.now(), valid)),
                    ),
                },
            },
            // Not inherited from the component in the state.
            { parent: this, dependsOn: opts?.dependsOn },
        );
        this.renewal = renewal;
        this.kubeconfig = pulumi.secret(
            pulumi.all([args.first, renewal.secret]).apply(([first, text]) => text || first),
        );
        this.expiry = pulumi.unsecret(this.kubeconfig.apply(expiryDates));
        this.registerOutputs({ expiry: this.expiry });
    }
}
