import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { machineSources } from "../../lab/hosts/apt-sources";
import { groupThatNeeds } from "../../group";

const scratch = mkdtempSync(join(tmpdir(), "apt-sources-"));
after(() => rmSync(scratch, { recursive: true }));
const skip = spawnSync("apt-get", ["--version"]).error ? "apt is not installed" : false;

/** A machine's /etc, as far as the lab reads it. */
function etc(files: Record<string, string>): string {
    const folder = mkdtempSync(join(scratch, "etc-"));
    for (const [name, text] of Object.entries(files)) {
        mkdirSync(join(folder, name, ".."), { recursive: true });
        writeFileSync(join(folder, name), text);
    }
    return folder;
}

const release = 'NAME="Other"\nID=other\nVERSION_CODENAME=bookworm\n';

groupThatNeeds(skip, "the hosts' sources", () => {
    test("are the release's own, from files of either kind; third parties' and disabled ones are left out", async () => {
        const folder = etc({
            "os-release": release,
            "apt/sources.list":
                "# deb http://commented.example x main\n" +
                "deb [arch=amd64 signed-by=/etc/apt/own.gpg] http://mirror.example/debian bookworm main contrib # c\n" +
                "deb-src http://source.example/debian bookworm main\n",
            "apt/sources.list.d/security.sources":
                "Types: deb deb-src\n# a snapshot\nURIs: http://mirror.example/security\n" +
                "Suites: bookworm-security\nComponents: main\nSigned-By: /etc/apt/own.gpg\n\n" +
                "Enabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: bookworm\nComponents: main\n",
            "apt/sources.list.d/other.list": "deb http://other.example/apt tools-bookworm main\n",
            "apt/sources.list.d/off.list.disabled": "deb http://off.example/debian bookworm main\n",
        });
        assert.deepEqual(await machineSources(folder), {
            codename: "bookworm",
            archive: "http://mirror.example/debian",
            sources:
                "deb http://mirror.example/debian/ bookworm main\n" +
                "deb http://mirror.example/debian/ bookworm contrib\n" +
                "deb http://mirror.example/security/ bookworm-security main\n",
        });
    });

    test("a machine without a release source is told what is missing", async () => {
        const sid = { "os-release": release, "apt/sources.list": "deb http://mirror.example/debian sid main\n" };
        await assert.rejects(machineSources(etc(sid)), /no source with the suite bookworm/);
        await assert.rejects(machineSources(etc({ "os-release": "NAME=x\n" })), /needs Debian or Ubuntu/);
    });
});
