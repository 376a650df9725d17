import { existsSync, readFileSync } from "node:fs";

const onLoopback = /^nameserver\s+(127\.|::1\b)/m;

/**
 * The resolv.conf for the hosts: the machine's own. A resolver on the machine's loopback address is out of the hosts'
 * reach; where systemd-resolved is behind it, the servers that it asks are taken, else a relay on the bridge is needed.
 */
export function hostResolver(
    gateway: string,
    files = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"],
): { text: string; relayTo?: string } {
    const texts = files.filter((file) => existsSync(file)).map((file) => readFileSync(file, "utf8"));
    const reachable = texts.find((text) => /^nameserver/m.test(text) && !onLoopback.test(text));
    if (reachable !== undefined) return { text: reachable };
    const first = texts[0] ?? "";
    const relayTo = /^nameserver\s+(\S+)/m.exec(first)?.[1] ?? "127.0.0.1";
    const others = first.split("\n").filter((line) => line && !line.startsWith("nameserver"));
    return { text: [`nameserver ${gateway}`, ...others, ""].join("\n"), relayTo };
}
