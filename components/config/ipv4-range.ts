import * as ipaddr from "ipaddr.js";

/** First and last address of a range in CIDR form, such as 10.244.0.0/16. An address alone is a range of one. */
function ends(range: string): [number, number] {
    const cidr = range.includes("/") ? range : `${range}/32`;
    return [ipaddr.IPv4.networkAddressFromCIDR(cidr), ipaddr.IPv4.broadcastAddressFromCIDR(cidr)].map((address) =>
        Buffer.from(address.toByteArray()).readUInt32BE(),
    ) as [number, number];
}

/** Whether a text is one IPv4 range in CIDR form. */
export function isRange(text: string): boolean {
    return /^[\d.]+\/[1-9]\d?$/.test(text) && ipaddr.IPv4.isValidCIDRFourPartDecimal(text);
}

/** The range without the bits behind its prefix. */
export function networkOf(range: string): string {
    return `${ipaddr.IPv4.networkAddressFromCIDR(range).toString()}/${prefixOf(range)}`;
}

/** The bits that the addresses of a range have in common. */
export function prefixOf(range: string): number {
    return ipaddr.IPv4.parseCIDR(range)[1];
}

/** Whether two ranges have an address in common. */
export function overlap(one: string, other: string): boolean {
    const [[firstOne, lastOne], [firstOther, lastOther]] = [ends(one), ends(other)];
    return firstOne <= lastOther && firstOther <= lastOne;
}
