import * as pulumi from "@pulumi/pulumi";
import { unlessFailed } from "../follow-up-errors";
import { HostConnection } from "../remote";

/** Longest time without a word about a host that is not prepared yet, in seconds. */
const PATIENCE_SECONDS = 30;

/**
 * Tells which host, address and user is being waited for, once that takes long. The provider's error on a host that
 * does not answer or refuses the login leaves out the user and the node's name; an error hook would add them, but
 * language hosts before 3.245 do not know error hooks.
 */
export function announceSlowHost(
    name: string,
    connection: HostConnection,
    step: { begins: pulumi.Output<unknown>; ends: pulumi.Output<unknown> },
): void {
    // Nothing runs in a preview, and no output of it resolves.
    if (pulumi.runtime.isDryRun()) return;
    const { user = "root", port = 22, waitSeconds = 120 } = connection;
    const host = pulumi.output(connection.settle?.(connection.host) ?? connection.host);
    const seconds = Math.min(waitSeconds / 2, PATIENCE_SECONDS);
    let timer: NodeJS.Timeout | undefined;
    const announce = (address: string) => {
        const text =
            `${name}, reached as ${user}@${address}:${port}, is not prepared after ${seconds} s: it does not answer SSH, refuses the login, ` +
            "or takes long to install. An error about dial or ssh: check that it is up, its address, port, user and hostKey, and sshPrivateKey";
        // Not as the step's: its URN is known when it has ended, and every later message of the program would wait for that.
        void pulumi.log.info(text);
    };
    pulumi.all([host, pulumi.isSecret(host), step.begins]).apply(([address, secret]) => {
        timer = setTimeout(() => announce(secret ? "[secret]" : address), seconds * 1000).unref();
    });
    unlessFailed(step.ends, undefined).apply(() => clearTimeout(timer));
}
