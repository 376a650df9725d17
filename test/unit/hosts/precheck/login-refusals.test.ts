import assert from "node:assert/strict";
import { after, test } from "node:test";
import { checkHosts } from "../../../../commands/precheck/check-hosts";
import { keyPair, SshServer, type SshServerOptions } from "../../../doubles/ssh-server";
import { cluster } from "../../config/cluster";

const login = keyPair();
const servers: SshServer[] = [];
after(() => Promise.all(servers.map((server) => server.close())));

async function server(options: SshServerOptions): Promise<SshServer> {
    const double = await SshServer.start({ keys: [login.public], ...options });
    servers.push(double);
    return double;
}

/** All findings about one host. */
function look({ host, port, hostKey }: SshServer, user = "root") {
    const node = { name: "master", role: "control-plane", address: host, hostKey, ssh: { port } };
    const config = cluster({ ssh: { user }, nodes: [node] });
    return checkHosts(config, { sshPrivateKey: login.private }, config.nodes);
}

const FORCED = 'Please login as the user "ubuntu" rather than the user "root".\n\n';
const REFUSALS: [
    what: string,
    user: string,
    said: { stdout?: string; stderr?: string; code?: number },
    finding: RegExp,
    fix: RegExp,
][] = [
    [
        "case 48: the forced command of a cloud image",
        "root",
        { stdout: FORCED, stderr: "bash: warning: setlocale: LC_ALL: cannot change locale\n", code: 142 },
        /^login: root: Please login as the user "ubuntu" rather than the user "root"\.; bash: warning/,
        /^set ssh\.user to ubuntu,/,
    ],
    [
        "case 48: the same with exit code 0",
        "root",
        { stdout: FORCED },
        /^login: root: Please login as/,
        /ssh\.user to ubuntu/,
    ],
    [
        "case 49: requiretty",
        "admin",
        { stdout: "Welcome!\n", stderr: "sudo: sorry, you must have a tty to run sudo\n", code: 1 },
        /^sudo: admin: Welcome!; sudo: sorry, you must have a tty/,
        /Defaults:admin !requiretty/,
    ],
    [
        "no sudo at all",
        "admin",
        { stderr: "bash: line 1: sudo: command not found\n", code: 127 },
        /^sudo: admin: /,
        /^install the package sudo/,
    ],
    [
        "a user whom sudo does not know",
        "admin",
        { stderr: "admin is not in the sudoers file.\n", code: 1 },
        /^sudo: admin: /,
        /NOPASSWD/,
    ],
    [
        "a password that has expired",
        "root",
        { stderr: "WARNING: Your password has expired.\nPassword change required but no TTY available.\n", code: 1 },
        /^login: root: .*Password change required/,
        /passwd root/,
    ],
    [
        "an account without a shell",
        "root",
        { stdout: "This account is currently not available.\n", code: 1 },
        /^login: root: This account/,
        /usermod/,
    ],
];
for (const [what, user, said, finding, fix] of REFUSALS) {
    const refused = async () => {
        const host = await server({ handler: () => said });
        const [found, ...more] = await look(host, user);
        assert.deepEqual(more, []);
        assert.match(`${found?.check}: ${found?.found}`, finding);
        assert.match(found?.fix ?? "", fix);
    };
    const [, number, name] = /^case (\d+): (.*)$/.exec(what) ?? [];
    if (number === undefined) test(`${what}: its words are shown, and what to do about them`, refused);
    else test(`case ${number}: ${name}: its words are shown, and what to do about them`, refused);
}

test("what a server says before it refuses a login is shown", async () => {
    const host = await server({ keys: [keyPair().public], banner: "Please use the bastion.\u001b[2J\n" });
    const [found] = await look(host);
    assert.equal(found?.found, `root is refused at 127.0.0.1:${host.port}; it said: Please use the bastion.`);
});
