import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { ScriptHost } from "./script-host";

const KEY = "-----BEGIN PGP PUBLIC KEY BLOCK-----\nabc\n-----END PGP PUBLIC KEY BLOCK-----";
const INPUTS = {
    INSTALL: "packages",
    BINARIES_URL: "http://mirror/bin",
    PACKAGES_URL: "https://packages.example.com",
    PACKAGES_KEY: KEY,
    PACKAGES_UNSIGNED: "false",
};
const ALL = "kubeadm kubelet kubectl";

/** What dpkg has: files in $ROOT/dpkg, named as packages, holding versions. */
const DPKG_QUERY = `
format=$3; shift 3; code=0
for name in "$@"; do
    if [ ! -e "$ROOT/dpkg/$name" ]; then code=1; continue; fi
    case $format in *Status*) echo "installed $(cat "$ROOT/dpkg/$name")" ;; *) echo "$name" ;; esac
done
exit $code`;
const APT_GET = `
case "$*" in *" install "*)
    for word in "$@"; do case $word in -*|*::*) ;; *=*) echo "\${word#*=}" >"$ROOT/dpkg/\${word%%=*}" ;; esac; done
    echo 1.5.1 >"$ROOT/dpkg/kubernetes-cni" ;;
*" purge "*) for word in "$@"; do rm -f "$ROOT/dpkg/$word"; done ;;
esac`;

const DNF = `
case "$*" in *" install "*)
    for word in "$@"; do case $word in *-[0-9]*.[0-9]*.[0-9]*) echo "\${word##*-}-150500.1.1" >"$ROOT/rpm/\${word%-*}" ;; esac; done ;;
*" remove "*) for word in "$@"; do rm -f "$ROOT/rpm/$word"; done ;;
esac`;
/** The keys that it trusts are files in $ROOT/rpm-keys. */
const RPM = `
mkdir -p "$ROOT/rpm-keys"
case "$*" in
"--import "*) : >"$ROOT/rpm-keys/gpg-pubkey-bbbb-2"; exit 0 ;;
"-e gpg-pubkey"*) rm "$ROOT/rpm-keys/$2"; exit 0 ;;
"-e "* | "-V "*) exit 0 ;;
*" gpg-pubkey") for key in "$ROOT"/rpm-keys/*; do if [ -e "$key" ]; then echo "1 \${key##*/}"; found=yes; fi; done
    [ -z "$found" ] || exit 0 ;;
esac
name=\${@: -1}
if [ ! -e "$ROOT/rpm/$name" ]; then echo "package $name is not installed"; exit 1; fi
case "$*" in *ARCH*) echo "1 $name-$(cat "$ROOT/rpm/$name").x86_64" ;; *) echo "1 $(cat "$ROOT/rpm/$name")" ;; esac`;

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.write("dpkg/bash", "5.2");
    host.program("dpkg-query", DPKG_QUERY);
    host.program("apt-get", APT_GET);
    host.program("apt-cache", `printf ' %s | %s | http://mirror Packages\\n' "$2" 1.32.10-1.1 "$2" 1.32.0-1.1`);
    for (const name of ["apt-mark", "dnf", "curl", "dpkg"]) host.program(name, "");
    // rpm knows nothing, as a bare host's.
    host.program("rpm", 'echo "package is not installed"; exit 1');
    // On this host, apt is the distribution's own.
    host.write("etc/debian_version", "12\n");
    // A host without apt hides this machine's.
    host.write(
        "scripts/driver.sh",
        `#!/bin/bash
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/lib.sh"
read_inputs ${Object.keys(INPUTS).join(" ")} NO_APT
NODE_NAME=worker-1
mkdir -p "$STATE" "$LOGS"
command() { if [ "$NO_APT" = true ] && [ "$*" = "-v apt-get" ]; then return 1; fi; builtin command "$@"; }
. "$here/install-kubernetes.sh"
"$@"
`,
        0o755,
    );
});
afterEach(() => host.remove());

const run = (words: string, inputs: Partial<typeof INPUTS> & { NO_APT?: string } = {}) =>
    host.run("driver.sh", words.split(" "), { ...INPUTS, NO_APT: "false", ...inputs });
const calls = (program: string) =>
    host.calls.filter((call) => call.startsWith(`${program} `)).map((call) => call.slice(program.length + 1));

