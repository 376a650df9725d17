import { encryptionKey } from "../../../components/control-plane/api-server-files";

/** The documents of a cluster of one line each, as clusterSettings makes them. */
export const settingsInputs = {
    NODE_NAME: "this-host",
    KUBERNETES_VERSION: "v1.32.0",
    CLUSTER_CONFIGURATION:
        "kind: ClusterConfiguration\n---\nkind: KubeletConfiguration\n---\nkind: KubeProxyConfiguration\n",
    KUBELET_CONFIGURATION: "kind: KubeletConfiguration\n",
    KUBE_PROXY_CONFIGURATION: "kind: KubeProxyConfiguration\n",
    CERTIFICATE_CONFIGURATION: "kind: ClusterConfiguration\ncertificatesDir: /run\n",
};

/** Inputs of init.sh on a host without encryption, audit log and other masters. */
export const initInputs = {
    ...settingsInputs,
    CLUSTER_IDENTITY: "clusterName kubernetes\npodSubnet 10.244.0.0/16",
    INIT_CONFIGURATION: "kind: InitConfiguration\n",
    ADVERTISE_ADDRESS: "10.0.0.1",
    SERVING_CERTIFICATES: "false",
    KUBECONFIG_USER: "",
    ENCRYPTION_KEY: "",
    ENCRYPTION_KEY_NAME: "",
    AUDIT_LEVEL: "",
    AUDIT_POLICY: "",
};

/** The inputs for a key that is one letter 32 times. */
export function keyInputs(letter: string): { ENCRYPTION_KEY: string; ENCRYPTION_KEY_NAME: string } {
    const { name, secret } = encryptionKey(letter.repeat(32));
    return { ENCRYPTION_KEY: secret, ENCRYPTION_KEY_NAME: name };
}

/** The API server's file with these keys, [NAME, SECRET]; with one named stack it is what former versions have written. */
export const encryptionFile = (...keys: [string, string][]): string => `apiVersion: apiserver.config.k8s.io/v1
kind: EncryptionConfiguration
resources:
  - resources:
      - secrets
    providers:
      - secretbox:
          keys:
${keys.map(([name, secret]) => `            - name: ${name}\n              secret: ${secret}\n`).join("")}      - identity: {}
`;
