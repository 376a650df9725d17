/** What a host has said instead of running a command, and what to do about it. */
export interface LoginProblem {
    check: "login" | "sudo";
    wanted: string;
    fix: string;
}

const COMMANDS = "a login that may run commands";
const SUDO = "sudo without a password";
const nopasswd = (user: string) =>
    `echo '${user} ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/${user}, after any line there that says otherwise; or take root`;

type Reading = Omit<LoginProblem, "fix"> & { words: RegExp; fix: (user: string, named: string) => string };

const READINGS: Reading[] = [
    {
        check: "sudo",
        // Defaults requiretty: a rule without a password is no help against it.
        words: /^sudo: .*must have a tty/m,
        wanted: "sudo without a terminal",
        fix: (user) => `echo 'Defaults:${user} !requiretty' >/etc/sudoers.d/${user}-requiretty; or take root`,
    },
    {
        check: "sudo",
        words: /sudo: (?:command )?not found|sudo: No such file/,
        wanted: SUDO,
        fix: (user) => `install the package sudo, then ${nopasswd(user)}`,
    },
    { check: "sudo", words: /^sudo: |is not in the sudoers file/m, wanted: SUDO, fix: nopasswd },
    {
        check: "login",
        // The forced command of a cloud image's root.
        words: /please log ?in as (?:the )?(?:user )?["'`]?([a-z_][a-z0-9_.-]*)["'`]? rather than/i,
        wanted: COMMANDS,
        fix: (_, named) => `set ssh.user to ${named}, of all hosts or of this node`,
    },
    {
        check: "login",
        words: /(?:password|account) (?:has )?expired|password change required|required to change your password/i,
        wanted: COMMANDS,
        fix: (user) => `on the host: passwd ${user}, chage -E -1 -M -1 ${user}; or take another ssh.user`,
    },
    {
        check: "login",
        words: /account is (?:currently )?not available|nologin/i,
        wanted: COMMANDS,
        fix: (user) => `usermod -s /bin/bash ${user}, or take another ssh.user`,
    },
    {
        check: "login",
        words: /system is (?:booting up|going down)|unprivileged users are not permitted to log in/i,
        wanted: COMMANDS,
        fix: () => "wait until the host has booted, and run this again; see /run/nologin there",
    },
];

/**
 * Why a host did not run a command, by what it said.
 * @param said its words on standard output and standard error; none of them is trusted beyond what is matched
 * @param user that logged in
 */
export function loginProblem(said: string, user: string): LoginProblem | undefined {
    for (const { words, check, wanted, fix } of READINGS) {
        const match = words.exec(said);
        if (match) return { check, wanted, fix: fix(user, match[1] ?? "") };
    }
    return undefined;
}
