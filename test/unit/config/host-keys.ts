const field = (content: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return Buffer.concat([length, content]);
};

/** A public host key of a type, whose further fields are of these lengths. */
export function hostKeyOf(type: string, ...lengths: number[]): string {
    const fields = [Buffer.from(type), ...lengths.map((length) => Buffer.alloc(length, 7))];
    return `${type} ${Buffer.concat(fields.map(field)).toString("base64")}`;
}

/** A sound public host key, as far as it can be told by looking at it. */
export const SOUND_KEY = hostKeyOf("ssh-ed25519", 32);
