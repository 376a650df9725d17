import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";

/** An element in DER, of its tag and what it holds. */
export function der(tag: number, ...contents: Buffer[]): Buffer {
    const content = Buffer.concat(contents);
    const { length } = content;
    if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content]);
    const header = length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255];
    return Buffer.concat([Buffer.from(header), content]);
}

/** The same with its length in BER's long form, which DER forbids. */
export function longForm(element: Buffer): Buffer {
    return Buffer.concat([element.subarray(0, 1), Buffer.from([0x81]), element.subarray(1)]);
}

const oid = (hex: string) => Buffer.from(hex, "hex");
const ORGANIZATION = oid("060355040a");
const COMMON_NAME = oid("0603550403");
const EXTENSION_REQUEST = oid("06092a864886f70d01090e");
const SUBJECT_ALT_NAME = oid("0603551d11");
const ECDSA_WITH_SHA256 = der(0x30, oid("06082a8648ce3d040302"));

export const named = {
    dns: (name: string) => der(0x82, Buffer.from(name)),
    mail: (name: string) => der(0x81, Buffer.from(name)),
    ip: (address: string) => der(0x87, Buffer.from(address.split(".").map(Number))),
};

/** The extensionRequest with the one extension subjectAltName. */
export function extensionRequest(...names: Buffer[]): Buffer {
    const extension = der(0x30, SUBJECT_ALT_NAME, der(0x04, der(0x30, ...names)));
    return der(0x30, EXTENSION_REQUEST, der(0x31, der(0x30, extension)));
}

export type SubjectPart = ["O" | "CN", string];

export function subjectOf(...parts: SubjectPart[]): Buffer {
    const sets = parts.map(([kind, text]) =>
        der(0x31, der(0x30, kind === "O" ? ORGANIZATION : COMMON_NAME, der(0x13, Buffer.from(text)))),
    );
    return der(0x30, ...sets);
}

const pair = generateKeyPairSync("ec", { namedCurve: "P-256" });

/** What is signed of a request. */
export function requestInfo(subject: Buffer, attributes: Buffer[], publicKey: KeyObject = pair.publicKey): Buffer {
    const key = publicKey.export({ type: "spki", format: "der" });
    return der(0x30, Buffer.from("020100", "hex"), subject, key, der(0xa0, ...attributes));
}

/** A request in Go's form of PEM, signed by its own key. */
export function signedRequest(info: Buffer, key: KeyObject = pair.privateKey): string {
    const signature = sign("sha256", info, key);
    return pem(der(0x30, info, ECDSA_WITH_SHA256, der(0x03, Buffer.from([0]), signature)));
}

export function pem(request: Buffer): string {
    const lines = request.toString("base64").match(/.{1,64}/g) ?? [];
    return ["-----BEGIN CERTIFICATE REQUEST-----", ...lines, "-----END CERTIFICATE REQUEST-----", ""].join("\n");
}

/** What the kubelet of a node asks with for its serving certificate; without names, for its first client certificate. */
export function kubeletRequest(node: string, ...names: Buffer[]): string {
    const subject = subjectOf(["O", "system:nodes"], ["CN", `system:node:${node}`]);
    return signedRequest(requestInfo(subject, names.length > 0 ? [extensionRequest(...names)] : []));
}

/** Two extensionRequests: honest names with a length that is not DER's, which OpenSSL shows, and others, which Go takes. */
export function twoFacedRequest(node: string, honest: Buffer[], wanted: Buffer[]): string {
    const subject = subjectOf(["O", "system:nodes"], ["CN", `system:node:${node}`]);
    const first = extensionRequest(...honest);
    // The length of the set within, and that of the whole attribute.
    const set = first.subarray(2 + EXTENSION_REQUEST.length);
    const shown = der(0x30, EXTENSION_REQUEST, der(0x31, longForm(set.subarray(2))));
    return signedRequest(requestInfo(subject, [shown, extensionRequest(...wanted)]));
}

/** Made by Go 1.26 with x509.CreateCertificateRequest, as client-go does: for worker-1 at 192.0.2.11, and without names. */
export const BY_GO = {
    serving: `-----BEGIN CERTIFICATE REQUEST-----
MIIBHTCBxAIBADA2MRUwEwYDVQQKEwxzeXN0ZW06bm9kZXMxHTAbBgNVBAMTFHN5
c3RlbTpub2RlOndvcmtlci0xMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXefG
z7MLSpaVmiPDOopDjkjKZOiQga+CC+aEirrOLPlx6LDmao30AddidIiKPnyEHs18
14zZ59HYprUNwFkAHaAsMCoGCSqGSIb3DQEJDjEdMBswGQYDVR0RBBIwEIIId29y
a2VyLTGHBMAAAgswCgYIKoZIzj0EAwIDSAAwRQIgAvpzyHjgWsLyewkO79D1Dzaa
lKTd6AiOSKf8J0bplTUCIQD7DfTeXaytpcjrtV/RiXhcT0W6qax7s8I8OECHz137
7Q==
-----END CERTIFICATE REQUEST-----
`,
    client: `-----BEGIN CERTIFICATE REQUEST-----
MIHxMIGYAgEAMDYxFTATBgNVBAoTDHN5c3RlbTpub2RlczEdMBsGA1UEAxMUc3lz
dGVtOm5vZGU6d29ya2VyLTEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATuXBb9
63R29ObuyEHVnaJzdgx6L5v3MchhgUo158Z6O/TWvnr3H8AnRBGdraMcBtSJO2Fq
1pXSjLCPLdBbcfzxoAAwCgYIKoZIzj0EAwIDSAAwRQIgBu8UmG2j79d8tfqitJVe
I0XedWqDU6E1RfpMJxm/+EwCIQCkjrOVBdSVfhiZu4oWQjfT2s55T0dDPy0a0UaF
rht9VA==
-----END CERTIFICATE REQUEST-----
`,
};
