import { z } from "zod";
import { hostAddress, hostIpv4, install, labelKey, labelValue, nodeName, port, seconds } from "./fields";
import { hostKeyProblem } from "./host-key";

const sshFields = {
    user: z.string().min(1).optional().describe("Login user; any but root needs passwordless sudo. Default: root."),
    port: port.optional().describe("TCP port. Default: 22."),
    hostKey: z
        .string()
        .check(({ value, issues }) => {
            const message = hostKeyProblem(value);
            if (message !== undefined) issues.push({ code: "custom", message, input: value });
        })
        .optional()
        .describe(
            "Public host key as in /etc/ssh/ssh_host_ed25519_key.pub; ssh-rsa is refused, for hosts do not offer it any more. Without it the host is not verified.",
        ),
};

const bastion = z.strictObject({ host: hostAddress.describe("Its address or DNS name."), ...sshFields });

/** How hosts are reached. */
export const ssh = z.strictObject({
    ...sshFields,
    waitSeconds: seconds.optional().describe("How long to wait for a host's first answer, seconds. Default: 120."),
    agent: z
        .boolean()
        .optional()
        .describe("Use the SSH agent of the machine that runs Pulumi (SSH_AUTH_SOCK). Default: false."),
    bastion: bastion.optional().describe("Host through which the nodes are reached; one hop."),
});

/** A taint as in the Kubernetes API. */
export const taint = z.strictObject({
    key: labelKey.describe("Its key, such as gpu or example.com/gpu."),
    value: labelValue.optional().describe("Its value. Default: none."),
    effect: z
        .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
        .describe("What happens to Pods that do not tolerate it."),
});

/** One host of the cluster. */
export const node = z.strictObject({
    name: nodeName.describe("Name of the node; it never changes."),
    role: z
        .enum(["control-plane", "worker"])
        .describe(
            "What kubeadm makes of the host; 1, 3 or 5 are control-plane, and the first of them stays the first.",
        ),
    address: hostAddress.describe("IP address or DNS name where SSH answers."),
    internalAddress: hostIpv4
        .optional()
        .describe("IPv4 address that the nodes use among themselves. Default: address."),
    hostKey: sshFields.hostKey,
    ssh: ssh.partial().optional().describe("Settings of this host that differ from the stack's ssh."),
    schedulable: z
        .boolean()
        .optional()
        .describe("Control plane only: true removes its taint, so that it takes ordinary Pods. Default: false."),
    gone: z
        .boolean()
        .default(false)
        .describe(
            "Its host is lost; not for the first control plane node. The node leaves the cluster and the host is not dialled any more.",
        ),
    repair: z
        .number()
        .int()
        .min(1)
        .optional()
        .describe(
            "Raise it by one to have every step of this host look at everything again and mend it; npm run verify names the command. Default: none.",
        ),
    labels: z.record(labelKey, labelValue).default({}).describe("Labels of the Node; removed here, removed there."),
    taints: z.array(taint).default([]).describe("Taints of the Node, beside those that Kubernetes sets itself."),
    install: install
        .optional()
        .describe("Where kubeadm, kubelet and kubectl of this host come from. Default: kubernetes.install."),
});