describe("packages by apt", () => {
    test("the minor release's repository, its key, the exact versions, and a hold on what was not there before", () => {
        host.write("dpkg/kubectl", "1.32.0-1.1\n");
        const { status, stderr } = run(`install_kubernetes v1.32.0 ${ALL}`);
        assert.equal(status, 0, stderr);
        assert.equal(
            host.read("etc/apt/sources.list.d/kubeadm-cluster.list"),
            `deb [signed-by=${host.root}/usr/share/keyrings/kubeadm-cluster.asc] https://packages.example.com/core:/stable:/v1.32/deb/ /\n`,
        );
        assert.equal(host.read("usr/share/keyrings/kubeadm-cluster.asc"), `${KEY}\n`);
        const [update, install] = calls("apt-get");
        assert.match(update ?? "", /update .*sourceparts=-/);
        assert.match(install ?? "", / install .* kubeadm=1\.32\.0-1\.1 kubelet=1\.32\.0-1\.1 kubectl=1\.32\.0-1\.1$/);
        assert.deepEqual(calls("apt-mark"), ["hold kubeadm kubelet kubernetes-cni"]);
    });

    test("one program goes to a new minor release by itself, as an upgrade wants it", () => {
        run(`install_kubernetes v1.32.0 ${ALL}`);
        host.program("apt-cache", `printf ' %s | %s | http://mirror Packages\\n' "$2" 1.33.0-1.1`);
        const { status, stderr } = run("install_kubernetes v1.33.0 kubeadm");
        assert.equal(status, 0, stderr);
        assert.match(host.read("etc/apt/sources.list.d/kubeadm-cluster.list") ?? "", /v1\.33\/deb/);
        assert.match(calls("apt-get")[1] ?? "", /--allow-change-held-packages .* kubeadm=1\.33\.0-1\.1$/);
        assert.equal(host.read("dpkg/kubelet"), "1.32.0-1.1\n");
    });

    test("uninstalling lifts holds, and removes what was installed, the repository and its key, and nothing else", () => {
        host.write("dpkg/kubectl", "1.32.0-1.1\n");
        run(`install_kubernetes v1.32.0 ${ALL}`);
        const { status, stderr } = run("uninstall_kubernetes");
        assert.equal(status, 0, stderr);
        assert.match(calls("apt-get")[0] ?? "", / purge .* kubeadm kubelet kubernetes-cni$/);
        assert.equal(host.read("dpkg/kubectl"), "1.32.0-1.1\n");
        for (const left of ["etc/apt/sources.list.d/kubeadm-cluster.list", "usr/share/keyrings/kubeadm-cluster.asc"])
            assert.equal(host.read(left), undefined);
        assert.equal(run("uninstall_kubernetes").status, 0);
        assert.deepEqual(calls("apt-get"), []);
    });

    test("another version that somebody else installed is not moved", () => {
        host.write("dpkg/kubelet", "1.31.4-1.1\n");
        const { status, stderr } = run(`install_kubernetes v1.32.0 ${ALL}`);
        assert.equal(status, 1);
        assert.match(
            stderr,
            /the package kubelet is here in version 1\.31\.4-1\.1, which this program did not install/,
        );
        assert.deepEqual(calls("apt-get"), []);
    });

    test("a version that the repository lacks is named with the repository", () => {
        const { stderr } = run("install_kubernetes v1.32.7 kubeadm");
        assert.match(stderr, /v1\.32\/deb\/ has no package kubeadm of Kubernetes v1\.32\.7/);
    });

    test("without a key in the configuration the repository's own is read, by https alone", () => {
        host.program("curl", `echo '${KEY}'`);
        const { status, stderr } = run("install_kubernetes v1.32.0 kubeadm", { PACKAGES_KEY: "" });
        assert.equal(status, 0, stderr);
        assert.match(calls("curl")[0] ?? "", /--proto-redir =https https:\/\/.*\/v1\.32\/deb\/Release\.key$/);
        assert.equal(host.read("usr/share/keyrings/kubeadm-cluster.asc"), `${KEY}\n`);
    });

    test("no signature only where that is asked for by name", () => {
        run("install_kubernetes v1.32.0 kubeadm", { PACKAGES_KEY: "", PACKAGES_UNSIGNED: "true" });
        assert.match(host.read("etc/apt/sources.list.d/kubeadm-cluster.list") ?? "", /^deb \[trusted=yes\]/);
        assert.deepEqual(calls("curl"), []);
    });
});

