import { type ClusterConfig, type NodeConfig } from "../../components/config";
import { hostCheckInputs, hostChecks, othersInputs } from "../../components/hosts/precheck";
import {
    commandLine,
    encodeInputs,
    hostConnection,
    loginProblem,
    markedLines,
    needsSudo,
} from "../../components/remote";
import { hostWords } from "../host-words";
import { type PlainSecrets, presented } from "../stack";
import { findingsAcrossHosts } from "./across-hosts";
import { type Finding, type HostReport, inOrder, readReport } from "./finding";
import { execute, logIn, type Outcome, type PlainConnection, Refusal, type Session } from "./ssh";

/** Seconds after which a host itself ends its checks. */
const CHECK_SECONDS = 60;

const WANTED = { reachable: "SSH answers", "host key": "", login: "a login with the configured key or password" };
const FIXES = {
    reachable: "start the host, or correct address, ssh.port or ssh.bastion",
    "host key": "find out whether the host was made anew; if so, set hostKey to the key found",
    login: "correct ssh.user, or sshPrivateKey, sshPassword (pulumi config set --secret)",
};

function refusal(host: string, error: Refusal, hostKey: string | undefined): Finding {
    const wanted = error.check === "host key" ? `hostKey: ${hostKey}` : WANTED[error.check];
    return { host, check: error.check, severity: "error", found: error.found, wanted, fix: FIXES[error.check] };
}

function unpinned(host: string, session: Session): Finding {
    return {
        host,
        check: "host key",
        severity: "warning",
        found: session.shownKey,
        wanted: "hostKey in the configuration",
        fix: "compare it with /etc/ssh/ssh_host_*_key.pub there and set hostKey to it",
    };
}

/** One connection to each bastion, whatever the number of hosts behind it: SSH servers drop many logins at once. */
class Bastions {
    private readonly sessions = new Map<string, Promise<Session>>();

    reach({ bastion }: PlainConnection): Promise<Session> | undefined {
        if (bastion === undefined) return undefined;
        const { host, port, user } = bastion;
        const key = JSON.stringify({ host, port, user });
        const session = this.sessions.get(key) ?? logIn(bastion);
        this.sessions.set(key, session);
        return session;
    }

    async close(): Promise<void> {
        for (const session of await Promise.allSettled(this.sessions.values())) {
            if (session.status === "fulfilled") session.value.client.end();
        }
    }
}

async function look(node: NodeConfig, connection: PlainConnection, bastions: Bastions, inputs: Record<string, string>) {
    const bastion = await bastions.reach(connection);
    const session = await logIn(connection, bastion);
    const keys = connection.hostKey === undefined ? [unpinned(node.name, session)] : [];
    if (bastion && connection.bastion?.hostKey === undefined) {
        keys.push({ ...unpinned(node.name, bastion), check: "bastion's host key", wanted: "ssh.bastion.hostKey" });
    }
    const sudo = needsSudo(connection);
    const command = commandLine({ installer: true, timeoutSeconds: CHECK_SECONDS }, sudo);
    const stdin = hostChecks() + encodeInputs({ ...inputs, PRECHECK_MODE: "report" });
    const outcome = await execute(session, command, stdin);
    session.client.end();
    const refused = notRun(node.name, connection.user ?? "root", outcome);
    if (refused) return { findings: [...keys, refused], facts: {} };
    const foreign = otherStacks(node.name, outcome);
    if (foreign) return { findings: [...keys, foreign], facts: {} };
    const report = brokenOff(node.name, outcome, () => readReport(node.name, outcome.stdout, outcome));
    return { ...report, findings: [...keys, ...report.findings] };
}

/** The refusal of a host that belongs to another stack, in its own words: see refuse_other_stack of inputs.sh. */
function otherStacks(host: string, { stderr }: Outcome): Finding | undefined {
    const words = /this host (belongs to .+), and this stack's is (\S+); nothing was changed\. (.+)/.exec(
        hostWords(stderr),
    );
    const [, found = "", own = "", fix = ""] = words ?? [];
    return words ? { host, check: "stack", severity: "error", found, wanted: `this stack's: ${own}`, fix } : undefined;
}

/** A login or a sudo that ran nothing, where the host says why. */
function notRun(host: string, user: string, outcome: Outcome): Finding | undefined {
    if (markedLines(outcome.stdout).length > 0) return undefined;
    const problem = loginProblem(hostWords(`${outcome.stdout}\n${outcome.stderr}`), user);
    return problem && { host, severity: "error", found: `${user}: ${lastWords(outcome)}`, ...problem };
}

/** A host's last words beside its answer: those of its login shell or a forced command, and those on standard error. */
function lastWords({ stdout, stderr }: Outcome): string {
    const last = (text: string) =>
        hostWords(text)
            .split("\n")
            .filter((line) => line.trim() !== "" && markedLines(line).length === 0)
            .slice(-2)
            .map((line) => line.trim().slice(0, 200))
            .join(" ");
    return [last(stdout), last(stderr)].filter((words) => words !== "").join("; ") || "no message";
}

function brokenOff(host: string, outcome: Outcome, read: () => HostReport): HostReport {
    try {
        return read();
    } catch (error) {
        const words = [outcome.broken, lastWords(outcome)].filter((one) => one !== undefined).join("; it said: ");
        const found = `${(error as Error).message}: ${words}`;
        const finding = { host, check: "checks", found, wanted: "all checks made", fix: "run this again" } as const;
        return { findings: [{ ...finding, severity: "error" }], facts: {} };
    }
}

/**
 * Looks at hosts, all at the same time, and changes nothing on any.
 * @param identity that of the stack, if it has one yet: a host of another stack is not looked at any further
 * @returns what is not as it should be, errors first
 */
export async function checkHosts(
    config: ClusterConfig,
    secrets: PlainSecrets,
    nodes: NodeConfig[],
    identity?: string,
): Promise<Finding[]> {
    const bastions = new Bastions();
    const reports = await Promise.all(
        nodes.map(async (node): Promise<[string, HostReport]> => {
            const connection = hostConnection(config.ssh, node, secrets, undefined, process.env.SSH_AUTH_SOCK);
            try {
                const inputs = {
                    ...hostCheckInputs(config, node, secrets.proxyCredentials),
                    ...othersInputs(config, node),
                    ...presented(identity),
                };
                return [node.name, await look(node, connection, bastions, inputs)];
            } catch (error) {
                if (!(error instanceof Refusal)) throw error;
                return [node.name, { findings: [refusal(node.name, error, connection.hostKey)], facts: {} }];
            }
        }),
    );
    await bastions.close();
    const findings = [...reports.flatMap(([, report]) => report.findings), ...findingsAcrossHosts(new Map(reports))];
    return inOrder(
        findings,
        nodes.map(({ name }) => name),
    );
}
