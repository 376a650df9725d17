import { spawnSync } from "node:child_process";
import { encodeInputs } from "../../../components/remote";
import { ScriptHost } from "./script-host";

/** Undefined where this machine lets a test mount a file system of its own; else why such a test is left out. */
export const noMounts =
    spawnSync("unshare", ["-m", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0 ? undefined : "needs root";

/**
 * Runs a script in a mount namespace of its own.
 * @param host whose script it is
 * @param script its file name
 * @param before shell text that mounts, with $ROOT
 * @param inputs of the script
 * @param after shell text that looks at what is there afterwards, whose output is `seen`
 */
export function runCramped(
    host: ScriptHost,
    script: string,
    before: string,
    inputs: Record<string, string>,
    after: string,
) {
    const text = `set -e; ROOT='${host.root}'; ${before}
code=0; "$ROOT/scripts/${script}" || code=$?
{ ${after}; } >"$ROOT/seen"; exit $code`;
    const { status, stdout, stderr } = spawnSync("unshare", ["-m", "bash", "-c", text], {
        input: encodeInputs(inputs),
        encoding: "utf8",
        timeout: 20_000,
        env: { ...process.env, HOSTNAME: "this-host" },
    });
    return { status, stdout, stderr, seen: host.read("seen") ?? "" };
}

/** Shell text: a directory of the host becomes a file system of its own with what it holds, and no room for more. */
export const fill = (directory: string): string => `
cp -a "$ROOT/${directory}" "$ROOT/kept"
mount -t tmpfs -o size=256k tmpfs "$ROOT/${directory}"
cp -a "$ROOT/kept/." "$ROOT/${directory}/"; rm -rf "$ROOT/kept"
cat /dev/zero >"$ROOT/${directory}/filler" 2>/dev/null || :`;