describe("packages by dnf, as they would be asked for", () => {
    const dnf = { NO_APT: "true" };
    const options = "-y --setopt=exit_on_lock=True --setopt=disable_excludes=kubeadm-cluster";
    // What dnf has installed: files in $ROOT/rpm, named as packages, holding versions.
    beforeEach(() => {
        host.write("rpm/bash", "5.2");
        host.program("dnf", DNF);
        host.program("rpm", RPM);
    });

    test("the repository holds the packages by an exclusion that this one call lifts", () => {
        const { status, stderr } = run(`install_kubernetes v1.32.0 ${ALL}`, dnf);
        assert.equal(status, 0, stderr);
        const file = host.read("etc/yum.repos.d/kubeadm-cluster.repo") ?? "";
        assert.match(file, /^baseurl=https:\/\/packages\.example\.com\/core:\/stable:\/v1\.32\/rpm\/$/m);
        assert.match(file, /^gpgcheck=1$/m);
        assert.match(file, /^exclude=kubeadm kubelet kubectl kubernetes-cni cri-tools$/m);
        assert.equal(host.read("etc/pki/rpm-gpg/RPM-GPG-KEY-kubeadm-cluster"), `${KEY}\n`);
        assert.match(file, /^repo_gpgcheck=1$/m);
        assert.deepEqual(calls("dnf"), [`${options} install kubeadm-1.32.0 kubelet-1.32.0 kubectl-1.32.0`]);
    });

    test("uninstalling removes those that rpm has, the repository and its key", () => {
        run(`install_kubernetes v1.32.0 ${ALL}`, dnf);
        host.clear("rpm/kubectl");
        const { status, stderr } = run("uninstall_kubernetes", dnf);
        assert.equal(status, 0, stderr);
        assert.deepEqual(calls("dnf"), [
            `${options} --setopt=clean_requirements_on_remove=False remove kubeadm kubelet`,
        ]);
        for (const left of ["etc/yum.repos.d/kubeadm-cluster.repo", "etc/pki/rpm-gpg/RPM-GPG-KEY-kubeadm-cluster"])
            assert.equal(host.read(left), undefined);
        assert.equal(host.read("rpm/bash"), "5.2");
    });

    test("another version that somebody else installed is not moved", () => {
        host.write("rpm/kubelet", "1.31.4-150500.1.1");
        assert.match(
            run("install_kubernetes v1.32.0 kubelet", dnf).stderr,
            /kubelet is here in version 1\.31\.4-150500/,
        );
        assert.deepEqual(calls("dnf"), []);
    });
});

describe("a host of the RHEL family that is not as it should be", () => {
    const dnf = { NO_APT: "true" };
    const kubelet = (more: Partial<typeof INPUTS> = {}) =>
        run("install_kubernetes v1.32.0 kubelet", { ...dnf, ...more });
    beforeEach(() => {
        host.write("rpm/bash", "5.2");
        host.program("dnf", DNF);
        host.program("rpm", RPM);
    });

    test("apt that is there as a tool is not taken for the host's package manager", () => {
        host.clear("etc/debian_version");
        assert.equal(run("install_kubernetes v1.32.0 kubelet").status, 0);
        assert.deepEqual([calls("dnf").length, calls("apt-get")], [1, []]);
    });

    test("dnf that is there as a tool on Debian is not, either", () => {
        assert.equal(run("install_kubernetes v1.32.0 kubelet").status, 0);
        assert.deepEqual(calls("dnf"), []);
    });

    test("a database that rpm cannot read is built anew, and what it cannot mend is told", () => {
        const broken = (more: string) =>
            host.program(
                "rpm",
                `if [ ! -e "$ROOT/mended" ]; then ${more}
            echo "error: cannot open Packages database in /var/lib/rpm"; echo "package kubelet is not installed"; exit 1; fi\n${RPM}`,
            );
        broken('if [ "$1" = --rebuilddb ]; then : >"$ROOT/mended"; exit 0; fi');
        const { status, stderr } = kubelet();
        assert.equal(status, 0, stderr);
        assert.match(stderr, /database cannot be read on this host; it is built anew/);
        host.clear("mended");
        broken("");
        assert.match(kubelet().stderr, /rpm cannot be asked for kubeadm: error: cannot open Packages database/);
    });

    test("a package that rpm has twice loses the older one", () => {
        host.write("rpm/kubelet", "1.32.0-1");
        host.program(
            "rpm",
            `case "$*" in *NAME*ARCH*kubelet) echo 100 kubelet-1.31.9-1.x86_64; echo 200 kubelet-1.32.0-1.x86_64; exit 0 ;; esac\n${RPM}`,
        );
        const { status, stderr } = kubelet();
        assert.equal(status, 0, stderr);
        assert.ok(calls("rpm").includes("-e --nodeps --noscripts kubelet-1.31.9-1.x86_64"), calls("rpm").join("\n"));
    });

    test("what was cut off is looked at, and installed again where its files are not what rpm has written", () => {
        kubelet();
        host.program("rpm", `case "$*" in "-V "*kubelet) echo "S.5....T.    /usr/bin/kubelet"; exit 1 ;; esac\n${RPM}`);
        assert.equal(kubelet().status, 0);
        assert.match(calls("dnf")[1] ?? "", / reinstall kubelet$/);
    });

    test("another dnf is waited for, and named in the end; a lock that nobody holds any more goes", () => {
        host.write("var/lib/dnf/rpmdb_lock.pid", "4711");
        host.write("proc/4711/comm", "sshd\n");
        host.write("var/cache/dnf/metadata_lock.pid", "4712");
        assert.equal(kubelet().status, 0, "processes that are gone, or are others by now");
        for (const lock of ["var/lib/dnf/rpmdb_lock.pid", "var/cache/dnf/metadata_lock.pid"])
            assert.equal(host.read(lock), undefined);
        host.write("var/cache/dnf/metadata_lock.pid", "4713");
        host.write("proc/4713/comm", "dnf-automatic\n");
        const { status, stderr } = kubelet();
        assert.equal(status, 1);
        assert.match(stderr, /another package manager is at work on this host: dnf-automatic, process 4713/);
        assert.deepEqual(calls("dnf"), []);
    });

    test("an owner's lock of versions holds for others alone", () => {
        host.write("etc/dnf/plugins/versionlock.conf", "[main]\nenabled=1\n");
        kubelet();
        assert.match(calls("dnf")[0] ?? "", /--disableplugin=versionlock /);
    });

    test("keys that rpm did not trust before go with the packages, and no other one", () => {
        host.write("rpm-keys/gpg-pubkey-aaaa-1", "");
        kubelet();
        assert.equal(host.read("rpm-keys/gpg-pubkey-bbbb-2"), "");
        assert.equal(run("uninstall_kubernetes", dnf).status, 0);
        assert.deepEqual(
            [host.read("rpm-keys/gpg-pubkey-aaaa-1"), host.read("rpm-keys/gpg-pubkey-bbbb-2")],
            ["", undefined],
        );
    });

    test("another signing key takes the place of the former one", () => {
        kubelet();
        host.write("var/cache/dnf/kubeadm-cluster-0123/pubring/key", "");
        kubelet();
        assert.equal(host.read("var/cache/dnf/kubeadm-cluster-0123/pubring/key"), "", "the same key");
        assert.ok(!calls("rpm").some((call) => call.startsWith("-e ")));
        assert.equal(kubelet({ PACKAGES_KEY: KEY.replace("abc", "def") }).status, 0);
        assert.equal(host.read("var/cache/dnf/kubeadm-cluster-0123/pubring/key"), undefined);
        assert.ok(calls("rpm").includes("-e gpg-pubkey-bbbb-2"), calls("rpm").join("\n"));
        assert.equal(host.read("var/lib/kubeadm-cluster/another-key"), undefined);
    });

    test("what dnf says of packages that do not go together is in the message", () => {
        host.program(
            "dnf",
            `printf 'Error: \\n Problem: conflicting requests\\n  - nothing provides conntrack needed by kubelet\\n' >&2; exit 1`,
        );
        assert.match(
            kubelet().stderr,
            /it says: Error: Problem: conflicting requests - nothing provides conntrack needed by kubelet/,
        );
    });

    test("success that is none is told", () => {
        host.program("dnf", "");
        assert.match(kubelet().stderr, /dnf has installed kubelet-1\.32\.0, and rpm has kubelet not at all/);
    });
});

