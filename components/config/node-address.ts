/** The address that the other nodes use for a node. */
export function nodeAddress(node: { address: string; internalAddress?: string }): string {
    return node.internalAddress ?? node.address;
}
