import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import {
    copyFileSync,
    createReadStream,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { NODE_SCRIPTS } from "../../../components/hosts/script-directories";
import { encodeInputs } from "../../../components/remote";
import { kubernetesDir, part } from "../../lab/artefacts/programs";
import { repositoryKey, rpmRepositoryStep } from "../../lab/artefacts/package-sources";
import { cacheDir } from "../../lab/paths";

/** A root file system that the lab has dressed as one of the RHEL family, and its distribution's repository. */
const rootfs = existsSync(cacheDir("rootfs"))
    ? readdirSync(cacheDir("rootfs")).find((name) => /^el9-[0-9a-f]+$/.test(name))
    : undefined;
const base = cacheDir("rootfs", rootfs ?? "none");
const distribution = cacheDir("site/el9", rootfs?.replace("el9-", "") ?? "none");
const lacking = ["rpmbuild", "rpmsign", "createrepo_c"].filter((name) => spawnSync(name, ["--version"]).error);
const skip =
    process.getuid?.() !== 0
        ? "not root"
        : !existsSync(distribution)
          ? "no root file system of the RHEL family; npm run lab:hosts -- --distribution rhel makes it"
          : lacking.length > 0 && `not installed: ${lacking.join(", ")}`;
const earlier = process.env["XDG_CACHE_HOME"];
const scratch = mkdtempSync(join(tmpdir(), "real-dnf-"));
const disk = join(scratch, "disk");
const kubernetes = join(scratch, "cache/kubeadm-cluster/site");
let server: Server;
let address = "";

before(async () => {
    if (skip) return;
    process.env["XDG_CACHE_HOME"] = join(scratch, "cache");
    for (const version of ["1.32.0", "1.32.1"]) {
        mkdirSync(kubernetesDir(version), { recursive: true });
        // Large enough to be cut off in.
        for (const name of ["kubeadm", "kubelet", "kubectl"])
            writeFileSync(join(kubernetesDir(version), name), version.padEnd(30_000_000, "."), { mode: 0o755 });
    }
    mkdirSync(part("cni-plugins-v1.6.2"), { recursive: true });
    writeFileSync(part("cni-plugins-v1.6.2", "loopback"), "loopback");
    await rpmRepositoryStep("1.32.0").make(scratch);
    server = createServer((request, answer) => {
        const url = decodeURIComponent(request.url ?? "/");
        const file = url.startsWith("/el9/") ? join(distribution, url.slice(5)) : join(kubernetes, url);
        if (!existsSync(file) || !statSync(file).isFile()) return answer.writeHead(404).end();
        answer.writeHead(200, { "content-length": statSync(file).size });
        return createReadStream(file).pipe(answer);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

    const scripts = join(disk, "upper/opt/kubeadm-cluster");
    for (const folder of [scripts, join(disk, "upper/etc/yum.repos.d"), join(disk, "work"), join(disk, "root")])
        mkdirSync(folder, { recursive: true });
    for (const directory of NODE_SCRIPTS)
        for (const name of readdirSync(directory).filter((file) => file.endsWith(".sh")))
            copyFileSync(join(directory, name), join(scripts, name));
    const driver = `#!/bin/bash
set -euo pipefail
here=/opt/kubeadm-cluster
. "$here/lib.sh"
read_inputs INSTALL PACKAGES_URL PACKAGES_KEY PACKAGES_UNSIGNED CONTAINERD_VERSION VIP_ADDRESS NODE_NAME
mkdir -p "$STATE" "$LOGS"
[ "$1" != uninstall_kubernetes ] && . "$here/prepare-packages.sh"
. "$here/install-kubernetes.sh"
"$@"
`;
    writeFileSync(join(scripts, "driver.sh"), driver, { mode: 0o755 });
    const repository = readFileSync(join(base, "etc/yum.repos.d/lab-baseos.repo"), "utf8");
    writeFileSync(
        join(disk, "upper/etc/yum.repos.d/lab-baseos.repo"),
        repository.replace(/^baseurl=.*$/m, `baseurl=${address}/el9`),
    );
    // No systemd runs in there.
    mkdirSync(join(disk, "upper/usr/bin"), { recursive: true });
    writeFileSync(join(disk, "upper/usr/bin/systemctl"), "#!/bin/sh\n", { mode: 0o755 });
});
after(() => {
    server?.closeAllConnections();
    server?.close();
    rmSync(scratch, { recursive: true, force: true });
    if (earlier === undefined) delete process.env["XDG_CACHE_HOME"];
    else process.env["XDG_CACHE_HOME"] = earlier;
});

const enter = ["--mount", "--pid", "--fork", "--kill-child", "--propagation", "private", "bash", "-c"];
const inRoot = `
set -e
mount -t overlay overlay -o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work" "$2/root"
mount -t proc proc "$2/root/proc"
mount --bind /dev "$2/root/dev"
mount -t tmpfs tmpfs "$2/root/run"
mount -t tmpfs tmpfs "$2/root/tmp"
exec chroot "$2/root" bash -c "$3"`;
const words = (script: string) => [...enter, inRoot, "enter", base, disk, script];
interface Said {
    status: number | null;
    said: string;
}
/** Runs a line of bash in the root; not this process's only thread of work, since dnf asks the server in it. */
function inside(script: string, input = ""): Promise<Said> {
    const child = spawn("unshare", words(script), { stdio: ["pipe", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
    child.stdin.end(input);
    return new Promise((resolve) => child.on("close", (status) => resolve({ status, said: said.trim() })));
}
const inputs = () =>
    encodeInputs({
        INSTALL: "packages",
        PACKAGES_URL: address,
        PACKAGES_KEY: repositoryKey("1.32.0", "rpm").trim(),
        PACKAGES_UNSIGNED: "false",
        CONTAINERD_VERSION: "",
        VIP_ADDRESS: "",
        NODE_NAME: "worker-1",
    });
const driver = (line: string, around = "") => inside(`${around} /opt/kubeadm-cluster/driver.sh ${line}`, inputs());
const ok = async (line: string) => {
    const { status, said } = await driver(line);
    assert.equal(status, 0, said);
    return said;
};
const packages = async () =>
    (await inside("rpm -qa --qf '%{NAME}-%{VERSION}\\n' | grep -E '^(kube|cri)' | sort | xargs")).said;
const ALL = "kubeadm kubelet kubectl";
const of = (version: string) => `kubeadm-${version} kubectl-${version} kubelet-${version} kubernetes-cni-1.6.2`;

test(
    "a host gets what a node needs, of the distribution and of the publisher's repository, signed",
    { skip },
    async () => {
        await ok(`install_kubernetes v1.32.0 ${ALL}`);
        assert.equal(await packages(), of("1.32.0"));
        const programs = await inside(
            "for program in containerd conntrack socat iptables ebtables kubelet; do command -v $program; done",
        );
        assert.equal(programs.status, 0, programs.said);
    },
);

test("what updates everything else on the host leaves Kubernetes as it is", { skip }, async () => {
    const { status, said } = await inside("dnf -y upgrade");
    assert.equal(status, 0, said);
    assert.equal(await packages(), of("1.32.0"));
});

test("a transaction that was killed is brought to its end by the next run, wherever that was", { skip }, async (t) => {
    const moments = {
        "its packages are at hand":
            "compgen -G '/var/cache/dnf/kubeadm-cluster-*/packages/kubeadm-1.32.1*.rpm' >/dev/null",
        "a new file is there": "head -c 6 /usr/bin/kubelet | grep -q 1.32.1",
    };
    let killed = 0;
    for (const [line, moment] of Object.entries(moments)) {
        // The script is cut off with dnf, as by a lost power.
        const kill = `(until ${moment}; do sleep 0.01; done; kill -KILL -1) &`;
        const { status } = await driver(`install_kubernetes v1.32.1 ${ALL}`, kill);
        if (status !== 0) killed++;
        t.diagnostic(`killed when ${line}: ${await packages()}`);
        await ok(`install_kubernetes v1.32.1 ${ALL}`);
        assert.equal(await packages(), of("1.32.1"), line);
        const left =
            "ls -d /usr/bin/*\\;* /opt/cni/bin/*\\;* 2>/dev/null; rpm -V --noconfig kubeadm kubelet kubectl kubernetes-cni";
        assert.equal((await inside(left)).said, "", line);
        await ok(`install_kubernetes v1.32.0 ${ALL}`);
        assert.equal(await packages(), of("1.32.0"), line);
    }
    assert.notEqual(killed, 0, "no run was killed before its end");
});

test("a package that rpm has twice, and a file that is there by half, are mended", { skip }, async () => {
    await inside(
        `curl -so /tmp/x.rpm ${address}/core:/stable:/v1.32/rpm/x86_64/kubelet-1.32.1-150500.1.1.x86_64.rpm; sleep 1; rpm -i --force --nodeps /tmp/x.rpm; : >/usr/bin/kubectl`,
    );
    assert.match(await packages(), /kubelet-1.32.0 kubelet-1.32.1/);
    const said = await ok(`install_kubernetes v1.32.1 ${ALL}`);
    assert.match(said, /rpm has kubelet twice; kubelet-1\.32\.0-150500\.1\.1\.x86_64 goes/);
    assert.equal(await packages(), of("1.32.1"));
    await inside(": >/usr/bin/kubectl");
    await ok(`install_kubernetes v1.32.1 ${ALL}`);
    assert.equal(
        (await inside("rpm -V --noconfig kubeadm kubelet kubectl; head -c 6 /usr/bin/kubelet")).said,
        "1.32.1",
    );
});

test("an owner's lock of the version does not stand in the way of an upgrade, and stays", { skip }, async () => {
    await ok(`install_kubernetes v1.32.0 ${ALL}`);
    await inside("dnf -q versionlock add kubelet");
    await ok(`install_kubernetes v1.32.1 ${ALL}`);
    assert.equal(await packages(), of("1.32.1"));
    assert.match((await inside("cat /etc/dnf/plugins/versionlock.list")).said, /kubelet/);
});

test("a package that was signed by somebody else is not installed", { skip }, async () => {
    const other = repositoryKey("1.32.0", "rpm");
    const { status, said } = await inside(
        "/opt/kubeadm-cluster/driver.sh install_kubernetes v1.32.0 kubectl",
        inputs().replace(other.trim(), readFileSync(join(distribution, "repodata/repomd.xml.key"), "utf8").trim()),
    );
    assert.equal(status, 1, said);
    assert.match(said, /could not be installed: kubectl-1\.32\.0; see mirrors\.packages, mirrors\.packagesKey/);
});

test(
    "given back, the host has none of it: no package, repository, key or cache; the distribution's own stay",
    { skip },
    async () => {
        const kept = "rpm -q conntrack-tools socat containerd.io gpg-pubkey | sort | xargs";
        await ok("uninstall_kubernetes");
        assert.equal(await packages(), "");
        const left =
            "ls -d /etc/yum.repos.d/kubeadm* /etc/pki/rpm-gpg/*kubeadm* /var/cache/dnf/kubeadm* /usr/bin/kube* /var/lib/kubeadm-cluster/rpm* 2>/dev/null";
        assert.equal((await inside(left)).said, "");
        assert.match((await inside(kept)).said, /^conntrack-tools-\S+ containerd\.io-\S+ gpg-pubkey-\S+ socat-\S+$/);
        await ok("uninstall_kubernetes");
    },
);