describe("install: none", () => {
    test("what is there in the right version is enough; another one is named", () => {
        host.program("kubeadm", "echo v1.32.0");
        host.program("kubelet", "echo Kubernetes v1.32.0");
        host.program("kubectl", "echo Client Version: v1.32.0");
        assert.equal(run(`install_kubernetes v1.32.0 ${ALL}`, { INSTALL: "none" }).status, 0);
        host.program("kubelet", "echo Kubernetes v1.31.9");
        const { status, stderr } = run(`install_kubernetes v1.32.0 ${ALL}`, { INSTALL: "none" });
        assert.equal(status, 1);
        assert.match(stderr, /kubelet is v1\.31\.9, and the configuration wants v1\.32\.0 with install: none/);
        host.program("kubelet", "exit 127");
        assert.match(run(`install_kubernetes v1.32.0 ${ALL}`, { INSTALL: "none" }).stderr, /kubelet is not there/);
    });
});

describe("fetch", () => {
    const SUM = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const fetching = (sums: string) => {
        host.program(
            "curl",
            `case "$*" in *sums) printf '${sums}' ;; *) while [ "$1" != -o ]; do shift; done; : >"$2" ;; esac`,
        );
        return run(`fetch something v1 http://mirror/dir/file.tgz http://mirror/sums ${host.root}/file`);
    };

    test("a sum stands alone, or in the line of the file's name among others", () => {
        for (const sums of [SUM, `${SUM}  file.tgz\\n`, `0000  other\\n${SUM} *file.tgz\\n`])
            assert.equal(fetching(sums).status, 0, sums);
    });

    test("a file with another sum is refused, and a missing sum names where it was looked for", () => {
        assert.match(fetching("0000").stderr, /file\.tgz has the SHA-256 e3b0\w+, its published one is 0000/);
        assert.match(fetching(`${SUM}  other\\n`).stderr, /cannot read the sum of file\.tgz in http:\/\/mirror\/sums/);
    });
});
