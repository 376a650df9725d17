import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { formatSources, machineSources, parseDeb822, parseOneLine } from "../../lab/hosts/apt-sources";

const scratch = mkdtempSync(join(tmpdir(), "apt-sources-"));
after(() => rmSync(scratch, { recursive: true }));

/** A machine's /etc, as far as the lab reads it. */
function etc(files: Record<string, string>): string {
    const folder = mkdtempSync(join(scratch, "etc-"));
    for (const [name, text] of Object.entries(files)) {
        mkdirSync(join(folder, name, ".."), { recursive: true });
        writeFileSync(join(folder, name), text);
    }
    return folder;
}

const release = 'NAME="Debian"\nVERSION_CODENAME=bookworm\n';

test("deb822: comments, folded lines, several suites; disabled and source-only entries are left out", () => {
    const sources = parseDeb822(`Types: deb deb-src
# a snapshot
URIs: http://mirror.example/debian
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main
`);
    assert.deepEqual(sources, [
        {
            uris: ["http://mirror.example/debian"],
            suites: ["bookworm", "bookworm-updates"],
            components: ["main", "contrib"],
            signedBy: "/usr/share/keyrings/debian-archive-keyring.gpg",
        },
    ]);
});

test("sources.list: options, trailing comments", () => {
    const sources = parseOneLine(
        "# deb http://commented.example x main\ndeb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] http://mirror.example/debian bookworm main # c\ndeb-src http://s.example bookworm main\n",
    );
    assert.deepEqual(sources, [
        {
            uris: ["http://mirror.example/debian"],
            suites: ["bookworm"],
            components: ["main"],
            signedBy: "/usr/share/keyrings/x.gpg",
        },
    ]);
});

test("third parties' sources do not reach the hosts, the release's own do, from files of either kind", () => {
    const folder = etc({
        "os-release": release,
        "apt/sources.list": "deb http://mirror.example/debian bookworm main\n",
        "apt/sources.list.d/security.sources":
            "Types: deb\nURIs: http://mirror.example/security\nSuites: bookworm-security\nComponents: main\nSigned-By: /etc/apt/own.gpg\n",
        "apt/sources.list.d/other.list": "deb http://other.example/apt tools-bookworm main\n",
        "apt/sources.list.d/off.list.disabled": "deb http://off.example/debian bookworm main\n",
    });
    const { codename, archive, sources } = machineSources(folder);
    assert.equal(codename, "bookworm");
    assert.equal(archive, "http://mirror.example/debian");
    assert.equal(
        formatSources(sources),
        "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\nComponents: main\n\n" +
            "Types: deb\nURIs: http://mirror.example/security\nSuites: bookworm-security\nComponents: main\n",
    );
});

test("a machine without a release source is told what is missing", () => {
    const folder = etc({ "os-release": release, "apt/sources.list": "deb http://mirror.example/debian sid main\n" });
    assert.throws(() => machineSources(folder), /no source with the suite bookworm/);
    assert.throws(() => machineSources(etc({ "os-release": "NAME=x\n" })), /needs Debian or Ubuntu/);
});
