import type { Finding, HostReport } from "./finding";

/** How far the hosts' clocks may be apart, in seconds: certificates and tokens are valid from the moment they are made. */
const CLOCK_SPREAD_SECONDS = 5;

const SAME = [
    {
        fact: "machine-id",
        severity: "error",
        wanted: "one of its own: the node would be refused",
        fix: "on one of them: rm /etc/machine-id, systemd-machine-id-setup, reboot",
    },
    {
        fact: "product_uuid",
        severity: "error",
        wanted: "one of its own: the node would be refused",
        fix: "give one of the virtual machines a UUID of its own",
    },
    {
        fact: "hostname",
        severity: "warning",
        wanted: "one of its own",
        fix: "hostnamectl set-hostname on one of them",
    },
] as const;

function duplicates(reports: Map<string, HostReport>): Finding[] {
    return SAME.flatMap(({ fact, severity, wanted, fix }) => {
        const first = new Map<string, string>();
        return [...reports].flatMap(([host, { facts }]): Finding[] => {
            const value = facts[fact];
            if (value === undefined) return [];
            const other = first.get(value);
            if (other === undefined) {
                first.set(value, host);
                return [];
            }
            return [{ host, check: fact, severity, found: `${value}, as ${other}`, wanted, fix }];
        });
    });
}

function median(numbers: number[]): number {
    const sorted = [...numbers].sort((a, b) => a - b);
    return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}

function clockFindings(reports: Map<string, HostReport>): Finding[] {
    const clocks = [...reports].flatMap(([host, { clock }]) => (clock ? [{ host, ...clock }] : []));
    const latest = Math.max(...clocks.map(({ offset, uncertainty }) => offset - uncertainty));
    const earliest = Math.min(...clocks.map(({ offset, uncertainty }) => offset + uncertainty));
    if (!(latest - earliest >= CLOCK_SPREAD_SECONDS)) return [];
    // Of two hosts that differ, this machine's own clock says which is wrong.
    const middle = median([...clocks.map(({ offset }) => offset), 0]);
    return clocks
        .filter(({ offset, uncertainty }) => Math.abs(offset - middle) - uncertainty >= CLOCK_SPREAD_SECONDS / 2)
        .map(({ host, offset }) => {
            const seconds = Math.abs(offset - middle).toFixed(1);
            return {
                host,
                check: "clock",
                severity: "error",
                found: `${seconds} s ${offset > middle ? "ahead of" : "behind"} the others`,
                wanted: `less than ${CLOCK_SPREAD_SECONDS} s apart`,
                fix: "start a time service: systemctl enable --now systemd-timesyncd, or chrony",
            };
        });
}

/** The pod network takes each host's own MTU: what the larger one sends does not arrive at the smaller one. */
function mtuFindings(reports: Map<string, HostReport>): Finding[] {
    const hosts = [...reports].flatMap(([host, { facts }]) =>
        facts.mtu === undefined ? [] : [{ host, mtu: facts.mtu }],
    );
    const count = (mtu: string) => hosts.filter((one) => one.mtu === mtu).length;
    const usual = hosts.map(({ mtu }) => mtu).sort((a, b) => count(b) - count(a) || Number(b) - Number(a))[0];
    return hosts
        .filter(({ mtu }) => mtu !== usual)
        .map(({ host, mtu }) => ({
            host,
            check: "card",
            severity: "warning",
            found: `MTU ${mtu}, ${usual} on the others`,
            wanted: "one MTU on all hosts",
            fix: "set it alike where the cards are configured, or network.mtu to the smallest",
        }));
}

/** What is wrong with hosts only beside each other: things that must differ, clocks that must not. */
export function findingsAcrossHosts(reports: Map<string, HostReport>): Finding[] {
    return [...duplicates(reports), ...clockFindings(reports), ...mtuFindings(reports)];
}
