import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { kubernetesDir, part } from "../../lab/artefacts/programs";
import { repositoryKey, rpmPackageOf, rpmRepositoryStep } from "../../lab/artefacts/package-sources";
import { cacheDir } from "../../lab/paths";
import { run } from "../../lab/run";

const lacking = ["rpmbuild", "rpmsign", "createrepo_c", "dnf", "gpg", "dpkg-deb"].filter(
    (program) => spawnSync(program, ["--version"]).error,
);
const skip =
    lacking.length > 0 ? `not installed: ${lacking.join(", ")}` : process.getuid?.() !== 0 ? "not root" : false;
const scratch = mkdtempSync(join(tmpdir(), "rpm-repository-"));
const earlier = process.env["XDG_CACHE_HOME"];
const distribution = join(scratch, "distribution");
const root = join(scratch, "root");

function file(path: string, text: string): void {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text, { mode: 0o755 });
}

/** A .deb file with one program. */
function deb(name: string, program: string, depends = ""): void {
    const folder = join(scratch, "debs", name);
    file(join(folder, program), `the program of ${name}`);
    const fields = [`Package: ${name}`, "Version: 1:2.0-3", "Architecture: amd64", "Maintainer: x <x@localhost>"];
    const all = [...fields, ...(depends ? [`Depends: ${depends}`] : []), "Description: x", ""];
    file(join(folder, "DEBIAN/control"), all.join("\n"));
    execFileSync("dpkg-deb", ["--root-owner-group", "--build", folder, `${folder}.deb`], { stdio: "ignore" });
}

/** dnf, in a root of its own and by these two repositories alone; its exit code and what it says. */
function dnf(...args: string[]): { code: number | null; said: string } {
    const own = [`--installroot=${root}`, "--releasever=9", `--setopt=reposdir=${join(scratch, "repos")}`];
    const here = [`--setopt=cachedir=${join(scratch, "cache")}`, "--disableplugin=*", "--setopt=logdir=/tmp"];
    const { status, stdout, stderr } = spawnSync("dnf", ["-y", ...own, ...here, ...args], { encoding: "utf8" });
    return { code: status, said: stdout + stderr };
}
const versionOf = (name: string) => {
    const { said } = dnf("repoquery", "--quiet", "--installed", "--qf", "%{name}-%{version}", name);
    return said.trim().split("\n").at(-1);
};

before(async () => {
    if (skip) return;
    process.env["XDG_CACHE_HOME"] = join(scratch, "cache-home");
    for (const version of ["1.32.0", "1.32.1"])
        for (const name of ["kubeadm", "kubelet", "kubectl"])
            file(join(kubernetesDir(version), name), `${name} ${version}`);
    // One whose programs are not all there is no version to be packed.
    file(join(kubernetesDir("1.32.2"), "kubeadm"), "kubeadm 1.32.2");
    file(part("cni-plugins-v1.6.2", "loopback"), "loopback");
    await rpmRepositoryStep("1.32.0").make(scratch);
    for (const name of ["socat", "ethtool"]) deb(name, `usr/bin/${name}`);
    deb("libconntrack", "usr/lib/libconntrack.so");
    deb("conntrack", "sbin/conntrack", "libc6 (>= 2.34), libconntrack (= 2.0) | other");
    deb("iptables", "usr/sbin/xtables-nft-multi");
    for (const name of readdirSync(join(scratch, "debs")).filter((entry) => !entry.endsWith(".deb")))
        rmSync(join(scratch, "debs", name), { recursive: true });
    const script = join(__dirname, "../../lab/hosts/distribution-packages.sh");
    await run(script, [join(scratch, "debs"), distribution]);
    const repository = cacheDir("site/core:/stable:/v1.32/rpm");
    for (const [name, at] of Object.entries({ distribution, kubernetes: repository }))
        file(
            join(scratch, "repos", `${name}.repo`),
            `[${name}]\nname=${name}\nbaseurl=file://${at}\ngpgcheck=1\nrepo_gpgcheck=1\ngpgkey=file://${at}/repodata/repomd.xml.key\n`,
        );
    mkdirSync(root);
});
after(() => {
    rmSync(scratch, { recursive: true, force: true });
    if (earlier === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = earlier;
});

test("one repository has every version of a minor release that the cache has, and is made once", { skip }, () => {
    const packages = readdirSync(dirname(rpmPackageOf("1.32.0")));
    assert.deepEqual(packages.sort(), [
        ...["1.32.0", "1.32.1"].map((version) => `kubeadm-${version}-150500.1.1.x86_64.rpm`),
        ...["1.32.0", "1.32.1"].map((version) => `kubectl-${version}-150500.1.1.x86_64.rpm`),
        ...["1.32.0", "1.32.1"].map((version) => `kubelet-${version}-150500.1.1.x86_64.rpm`),
        "kubernetes-cni-1.6.2-150500.1.1.x86_64.rpm",
    ]);
    assert.match(repositoryKey("1.32.0", "rpm"), /^-----BEGIN PGP PUBLIC KEY BLOCK-----/);
    assert.equal(rpmRepositoryStep("1.32.0").done(), true);
    for (const name of ["kubelet", "kubectl"]) file(join(kubernetesDir("1.32.2"), name), `${name} 1.32.2`);
    assert.equal(rpmRepositoryStep("1.32.0").done(), false, "a version that came later is packed as well");
});

test("a real dnf installs from it, with what the distribution has, and brings another version", { skip }, () => {
    const first = dnf("install", "kubelet-1.32.0", "kubeadm-1.32.0", "kubectl-1.32.0");
    assert.equal(first.code, 0, first.said);
    assert.equal(readFileSync(join(root, "usr/bin/kubelet"), "utf8"), "kubelet 1.32.0");
    for (const name of ["usr/sbin/conntrack", "usr/lib/libconntrack.so", "opt/cni/bin/loopback"])
        assert.ok(existsSync(join(root, name)), `${name} is not there`);
    const second = dnf("install", "kubelet-1.32.1");
    assert.equal(second.code, 0, second.said);
    assert.deepEqual([versionOf("kubelet"), versionOf("kubeadm")], ["kubelet-1.32.1", "kubeadm-1.32.0"]);
});

test("another index than was signed is refused", { skip }, () => {
    const index = join(distribution, "repodata/repomd.xml");
    const text = readFileSync(index, "utf8");
    writeFileSync(index, `${text}\n<!-- changed -->\n`);
    const { code, said } = dnf("--refresh", "--setopt=skip_if_unavailable=0", "makecache");
    writeFileSync(index, text);
    assert.notEqual(code, 0);
    assert.match(said, /GPG|signature/i);
});
