import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { PublishersDouble } from "../../../doubles/publishers";
import { chooseSource, forcedSource, forgetChoice, registrySite, type Site } from "../../../lab/sources/choose";
import { kubernetesProgram } from "../../../lab/sources/publishers";

let site: PublishersDouble;
let sites: Site[];

before(async () => {
    site = await PublishersDouble.start();
    const { sums } = kubernetesProgram(site.publishers, "kubeadm", "1.32.0");
    site.offer(sums, "0".repeat(64));
    sites = [{ name: "dl.k8s.io", url: sums, kind: "sums" }, registrySite(site.publishers, "registry.k8s.io")];
});
after(() => site.close());
afterEach(() => {
    site.reset();
    forgetChoice();
    delete process.env["LAB_SOURCE"];
});

const force = (source: string) => (process.env["LAB_SOURCE"] = source);

test("where all sites answer, they are the source; one process asks once", async () => {
    const choice = { source: "publishers", insist: false, reason: "since dl.k8s.io, registry.k8s.io answer" };
    assert.deepEqual(await chooseSource(sites), choice);
    assert.deepEqual(await chooseSource(sites), choice);
    assert.equal(site.requests.length, 2);
});

for (const [what, fail, reason] of [
    ["has no such file", () => site.fail(/kubeadm/, "absent"), /^since dl\.k8s\.io answers 404 for https:/],
    ["is busy", () => site.fail(/v2/, "busy"), /^since registry\.k8s\.io answers 503$/],
    [
        "answers with a web page",
        () => site.fail(/v2/, "page"),
        /^since registry\.k8s\.io answers with a web page, code 200/,
    ],
    ["has a page for a sum", () => site.fail(/kubeadm/, "page"), /^since dl\.k8s\.io answers with a web page/],
    ["hangs", () => site.fail(/v2/, "hang"), /^since registry\.k8s\.io does not answer within 2 s$/],
] as const) {
    test(`where one ${what}, modules are the source`, { timeout: 60_000 }, async () => {
        fail();
        const choice = await chooseSource(sites, [], what === "hangs" ? 2 : 30);
        assert.deepEqual({ ...choice, reason: "" }, { source: "modules", insist: false, reason: "" });
        assert.match(choice.reason, reason);
    });
}

test("where one is away, too", async () => {
    // Port 9 is closed on any machine that has no discard service.
    const away: Site = { name: "ghcr.io", url: "https://127.0.0.1:9/v2/", kind: "registry" };
    const { source, reason } = await chooseSource([...sites, away]);
    assert.equal(source, "modules");
    assert.match(reason, /^since ghcr\.io does not answer \(Failed to connect/);
});

test("a cache that has everything is asked no more, and neither are the sites", async () => {
    const reason = "but nothing is taken, since the cache has everything already";
    assert.deepEqual(await chooseSource(sites, ["modules"]), { source: "modules", insist: false, reason });
    assert.deepEqual((await chooseSource(sites, ["publishers", "modules"])).source, "publishers");
    assert.deepEqual(site.requests, []);
});

test("modules that are asked for are taken without asking the sites", async () => {
    force("modules");
    assert.deepEqual(await chooseSource(sites, ["publishers"]), {
        source: "modules",
        insist: true,
        reason: "as asked for",
    });
    assert.deepEqual(site.requests, []);
});

test("publishers that are asked for, and away, are an error with every reason", async () => {
    force("publishers");
    assert.equal((await chooseSource(sites, ["modules"])).insist, true);
    site.fail(/kubeadm/, "absent");
    site.fail(/v2/, "busy");
    await assert.rejects(
        chooseSource(sites),
        /^Error: The source is to be the publishers: dl\.k8s\.io answers 404 .*; registry\.k8s\.io answers 503\. Look at/,
    );
});

test("another word for a source is refused", () => {
    force("internet");
    assert.throws(() => forcedSource(), /^Error: LAB_SOURCE is "internet"; it can be publishers or modules\./);
    force("");
    assert.equal(forcedSource(), undefined);
});
