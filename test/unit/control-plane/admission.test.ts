import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { BY_GO, kubeletRequest } from "./kubelet-requests";
import { ScriptHost } from "../hosts/script-host";

const ADMISSIONS = "var/lib/kubeadm-cluster/admissions";
const CLIENT = '"digital signature","client auth",';

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.write(`${ADMISSIONS}/abcdef`, "worker-1\nworker\n\n");
});
afterEach(() => host.remove());

interface Asked {
    by?: string;
    usages?: string;
    request?: string;
}

/** One look of the unit at these requests, after which the admission is taken away as by remove-node.sh. */
function approve(...asked: Asked[]) {
    const lines = asked.map(({ by = "system:bootstrap:abcdef", usages = CLIENT, request = BY_GO.client }, number) =>
        [
            "2026-01-01T00:00:00Z",
            `csr-${number}`,
            `uid-${number}`,
            `"${by}"`,
            usages,
            Buffer.from(request).toString("base64"),
        ].join("\t"),
    );
    host.write("pending", lines.map((line) => `${line}\n`).join(""));
    host.program("sleep", `rm -f "$ROOT/${ADMISSIONS}"/*`);
    host.program("kubectl", 'case "$*" in *certificatesigningrequests*" -o "*) cat "$ROOT/pending" ;; esac');
    const { status, stderr } = host.run("admission.sh", [], {});
    assert.equal(status, 0, stderr);
    return {
        stderr,
        approved: host.calls.flatMap((call) => /certificate approve .*-- (\S+)$/.exec(call)?.[1] ?? []),
    };
}

describe("a client certificate that is asked for with a bootstrap token (finding 4)", () => {
    test("is approved for the node that was admitted", () => {
        assert.deepEqual(approve({}).approved, ["csr-0"]);
    });

    const foreign: [string, Asked, RegExp][] = [
        [
            "another node's name",
            { request: kubeletRequest("master") },
            /another subject or other names than system:node:worker-1/,
        ],
        ["a token of nobody", { by: "system:bootstrap:zzzzzz" }, /no token of an admission/],
        ["a node", { by: "system:node:worker-1" }, /no token of an admission/],
        ["a server's usages", { usages: '"digital signature","server auth",' }, /other usages/],
        ["names", { request: BY_GO.serving }, /another subject or other names/],
    ];
    for (const [what, asked, reason] of foreign) {
        test(`${what}: stays pending, beside an honest one that is approved`, () => {
            const { approved, stderr } = approve(asked, {});
            assert.deepEqual(approved, ["csr-1"]);
            assert.match(stderr, /^<4>csr-0 stays pending: /m);
            assert.match(stderr, reason);
        });
    }
});

test("a node that has not joined keeps its token; an API server that is away changes nothing", () => {
    approve();
    assert.ok(!host.calls.some((call) => call.includes(" delete ")));
    host.write(`${ADMISSIONS}/abcdef`, "worker-1\nworker\n\n");
    host.program("kubectl", "exit 1");
    assert.equal(host.run("admission.sh", [], {}).status, 0);
});

test("who is admitted while CoreDNS waits for an earlier node is approved meanwhile", () => {
    const request = Buffer.from(kubeletRequest("worker-2")).toString("base64");
    const by = '"system:bootstrap:uvwxyz"';
    host.write("pending", `${["2026-01-01T00:00:00Z", "csr-2", "uid-2", by, CLIENT, request].join("\t")}\n`);
    host.program(
        "kubectl",
        `case "$*" in
        *" wait "*)
            /bin/sleep 1.5
            printf 'worker-2\\nworker\\n\\n' >"$ROOT/${ADMISSIONS}/uvwxyz"
            for try in {1..80}; do [ -e "$ROOT/approved" ] || /bin/sleep 0.1; done
            rm "$ROOT/${ADMISSIONS}/uvwxyz" ;;
        *kubeletVersion*) printf 'worker-1\\treports\\tmarked\\t\\n' ;;
        *certificatesigningrequests*" -o "*) if [ -e "$ROOT/${ADMISSIONS}/uvwxyz" ]; then cat "$ROOT/pending"; fi ;;
        *"certificate approve"*) touch "$ROOT/approved" ;;
        esac`,
    );
    host.program("sleep", "/bin/sleep 0.1");
    const { status, stderr } = host.run("admission.sh", [], {});
    assert.equal(status, 0, stderr);
    assert.ok(host.read("approved") !== undefined, "it waited");
});
