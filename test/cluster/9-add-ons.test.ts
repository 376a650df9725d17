import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Headlamp } from "../../components/addons";
import * as lab from "../lab/api";
import { Workspace } from "../lab/engine";
import { editConfig, eventually, kubectl, labCommand, readyNodes, upSeconds } from "./support/cluster";
import { documentsOf } from "./support/documents";
import { nothingToChange, up } from "./support/stack";

const HOSTS = ["master", "worker-1", "worker-2"];
const UNIT = "kubeadm-cluster-serving-certificates";
const addressOf = (host: string) => lab.labHosts(2).find(({ name }) => name === host)?.address ?? "";
const scratch = mkdtempSync(join(tmpdir(), "add-ons-"));

/** Whether a host's kubelet shows a certificate of the cluster's authority for its address, and the names in it. */
async function servedBy(host: string): Promise<{ verified: boolean; names: string }> {
    const verify = `-CAfile /etc/kubernetes/pki/ca.crt -verify_ip ${addressOf(host)}`;
    const { stdout } = await lab.insideHost(
        "master",
        `openssl s_client -connect ${addressOf(host)}:10250 ${verify} </dev/null >/run/served 2>/dev/null
        grep 'Verify return code' /run/served | head -n 1; openssl x509 -noout -ext subjectAltName </run/served | tail -n 1`,
    );
    return { verified: stdout.includes("Verify return code: 0 (ok)"), names: stdout.trim().split("\n").pop() ?? "" };
}

function upWith(change: Parameters<typeof editConfig>[0]): Promise<number> {
    editConfig(change);
    return up();
}

before(async () => {
    await labCommand("down");
});
after(async () => {
    await labCommand("down");
    rmSync(scratch, { recursive: true });
});

test("a new cluster with serving certificates and metrics-server comes up in one go", async (t) => {
    const printed = await labCommand("up", "--metrics", "metrics-server");
    t.diagnostic(`pulumi up took ${upSeconds(printed)} s`);
    assert.deepEqual((await readyNodes()).sort(), HOSTS);
});

test("every kubelet serves with a certificate of the cluster's authority for its own name and address", async () => {
    for (const host of HOSTS) {
        const { verified, names } = await servedBy(host);
        assert.ok(verified, `${host}: ${names}`);
        assert.equal(names.trim(), `DNS:${host}, IP Address:${addressOf(host)}`);
    }
    const flags = await kubectl(
        "-n kube-system get pod kube-apiserver-master -o 'jsonpath={.spec.containers[0].command}'",
    );
    assert.match(flags, /--kubelet-certificate-authority=\/etc\/kubernetes\/pki\/ca\.crt/);
});

// As the kubelet makes it, to the byte: Go writes the subject as PrintableString, OpenSSL as UTF8String unless it is asked.
const CSR = (name: string, names: string) => `
cd /run && umask 077
printf '[req]\\nprompt=no\\nstring_mask=default\\ndistinguished_name=dn\\nreq_extensions=ext\\n[dn]\\nO=system:nodes\\nCN=system:node:worker-1\\n[ext]\\nsubjectAltName=${names}\\n' >form
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -config form -out request 2>/dev/null
KUBECACHEDIR=/run/kubectl-cache kubectl --kubeconfig /etc/kubernetes/kubelet.conf create -f - <<DOCUMENT
{"apiVersion": "certificates.k8s.io/v1", "kind": "CertificateSigningRequest", "metadata": {"name": "${name}"},
 "spec": {"signerName": "kubernetes.io/kubelet-serving", "request": "$(base64 -w 0 <request)", "usages": ["digital signature", "server auth"]}}
DOCUMENT`;

const conditions = (name: string) => kubectl(`get csr ${name} -o 'jsonpath={.status.conditions[*].type}'`);

test("a node is approved its own name", async () => {
    const foreign = `DNS:worker-2,IP:${addressOf("worker-1")}`;
    for (const [name, names] of [
        ["foreign", foreign],
        ["own", `DNS:worker-1,IP:${addressOf("worker-1")}`],
    ] as const) {
        const { code, stderr } = await lab.insideHost("worker-1", CSR(name, names));
        assert.equal(code, 0, stderr);
    }
    await eventually(30, async () => assert.equal(await conditions("own"), "Approved"));
});

