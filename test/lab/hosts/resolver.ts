import { readFileSync } from "node:fs";

/**
 * The resolv.conf for the hosts: the machine's own, but they ask the mirror's dnsmasq. That asks the machine's resolvers,
 * which may listen where the hosts cannot reach them.
 */
export function hostResolver(gateway: string, machine = readFileSync("/etc/resolv.conf", "utf8")): string {
    const others = machine.split("\n").filter((line) => line && !/^\s*nameserver\s/.test(line));
    return [`nameserver ${gateway}`, ...others, ""].join("\n");
}
