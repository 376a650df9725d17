import * as crypto from "node:crypto";
import * as yaml from "yaml";
import { yamlText } from "../config/yaml-text";

interface Kubeconfig {
    clusters: { name: string; cluster: { server: string; "certificate-authority-data": string } }[];
}

/** The same kubeconfig with another address of the API server, such as one that is reached from outside. */
export function withServer(kubeconfig: string, server: string): string {
    const parsed = yaml.parse(kubeconfig) as Kubeconfig;
    for (const { cluster } of parsed.clusters) cluster.server = server;
    return yamlText(parsed);
}

/**
 * kubeadm's pin of a cluster's certificate authority, `sha256:` and the hash of its public key (kubeadm join,
 * --discovery-token-ca-cert-hash), taken from an administrator's kubeconfig.
 */
export function caCertHash(kubeconfig: string): string {
    const authority = (yaml.parse(kubeconfig) as Kubeconfig).clusters[0]?.cluster["certificate-authority-data"];
    if (!authority) throw new Error("the control plane's kubeconfig has no certificate-authority-data");
    const certificate = new crypto.X509Certificate(Buffer.from(authority, "base64"));
    const publicKey = certificate.publicKey.export({ type: "spki", format: "der" });
    return `sha256:${crypto.createHash("sha256").update(publicKey).digest("hex")}`;
}
