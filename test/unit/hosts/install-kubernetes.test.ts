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

    test("the repository holds the packages by an exclusion that this one call lifts", () => {
        const { status, stderr } = run(`install_kubernetes v1.32.0 ${ALL}`, dnf);
        assert.equal(status, 0, stderr);
        const file = host.read("etc/yum.repos.d/kubeadm-cluster.repo") ?? "";
        assert.match(file, /^baseurl=https:\/\/packages\.example\.com\/core:\/stable:\/v1\.32\/rpm\/$/m);
        assert.match(file, /^gpgcheck=1$/m);
        assert.match(file, /^exclude=kubeadm kubelet kubectl kubernetes-cni cri-tools$/m);
        assert.equal(host.read("etc/pki/rpm-gpg/RPM-GPG-KEY-kubeadm-cluster"), `${KEY}\n`);
        assert.deepEqual(calls("dnf"), [
            "-y --setopt=disable_excludes=kubeadm-cluster install kubeadm-1.32.0 kubelet-1.32.0 kubectl-1.32.0",
        ]);
    });

    test("uninstalling removes those that rpm has, the repository and its key", () => {
        run(`install_kubernetes v1.32.0 ${ALL}`, dnf);
        host.program(
            "rpm",
            'case "$*" in *kubeadm | *kubelet) echo 1.32.0-1 ;; *) echo "package is not installed"; exit 1 ;; esac',
        );
        const { status, stderr } = run("uninstall_kubernetes", dnf);
        assert.equal(status, 0, stderr);
        assert.deepEqual(calls("dnf"), ["-y --setopt=disable_excludes=kubeadm-cluster remove kubeadm kubelet"]);
        assert.equal(host.read("etc/yum.repos.d/kubeadm-cluster.repo"), undefined);
    });

    test("another version that somebody else installed is not moved", () => {
        host.program("rpm", "echo 1.31.4-150500.1.1");
        assert.match(
            run("install_kubernetes v1.32.0 kubelet", dnf).stderr,
            /kubelet is here in version 1\.31\.4-150500/,
        );
        assert.deepEqual(calls("dnf"), []);
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
