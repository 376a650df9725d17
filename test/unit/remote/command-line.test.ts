import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { commandLine, type ScriptCall } from "../../../components/remote";

/** What ends the script from outside, and tells it when. */
const LIMIT = (seconds: number) => `timeout -k 10 ${seconds} env STEP_SECONDS=${seconds}`;

test("a call is one short line: the script, its words, and a limit that the host itself keeps", () => {
    const call: ScriptCall = { script: "admit.sh", args: ["worker-1", "unless-admitted"], timeoutSeconds: 120 };
    assert.equal(commandLine(call, false), `${LIMIT(120)} /opt/kubeadm-cluster/admit.sh worker-1 unless-admitted`);
    assert.equal(
        commandLine(call, true),
        `sudo -n ${LIMIT(120)} /opt/kubeadm-cluster/admit.sh worker-1 unless-admitted`,
    );
});

test("the installer reads from standard input", () => {
    assert.equal(commandLine({ installer: true, timeoutSeconds: 1200 }, true), `sudo -n ${LIMIT(1200)} bash -s`);
});

test("a script that need not be there: its absence is looked up with the same rights as it is run with", () => {
    const call: ScriptCall = { script: "reset.sh", timeoutSeconds: 600, ifPresent: true };
    const line = commandLine(call, true);
    assert.equal(
        line,
        `sudo -n test ! -e /opt/kubeadm-cluster/reset.sh && cat >/dev/null || sudo -n ${LIMIT(600)} /opt/kubeadm-cluster/reset.sh`,
    );
    // No script of the program lies on the machine of a test.
    const { status, error } = spawnSync("bash", ["-c", commandLine(call, false)], { input: "x".repeat(1_000_000) });
    assert.equal(status, 0);
    // What is sent is read all the same: this would be EPIPE.
    assert.equal(error, undefined);
});

test("a word that would need quoting is refused", () => {
    for (const word of ["a b", "$(id)", "a;b", "a'b", 'a"b', "a|b", "a\nb", "*", "", "~"]) {
        const call: ScriptCall = { script: "admit.sh", args: [word], timeoutSeconds: 1 };
        assert.throws(() => commandLine(call, false), /cannot be a word of a remote command/, JSON.stringify(word));
    }
});
