// Made by `npm run schema` from the schema that checks the configuration; do not edit.

import * as pulumi from "@pulumi/pulumi";

/** Host through which the nodes are reached; one hop. */
export interface SshBastionArgs {
    /** Its address or DNS name. */
    host: pulumi.Input<string>;
    /** Login user; any but root needs passwordless sudo. Default: root. */
    user?: string;
    /** TCP port. Default: 22. */
    port?: number;
    /** Public host key as in /etc/ssh/ssh_host_ed25519_key.pub; ssh-rsa is refused, for hosts do not offer it any more. Without it the host is not verified. */
    hostKey?: pulumi.Input<string>;
}

/** How the hosts are reached; a node's own ssh wins. */
export interface SshArgs {
    /** Login user; any but root needs passwordless sudo. Default: root. */
    user?: string;
    /** TCP port. Default: 22. */
    port?: number;
    /** Public host key as in /etc/ssh/ssh_host_ed25519_key.pub; ssh-rsa is refused, for hosts do not offer it any more. Without it the host is not verified. */
    hostKey?: pulumi.Input<string>;
    /** How long to wait for a host's first answer, seconds. Default: 120. */
    waitSeconds?: number;
    /** Use the SSH agent of the machine that runs Pulumi (SSH_AUTH_SOCK). Default: false. */
    agent?: boolean;
    /** Host through which the nodes are reached; one hop. */
    bastion?: SshBastionArgs;
}
