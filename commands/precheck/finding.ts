import { answers } from "../answers";

/** Something about one host that is not as it should be. */
export interface Finding {
    /** Name of the node. */
    host: string;
    /** What was looked at, such as "swap" or "port 10250". */
    check: string;
    /** error = the node would not work; warning = it would, worse or not for long. */
    severity: "error" | "warning";
    found: string;
    wanted: string;
    /** What to do about it. */
    fix: string;
}

/** What a host tells of itself. */
export interface HostReport {
    findings: Finding[];
    /** Facts that mean something only beside those of other hosts. */
    facts: { hostname?: string; "machine-id"?: string; product_uuid?: string; mtu?: string };
    /** Seconds by which the host's clock is ahead of this one's, and how far off that may be. Unknown where it told none. */
    clock?: { offset: number; uncertainty: number };
}

/**
 * Reads what precheck.sh prints in the mode `report`.
 * @param moments when the program was sent, and when its first line came, in seconds of this machine's clock
 * @throws Error where the end is missing: the checks broke off
 */
export function readReport(host: string, output: string, moments: { sent: number; answered: number }): HostReport {
    const rows = answers(output).map((line) => line.split("\t"));
    if (!rows.some(([kind]) => kind === "end")) throw new Error("the checks broke off");
    const findings = rows
        .filter(([kind]) => kind === "finding")
        .map(([, severity, check = "", found = "", wanted = "", fix = ""]): Finding => {
            return { host, severity: severity === "error" ? "error" : "warning", check, found, wanted, fix };
        });
    const facts = new Map(rows.filter(([kind]) => kind === "fact").map(([, name, value]) => [name, value]));
    const told = facts.get("clock");
    const fact = (name: string) => facts.get(name) || undefined;
    return {
        findings,
        facts: {
            hostname: fact("hostname"),
            "machine-id": fact("machine-id"),
            product_uuid: fact("product_uuid"),
            mtu: fact("mtu"),
        },
        ...(told && {
            clock: {
                offset: Number(told) - (moments.sent + moments.answered) / 2,
                uncertainty: (moments.answered - moments.sent) / 2,
            },
        }),
    };
}

/** Errors before warnings, hosts in the given order. */
export function inOrder(findings: Finding[], hosts: string[]): Finding[] {
    const rank = (finding: Finding) =>
        (finding.severity === "error" ? 0 : hosts.length + 1) + hosts.indexOf(finding.host);
    return [...findings].sort((a, b) => rank(a) - rank(b));
}
