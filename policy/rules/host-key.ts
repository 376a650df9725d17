import type { ResourceValidationPolicy } from "@pulumi/policy";

/** Everything of the plug-in `command` that dials a host. */
const DIALS = /^command:remote:/;

interface Connection {
    host?: string;
    hostKey?: string;
    proxy?: Connection;
}

/** Without a pinned key whoever sits between takes the host over, and reads every secret that is sent to it. */
export const hostKeyIsPinned: ResourceValidationPolicy = {
    name: "host-key-is-pinned",
    description: "Every step on a host verifies the host, and the bastion before it, by its public key.",
    validateResource: ({ type, props }, report) => {
        if (!DIALS.test(type)) return;
        const connection = props.connection as Connection;
        if (!connection.hostKey) report(`no host key is pinned for ${connection.host}; set hostKey of its node`);
        const { proxy } = connection;
        if (proxy && !proxy.hostKey)
            report(`no host key is pinned for the bastion ${proxy.host}; set ssh.bastion.hostKey`);
    },
};
