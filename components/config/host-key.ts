const ADVICE =
    "pin what `ssh-keyscan -t ed25519 HOST` or /etc/ssh/ssh_host_ed25519_key.pub on the host says, after you compared both";

/** Types of keys that hosts no longer offer, or that nobody should trust. */
const OLD_TYPES = /^(ssh-rsa|ssh-dss|rsa-sha2-\S+)$/;

/** The types that Pulumi's plug-in asks a host for, with the number of fields in such a key. */
const TYPES: Record<string, number> = {
    "ssh-ed25519": 2,
    "ecdsa-sha2-nistp256": 3,
    "ecdsa-sha2-nistp384": 3,
    "ecdsa-sha2-nistp521": 3,
    "sk-ssh-ed25519@openssh.com": 3,
    "sk-ecdsa-sha2-nistp256@openssh.com": 4,
};

const ED25519_BYTES = 32;

// A key is a row of fields, each behind its length.
function fieldsOf(key: Buffer): Buffer[] | undefined {
    const fields: Buffer[] = [];
    let at = 0;
    while (at < key.length) {
        if (at + 4 > key.length) return undefined;
        const end = at + 4 + key.readUInt32BE(at);
        if (end > key.length) return undefined;
        fields.push(key.subarray(at + 4, end));
        at = end;
    }
    return fields;
}

/** What is wrong with the public key of a host as it is pinned; undefined where it is right. */
export function hostKeyProblem(text: string): string | undefined {
    const [, type = "", encoded = ""] = /^(\S+) ([A-Za-z0-9+/]+={0,2})( [^\r\n]*)?$/.exec(text) ?? [];
    if (OLD_TYPES.test(type)) return `must not be of the type ${type}, which today's hosts do not sign with: ${ADVICE}`;
    const count = TYPES[type];
    if (count === undefined) return "must be a public host key, such as 'ssh-ed25519 AAAA...'";
    const fields = fieldsOf(Buffer.from(encoded, "base64"));
    const own = fields?.[0]?.toString("latin1");
    if (own !== undefined && own !== type) return `says ${type}, and the key behind it is of another type: ${ADVICE}`;
    const whole = fields?.length === count && fields.every(({ length }) => length > 0);
    if (!whole || (type === "ssh-ed25519" && fields[1]?.length !== ED25519_BYTES))
        return `must be a whole public host key, and this one is cut off or changed: ${ADVICE}`;
    return undefined;
}
