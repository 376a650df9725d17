import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { initPid } from "../../lab/hosts/host";

const TABLE = "theirs";

function nft(host: string, rules: string): void {
    const pid = initPid(host);
    assert.ok(pid !== undefined, `${host} is off`);
    // The machine's own program: a bare host has none.
    execFileSync("nsenter", ["--target", String(pid), "--net", "nft", "-f", "-"], { input: rules });
}

/** Has a host drop what comes in and matches, in a table such as its owner could have made. */
export function dropIncoming(host: string, match: string): void {
    nft(
        host,
        `table ip ${TABLE} { chain incoming { type filter hook input priority 0; policy accept; ${match} drop; }; }\n`,
    );
}

/** Takes that away again. */
export function dropNothing(host: string): void {
    nft(host, `delete table ip ${TABLE}\n`);
}
