import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { describe, test } from "node:test";
import {
    BY_GO,
    extensionRequest,
    kubeletRequest,
    named,
    pem,
    requestInfo,
    signedRequest,
    subjectOf,
    twoFacedRequest,
} from "./kubelet-requests";
import { scriptPath } from "../hosts/scripts-copy";

const JUDGE = `set -euo pipefail
shopt -s inherit_errexit
export LC_ALL=C
. '${scriptPath("certificate-requests.sh")}'
while read -r request; do
    judge_request "$1" "$2" "$request"
    printf '%s\\n' "\${reason:-granted}"
done`;

/** What the host says of requests for a certificate of worker-1, one after the other. */
function judged(address: string, ...requests: (string | Buffer)[]): string[] {
    const input = requests.map((request) => `${Buffer.from(request).toString("base64")}\n`).join("");
    const { status, stdout, stderr } = spawnSync("bash", ["-c", JUDGE, "judge", "worker-1", address], {
        input,
        encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stdout.trimEnd().split("\n");
}

const ADDRESS = "192.0.2.11";
const HONEST = [named.dns("worker-1"), named.ip(ADDRESS)];
const NODE = subjectOf(["O", "system:nodes"], ["CN", "system:node:worker-1"]);
const INFO = requestInfo(NODE, [extensionRequest(...HONEST)]);

describe("a request for a certificate", () => {
    test("that Go has made, as kubelets do, is granted; one for the other purpose is not", () => {
        assert.deepEqual(judged(ADDRESS, BY_GO.serving, kubeletRequest("worker-1", ...HONEST)), ["granted", "granted"]);
        assert.deepEqual(judged("", BY_GO.client, kubeletRequest("worker-1")), ["granted", "granted"]);
        assert.doesNotMatch(judged("", BY_GO.serving).join(), /granted/);
        assert.doesNotMatch(judged(ADDRESS, BY_GO.client).join(), /granted/);
    });

    test("with two extension requests, one that is shown and one that is signed, is refused (finding 2)", () => {
        const wanted = [named.dns("kubernetes"), named.dns("kubernetes.default"), named.ip("10.96.0.1")];
        const [reason] = judged(ADDRESS, twoFacedRequest("worker-1", HONEST, wanted));
        assert.match(reason ?? "", /^worker-1 asks for another subject or other names/);
    });

    test("of which any byte is another one is refused, though its signature holds", () => {
        const changed = Array.from(INFO.keys(), (place) => {
            const info = Buffer.from(INFO);
            info[place] = (info[place] ?? 0) ^ 1;
            return signedRequest(info);
        });
        // A key that its signature does not fit is seen by openssl alone.
        assert.deepEqual(new Set(judged(ADDRESS, ...changed).map((reason) => reason === "granted")), new Set([false]));
    });

    test("with a byte more anywhere is refused", () => {
        const longer = Array.from({ length: INFO.length + 1 }, (_, place) =>
            signedRequest(Buffer.concat([INFO.subarray(0, place), Buffer.from([0x30]), INFO.subarray(place)])),
        );
        assert.ok(!judged(ADDRESS, ...longer).includes("granted"));
    });

    test("that is not signed by its own key, goes on behind its end, or is of another kind of key is refused", () => {
        const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
        const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
        const whole = Buffer.from(BY_GO.serving.split("\n").slice(1, -2).join(""), "base64");
        const reasons = judged(
            ADDRESS,
            signedRequest(INFO, other.privateKey),
            pem(Buffer.concat([whole, Buffer.from([0])])),
            signedRequest(requestInfo(NODE, [extensionRequest(...HONEST)], rsa.publicKey), rsa.privateKey),
        );
        assert.match(reasons[0] ?? "", /has not signed/);
        assert.ok(!reasons.includes("granted"), reasons.join("\n"));
    });

    test("in any other text than Go's one block is refused: two programs could find two requests in it", () => {
        const texts = [
            BY_GO.client + BY_GO.serving,
            BY_GO.serving + BY_GO.client,
            `hello\n${BY_GO.serving}`,
            `${BY_GO.serving}\n`,
            BY_GO.serving.replace("MIIB", "MIIB\n"),
            BY_GO.serving.replace("-----\n", "-----\nA: b\n\n"),
            BY_GO.serving.replaceAll("CERTIFICATE", "NEW CERTIFICATE"),
            BY_GO.serving.replaceAll("\n", "\r\n"),
            BY_GO.serving.replace("MIIB", "MIIB\0"),
            "",
            "x".repeat(3000),
        ];
        for (const [place, reason] of judged(ADDRESS, ...texts).entries())
            assert.match(reason, /what is no request of a kubelet/, `text ${place}`);
    });
});