test("CoreDNS and metrics-server are on two nodes each, and their budgets let one Pod go", async () => {
    for (const [label, budget] of [
        ["k8s-app=kube-dns", "coredns"],
        ["k8s-app=metrics-server", "metrics-server"],
    ] as const) {
        await eventually(60, async () => {
            const running = "--field-selector status.phase=Running -o 'jsonpath={.items[*].spec.nodeName}'";
            const nodes = (await kubectl(`-n kube-system get pods -l ${label} ${running}`)).split(" ");
            assert.equal(new Set(nodes).size, 2, `${label}: ${nodes.join(" ")}`);
            const allowed = await kubectl(
                `-n kube-system get pdb ${budget} -o 'jsonpath={.status.disruptionsAllowed}'`,
            );
            assert.equal(allowed, "1", budget);
        });
    }
});

test("kubectl top answers for all nodes and for Pods", async () => {
    await eventually(60, async () => {
        const lines = (await kubectl("top nodes --no-headers")).split("\n").map((line) => line.split(/ +/));
        assert.deepEqual(lines.map(([name]) => name).sort(), HOSTS);
        for (const [, cpu, , memory] of lines) {
            assert.match(cpu ?? "", /^\d+m$/);
            assert.match(memory ?? "", /^\d+Mi$/);
        }
    });
    assert.match(await kubectl("-n kube-system top pods --no-headers"), /^metrics-server-\S+ +\d+m +\d+Mi/m);
});

const WORK = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: work}
spec:
  selector: {matchLabels: {app: work}}
  template:
    metadata: {labels: {app: work}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
        - name: work
          image: docker.io/lab/busybox:1
          command: [sh, -c, "echo at work; exec sleep 3600"]
          resources: {requests: {cpu: 50m}, limits: {cpu: 250m}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: work}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: work}
  minReplicas: 1
  maxReplicas: 3
  metrics: [{type: Resource, resource: {name: cpu, target: {type: Utilization, averageUtilization: 60}}}]
  behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
