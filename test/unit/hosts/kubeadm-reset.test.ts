import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
    chmodSync,
    existsSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, test } from "node:test";
import { cacheDir } from "../../lab/paths";
import { ScriptHost } from "./script-host";
import { groupThatNeeds } from "../../group";

const SCRIPT = join(__dirname, "../../../components/hosts/scripts/kubeadm-reset.sh");
/** The names in one of the script's lists. */
function listed(list: string): string[] {
    const { stdout } = spawnSync("bash", ["-c", `. '${SCRIPT}'; printf '%s\\n' "\${${list}[@]}"`], {
        encoding: "utf8",
    });
    return stdout.trim().split("\n");
}

/** The part of reset.sh that has to do with kubeadm's files. */
const DRIVER = `. "$here/kubeadm-reset.sh"
mkdir -p "$LOGS"
set_aside
run_kubeadm_reset "it failed" 20
remove_kubeadm_files
return_aside
remove_kubeadm_directories
`;
/** A kubeadm reset that empties what the real one empties. */
const RESET = `case "$*" in reset*)
    for directory in etc/kubernetes/manifests etc/kubernetes/pki var/lib/kubelet; do
        [ ! -d "$ROOT/$directory" ] || find "$ROOT/$directory" -mindepth 1 -delete
    done
    rm -f "$ROOT"/etc/kubernetes/{admin,kubelet}.conf ;; esac`;
const OWNERS = [
    "etc/kubernetes/audit-policy.yaml",
    "etc/kubernetes/encryption/config.yaml",
    "etc/kubernetes/kept manifests/app.yaml",
    "etc/kubernetes/manifests/own.yaml",
    "etc/kubernetes/patches/etcd.yaml",
    "etc/kubernetes/pki/.hidden",
    "etc/kubernetes/pki/etcd/backup.crt",
    "etc/kubernetes/pki/oidc-ca.crt",
    "etc/kubernetes/pki/own/a.key",
    "etc/kubernetes/tmp/own",
    "etc/kubernetes/token-authentication.csv",
    "var/lib/kubelet/config.json",
    "var/lib/kubelet/seccomp/profile.json",
];

let host: ScriptHost;
beforeEach(() => {
    host = new ScriptHost();
    host.program("kubeadm", RESET);
    host.driver([], DRIVER);
    for (const file of listed("KUBEADM_FILES")) host.write(`etc/kubernetes/${file}`, "kubeadm's");
    host.write("etc/kubernetes/tmp/kubeadm-kubelet-config123/config.yaml", "kubeadm's");
    host.write("etc/kubernetes/manifests/.etcd.yaml.kubeadm-cluster-new", "half");
    host.write("var/lib/kubelet/config.yaml", "kubeadm's");
});
afterEach(() => host.remove());

const files = () =>
    ["etc/kubernetes", "var/lib/kubelet"].flatMap((directory) =>
        existsSync(join(host.root, directory))
            ? readdirSync(join(host.root, directory), { recursive: true, encoding: "utf8" })
                  .map((name) => join(directory, name))
                  .filter((name) => statSync(join(host.root, name)).isFile())
            : [],
    );

