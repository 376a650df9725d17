import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { expiryDates } from "../../../components/control-plane/certificates";
import { decrypt } from "../../../components/remote/sealed-script";
import { EXPIRED_CERTIFICATE } from "../../doubles/expired-certificate";
import { ScriptHost } from "../hosts/script-host";
import { groupThatNeeds } from "../../group";

const skip = spawnSync("openssl", ["version"]).error ? "openssl is not installed" : false;
const KEY = "k".repeat(32);
const sealed = (stdout: string) => stdout.replace(/^kubeadm-cluster> /, "");
const DAY = 24 * 60 * 60 * 1000;

groupThatNeeds(skip, "the control plane's certificates", () => {
    let host: ScriptHost;
    const pki = () => join(host.root, "etc/kubernetes/pki");
    const certificate = (path: string, days: number) => {
        const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
        const files = ["-keyout", "/dev/null", "-out", join(pki(), path)];
        execFileSync("openssl", [...request, "-days", String(days), "-subj", "/CN=x", ...files], { stdio: "ignore" });
    };

    beforeEach(() => {
        host = new ScriptHost();
        host.write("var/lib/kubeadm-cluster/initialised", "");
        mkdirSync(join(pki(), "etcd"), { recursive: true });
        certificate("ca.crt", 5);
        certificate("apiserver.crt", 100);
        certificate("etcd/server.crt", 200);
        const embedded = Buffer.from(host.read("etc/kubernetes/pki/apiserver.crt") ?? "").toString("base64");
        host.write("etc/kubernetes/admin.conf", `kind: Config\n    client-certificate-data: ${embedded}\n`);
        host.write("etc/kubernetes/kubelet.conf", "client-certificate: /var/lib/kubelet/pki/current.pem\n");
        // kubectl reads a kubeconfig as YAML.
        host.program(
            "kubectl",
            'case "$*" in *readyz*) echo -n ok ;; *"config view"*) file=${1#*=}; sed -n "s/.*client-certificate-data: //p" "$file" ;; esac',
        );
        // Containers as containerd lists them: each component has another one once it was ended.
        host.program(
            "ctr",
            `last=\${!#}
case "$*" in
*"containers list"*) name=\${last##*name\\"==}; name=\${name%%,*}; cat "$ROOT/run/$name" 2>/dev/null || echo "$name-1" ;;
*"tasks list"*) cat "$ROOT"/run/kube-* "$ROOT/run/etcd" 2>/dev/null; printf '%s-1\\n' etcd kube-apiserver kube-controller-manager kube-scheduler ;;
*"tasks kill"*) echo "\${last%-1}-2" >"$ROOT/run/\${last%-1}" ;;
esac`,
        );
    });
    afterEach(() => host.remove());

    const renew = (days: number, issuedAfter = "") =>
        host.run("renew-certificates.sh", [], {
            NODE_NAME: "this-host",
            RENEW_BEFORE_DAYS: String(days),
            ISSUED_AFTER: issuedAfter,
            RENEWALS_DUE: "0",
            TRANSFER_KEY: KEY,
        });
    /** What is changed: renewals and restarts. */
    const done = () => host.calls.filter((call) => /kubeadm|kill/.test(call));
    const WHOLE = [
        "kubeadm certs renew all",
        ...["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler"].map(
            (name) => `ctr -n k8s.io tasks kill --signal SIGTERM ${name}-1`,
        ),
    ];

    test("read-kubeconfig.sh prints what only the program can read, and every certificate's end", () => {
        const { status, stdout, stderr } = host.run("read-kubeconfig.sh", [], { TRANSFER_KEY: KEY });
        assert.equal(status, 0, stderr);
        assert.match(stdout, /^kubeadm-cluster> [A-Za-z0-9+/=]+\n$/);
        const text = decrypt(sealed(stdout), KEY, "read-kubeconfig.sh");
        assert.ok(text.startsWith(host.read("etc/kubernetes/admin.conf") ?? "nothing"));
        const garbled = /answer to read-kubeconfig\.sh cannot be opened with this stack's key/;
        assert.throws(() => decrypt(text, KEY, "read-kubeconfig.sh"), garbled);
        assert.throws(() => decrypt(sealed(stdout), "another key", "read-kubeconfig.sh"), garbled);
        const expiry = expiryDates(text);
        assert.deepEqual(Object.keys(expiry).sort(), ["admin", "apiserver", "ca", "etcd/server"]);
        const days = (name: string) => Math.round((Date.parse(expiry[name] ?? "") - Date.now()) / DAY);
        assert.deepEqual(["admin", "apiserver", "ca", "etcd/server"].map(days), [100, 100, 5, 200]);
    });

    test("nothing is done where none is due: an authority that ends is none of kubeadm's to renew", () => {
        const { status, stdout, stderr } = renew(30);
        assert.equal(status, 0, stderr);
        assert.deepEqual(done(), []);
        assert.match(decrypt(sealed(stdout), KEY, "renew-certificates.sh"), /^kind: Config\n.*# expires apiserver /s);
    });

    test("one that ends within the days renews all, and restarts etcd, the API server, then the rest", () => {
        const { status, stderr } = renew(100);
        assert.equal(status, 0, stderr);
        assert.deepEqual(done(), WHOLE);
        assert.equal(host.read("var/lib/kubeadm-cluster/certificates-renewed"), undefined);
    });

    test("those older than the time that is asked for are renewed", () => {
        const asked = new Date(Date.now() - DAY);
        renew(0, asked.toISOString());
        assert.deepEqual(done(), []);
        const before = (asked.getTime() - 1000) / 1000;
        utimesSync(join(pki(), "etcd/server.crt"), before, before);
        renew(0, asked.toISOString());
        assert.deepEqual(done(), WHOLE);
    });

    test("restarts that a broken run has left out are done by the next one", () => {
        host.write("var/lib/kubeadm-cluster/certificates-renewed", "");
        renew(30);
        assert.deepEqual(done(), WHOLE.slice(1));
    });

    test("one that does not live for so many days is due in the last third of its time", () => {
        assert.equal(renew(150).status, 0);
        assert.deepEqual(done(), []);
    });

    /** The cluster has slept: nothing answers, and what kubeadm makes is good for long. */
    const sleep = () => {
        for (const path of ["apiserver.crt", "etcd/server.crt"])
            host.write(`etc/kubernetes/pki/${path}`, EXPIRED_CERTIFICATE);
        certificate("fresh", 365);
        host.write("etc/kubernetes/pki/ca.key", "key");
        host.write(
            "etc/kubernetes/kubelet.conf",
            `client-certificate: ${host.root}/var/lib/kubelet/pki/kubelet-client-current.pem\n`,
        );
        host.write("var/lib/kubeadm-cluster/kubeadm.yaml", "kind: InitConfiguration\n");
        host.program(
            "kubeadm",
            `case "$*" in
"certs renew"*) for file in apiserver etcd/server; do cp "$ROOT/etc/kubernetes/pki/fresh" "$ROOT/etc/kubernetes/pki/$file.crt"; done
    sed -i "s|data: .*|data: $(base64 -w 0 "$ROOT/etc/kubernetes/pki/fresh")|" "$ROOT/etc/kubernetes/admin.conf" ;;
*kubelet*) printf 'client-certificate-data: %s\nclient-key-data: %s\n' "$(base64 -w 0 "$ROOT/etc/kubernetes/pki/fresh")" "$(printf -- '-----BEGIN PRIVATE KEY-----' | base64 -w 0)" >"\${!#}/kubelet.conf" ;;
esac`,
        );
        host.program(
            "kubectl",
            'field=client-certificate-data; case "$*" in *client-key-data*) field=client-key-data ;; esac; case "$*" in *"config view"*) file=${1#*=}; sed -n "s/.*$field: //p" "$file" ;; *) exit 1 ;; esac',
        );
    };

    test("57: what expired while the cluster was off is renewed without the API server, the kubelet's too", () => {
        sleep();
        const { status, stderr } = renew(30);
        assert.equal(status, 0, stderr);
        assert.match(stderr, /renewing certificates that have expired: .*apiserver\.crt .*etcd\/server\.crt kubelet$/m);
        const config = `--config ${host.root}/var/lib/kubeadm-cluster/kubeadm.yaml`;
        assert.deepEqual(
            host.calls.filter((call) => /^kubeadm|^systemctl/.test(call)),
            [
                `kubeadm certs renew all ${config}`,
                `kubeadm init phase kubeconfig kubelet ${config} --kubeconfig-dir ${host.root}/run/kubeadm-cluster-kubelet`,
                "systemctl restart kubelet",
            ],
        );
        const kubelet = host.read("var/lib/kubelet/pki/kubelet-client-current.pem") ?? "";
        assert.equal(kubelet, `${host.read("etc/kubernetes/pki/fresh") ?? ""}-----BEGIN PRIVATE KEY-----\n`);
        assert.equal(host.read("run/kubeadm-cluster-kubelet/kubelet.conf"), undefined);
        // What still runs begins anew, and a second run finds nothing to do.
        assert.deepEqual(
            done().filter((call) => call.startsWith("ctr")),
            WHOLE.slice(1),
        );
        assert.equal(renew(30).status, 0);
        assert.deepEqual(done(), []);
    });

    test("57: an authority that has expired, or whose key is elsewhere, is told, and nothing is changed", () => {
        sleep();
        host.clear("etc/kubernetes/pki/ca.key");
        const elsewhere = renew(30);
        assert.equal(elsewhere.status, 1);
        assert.match(elsewhere.stderr, /pki\/ca\.key is not here to renew them: .*apiserver\.crt/);
        host.write("etc/kubernetes/pki/ca.crt", EXPIRED_CERTIFICATE);
        const { status, stderr } = renew(30);
        assert.equal(status, 1);
        assert.match(
            stderr,
            /the cluster's own authority, .*pki\/ca\.crt, expired on \d{4}-.*docs\/troubleshooting\.md/,
        );
        assert.deepEqual(done(), []);
    });

    test("a renewal that fails restarts nothing and says what to do", () => {
        host.program("kubeadm", 'echo "the authority has no key"; exit 1');
        const { status, stderr } = renew(100);
        assert.equal(status, 1);
        assert.match(stderr, /the authority has no key/);
        assert.match(stderr, /run pulumi up again/);
        assert.deepEqual(done(), WHOLE.slice(0, 1));
    });
});

test("a host without a control plane says so", () => {
    const bare = new ScriptHost();
    try {
        const { status, stderr } = bare.run("read-kubeconfig.sh", [], { TRANSFER_KEY: KEY });
        assert.equal(status, 1);
        assert.match(stderr, /no control plane of this program/);
    } finally {
        bare.remove();
    }
});