`;

test("logs and exec work, and an autoscaler has a Deployment grow under load and shrink after it", async (t) => {
    await kubectl("apply -f -", WORK);
    await kubectl("rollout status deployment/work --timeout 60s");
    assert.equal(await kubectl("logs deployment/work"), "at work");
    const pod = await kubectl("get pods -l app=work -o 'jsonpath={.items[0].metadata.name}'");
    const replicas = async () => Number(await kubectl("get deployment work -o 'jsonpath={.spec.replicas}'"));
    let began = Date.now();
    const load = lab.insideHost(
        "master",
        `KUBECACHEDIR=/run/kubectl-cache kubectl --kubeconfig /etc/kubernetes/admin.conf exec ${pod} -- timeout 50 sh -c 'while :; do :; done'`,
    );
    await eventually(75, async () => assert.ok((await replicas()) > 1, "it has not grown"));
    t.diagnostic(`grown after ${(Date.now() - began) / 1000} s of load`);
    await load;
    began = Date.now();
    await eventually(120, async () => assert.equal(await replicas(), 1));
    t.diagnostic(`shrunk ${(Date.now() - began) / 1000} s after it`);
    await kubectl("delete hpa/work deployment/work --wait=false");
});

test("another node's name stays pending after a minute of looking, and is logged once", async () => {
    assert.equal(await conditions("foreign"), "");
    const { stdout } = await lab.insideHost("master", `journalctl -u ${UNIT} -o cat --no-pager`);
    const lines = stdout.split("\n").filter((line) => line.includes("foreign stays pending"));
    assert.equal(lines.length, 1, stdout);
    assert.match(lines[0] ?? "", /worker-1 asks for another subject or other names than DNS:worker-1, IP Address:10/);
    assert.doesNotMatch(stdout, /Starting|Finished|Deactivated/);
});

test("the API server accepts Headlamp's objects, and its reader may look but neither change nor read Secrets", async () => {
    const documents = await documentsOf(() => new Headlamp("dashboard"));
    const kinds = (...wanted: string[]) => documents.filter(({ kind }) => wanted.includes(String(kind)));
    const apply = (document: object, how = "") =>
        kubectl(`apply --server-side --validate=strict ${how} -f -`, JSON.stringify(document));
    const real = kinds("Namespace", "ServiceAccount", "ClusterRole", "ClusterRoleBinding");
    for (const each of real) await apply(each);
    for (const each of documents) await apply(each, "--dry-run=server");
    // What a Pod would be refused for is seen in the Pod alone.
    const [deployment] = kinds("Deployment") as { spec: { template: { metadata: object; spec: object } } }[];
    const { metadata, spec } = deployment?.spec.template ?? {};
    const pod = { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name: "try", namespace: "headlamp" }, spec };
    await apply(pod, "--dry-run=server");
    const may = async (what: string) => {
        const as = "--as system:serviceaccount:headlamp:headlamp-viewer";
        return (await kubectl(`auth can-i ${what} ${as} || true`)).split("\n").pop();
    };
    assert.equal(await may("list pods --all-namespaces"), "yes");
    assert.equal(await may("list nodes"), "yes");
    assert.equal(await may("get secrets --all-namespaces"), "no");
    assert.equal(await may("delete pods --all-namespaces"), "no");
    assert.match(await kubectl("-n headlamp create token headlamp-viewer --duration 1h"), /^ey[\w.-]+$/);
    for (const each of real) await kubectl("delete --wait=false -f -", JSON.stringify(each));
});

test("the example's Pods run on the tainted node by their tolerations", async () => {
    await upWith((_, nodes) => {
        Object.assign(nodes[2] ?? {}, { taints: [{ key: "foo", value: "bar", effect: "NoSchedule" }] });
    });
    const { backend, passphrase } = lab.labWorkspace().settings;
    const configFile = join(scratch, "scheduling.yaml");
    const config = { "scheduling:cluster": "organization/kubeadm-cluster/lab", "scheduling:node": "worker-2" };
    writeFileSync(configFile, JSON.stringify({ config }));
    const program = join(lab.projectDir, "examples", "scheduling");
    const example = new Workspace({ program, backend, passphrase, stack: "scheduling", configFile });
    await example.init();
    const { code, stdout, stderr } = await example.up();
    assert.equal(code, 0, stdout + stderr);
    const columns = "-o 'jsonpath={range .items[*]}{.metadata.name} {.spec.nodeName} {.status.phase};{end}'";
    assert.equal(
        await kubectl(`get pods ${columns}`),
        "tolerates-equal worker-2 Running;tolerates-exists worker-2 Running;",
    );
    const gone = await example.destroy();
    assert.equal(gone.code, 0, gone.stdout + gone.stderr);
});

test("turned off and on again on the living cluster: both reach every kubelet, and the approval goes and comes", async (t) => {
    const off = await upWith(({ kubernetes }) => {
        Object.assign(kubernetes ?? {}, { servingCertificates: false });
        return undefined;
    }).catch((error: unknown) => String(error));
    assert.match(String(off), /metrics\.addOn: metrics-server verifies the kubelets/);
    const seconds = await upWith((config) => {
        config.metrics = { addOn: "none" };
    });
    t.diagnostic(`off in ${seconds} s`);
    const { stdout } = await lab.insideHost("master", `systemctl is-active ${UNIT}.timer; ls /etc/systemd/system`);
    assert.ok(stdout.startsWith("inactive") && !stdout.includes(UNIT), stdout);
    for (const host of HOSTS) assert.equal((await servedBy(host)).verified, false, host);
    assert.doesNotMatch(await kubectl("get apiservices -o name"), /metrics/);
    const again = await upWith((config) => {
        Object.assign(config.kubernetes ?? {}, { servingCertificates: true });
        config.metrics = { addOn: "metrics-server" };
    });
    t.diagnostic(`on in ${again} s`);
    for (const host of HOSTS) assert.equal((await servedBy(host)).verified, true, host);
    await eventually(60, async () => assert.match(await kubectl("top nodes --no-headers"), /^worker-2 /m));
    await nothingToChange();
});

test("destroy leaves neither the timer nor its record", async () => {
    const { code, stdout, stderr } = await lab.labWorkspace().destroy();
    assert.equal(code, 0, stdout + stderr);
    const look = "find /etc/systemd/system -name 'kubeadm-cluster*'; ls -d /var/lib/kubeadm-cluster 2>/dev/null; true";
    for (const host of HOSTS) assert.equal((await lab.insideHost(host, look)).stdout, "", host);
});