describe("kubeadm reset", () => {
    test("leaves what the owner has put beside kubeadm's files (case 34), and nothing of kubeadm's", () => {
        for (const file of OWNERS) host.write(file, `owner's ${file}`, 0o640);
        const { status, stderr } = host.run("driver.sh", [], {});
        assert.equal(status, 0, stderr);
        assert.deepEqual(files().sort(), OWNERS);
        for (const file of OWNERS) {
            assert.equal(host.read(file), `owner's ${file}`);
            assert.equal(statSync(join(host.root, file)).mode & 0o777, 0o640);
        }
    });

    test("leaves nothing where there is nothing else", () => {
        assert.equal(host.run("driver.sh", [], {}).status, 0);
        assert.ok(!existsSync(join(host.root, "etc/kubernetes")));
    });

    test("that fails has lost nothing: the next one gives all back", () => {
        for (const file of OWNERS) host.write(file, `owner's ${file}`);
        host.program("kubeadm", `${RESET}\nexit 1`);
        const { status, stderr } = host.run("driver.sh", [], {});
        assert.equal(status, 1);
        assert.match(stderr, /this-host: it failed/);
        host.program("kubeadm", RESET);
        assert.equal(host.run("driver.sh", [], {}).status, 0);
        assert.deepEqual(files().sort(), OWNERS);
        for (const file of OWNERS) assert.equal(host.read(file), `owner's ${file}`);
    });

    test("before another try of init or join leaves the owner's files, too, and their directories as they were", () => {
        host.driver([], '. "$here/kubeadm-reset.sh"\nmkdir -p "$LOGS"\nreset_kubeadm "it failed" 20\n');
        for (const file of OWNERS) host.write(file, `owner's ${file}`);
        chmodSync(join(host.root, "etc/kubernetes/pki"), 0o751);
        assert.equal(host.run("driver.sh", [], {}).status, 0);
        for (const file of OWNERS) assert.equal(host.read(file), `owner's ${file}`);
        assert.equal(statSync(join(host.root, "etc/kubernetes/pki")).mode & 0o777, 0o751);
    });

    test("is not let near etcd's directory, of which others may have something", () => {
        host.run("driver.sh", [], {});
        assert.deepEqual(host.calls, ["kubeadm reset -f --skip-phases=remove-etcd-member"]);
    });
});

/** The kubeadm that the lab has built. */
const built = existsSync(cacheDir("site"))
    ? readdirSync(cacheDir("site"))
          .map((version) => ({ version, kubeadm: cacheDir("site", version, "bin/linux/amd64/kubeadm") }))
          .filter(({ kubeadm }) => existsSync(kubeadm))
    : [];
const skip = built.length > 0 ? false : "the lab has built no kubeadm yet: npm run lab";

groupThatNeeds(skip, "what the list has is what kubeadm makes", () => {
    for (const { version, kubeadm } of built)
        test(`of ${version}: certificates, kubeconfigs, manifests`, () => {
            const root = mkdtempSync(join(tmpdir(), "kubeadm-files-"));
            try {
                const run = (words: string[], env: Record<string, string> = {}) => {
                    const { status, stderr } = spawnSync(kubeadm, words, {
                        encoding: "utf8",
                        env: { ...process.env, ...env },
                    });
                    assert.equal(status, 0, `${words.join(" ")}: ${stderr}`);
                };
                const config = join(root, "kubeadm.yaml");
                const local =
                    "localAPIEndpoint: {advertiseAddress: 192.0.2.1}\nnodeRegistration: {name: a, criSocket: unix:///a}";
                writeFileSync(
                    config,
                    `apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\n${local}\n---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: ${version}\ncertificatesDir: ${root}/pki\n`,
                );
                run(["init", "phase", "certs", "all", "--config", config]);
                run(["init", "phase", "kubeconfig", "all", "--config", config, "--kubeconfig-dir", root]);
                const dry = { KUBEADM_INIT_DRYRUN_DIR: join(root, "manifests") };
                spawnSync("mkdir", [join(root, "manifests")]);
                run(["init", "phase", "control-plane", "all", "--config", config, "--dry-run"], dry);
                run(["init", "phase", "etcd", "local", "--config", config, "--dry-run"], dry);
                const made = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
                    (name) => name !== "kubeadm.yaml" && statSync(join(root, name)).isFile(),
                );
                // kubeadm join writes this one, and takes it away.
                const wanted = listed("KUBEADM_FILES").filter((name) => name !== "bootstrap-kubelet.conf");
                assert.deepEqual(made.sort(), wanted.sort());
                assert.match(readFileSync(join(root, "super-admin.conf"), "utf8"), /kubernetes-super-admin/);
            } finally {
                rmSync(root, { recursive: true });
            }
        });
});
