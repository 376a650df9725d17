import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { networkDifferences } from "../../../commands/verify/pod-network";
import { connectivityInputs, type TestedNetwork } from "../../../components/network";
import { ScriptHost } from "../hosts/script-host";

const inputs = (network: TestedNetwork, nodes = ["master"]) =>
    connectivityInputs({ network, nodes, dnsDomain: "cluster.local" });

test("the test is told the network's image, file, interface and ports, as the network is configured", () => {
    const { IMAGE, CNI_FILE, LINK, PORTS } = inputs({ addOn: "flannel", vni: 7, port: 4789, imageRegistry: "r.test" });
    assert.deepEqual(
        { IMAGE, CNI_FILE, LINK, PORTS },
        { IMAGE: "r.test/flannel:v0.26.7", CNI_FILE: "10-flannel.conflist", LINK: "flannel.7", PORTS: "udp 4789" },
    );
    const routed = inputs({ addOn: "flannel", backend: "host-gw" });
    assert.deepEqual([routed.LINK, routed.PORTS], ["cni0", ""]);
    const weave = inputs({ addOn: "weave" });
    assert.deepEqual([weave.IMAGE, weave.CNI_FILE], ["weaveworks/weave-kube:2.8.1", "10-weave.conflist"]);
});

/** An API server of these nodes: a Pod on each runs, and tells what its file says. */
const KUBECTL = `
names() { grep -o '"name":"kubeadm-cluster-connectivity-[^"]*"' "$ROOT/created" | cut -d'"' -f4; }
node_of() { grep -A1 "\\"name\\":\\"$1\\"" "$ROOT/created" | grep -o '"nodeName":"[^"]*"' | cut -d'"' -f4; }
case "$*" in
*' get nodes '*) cat "$ROOT/nodes" ;;
*' get service '*) echo -n 10.96.0.10 ;;
*' create -f -'*)
    cat >"$ROOT/created"
    if [ -e "$ROOT/refused" ]; then cat "$ROOT/refused" >&2; exit 1; fi ;;
*terminated.message*) cat "$ROOT/looks" ;;
*' get pods '*)
    for name in $(names); do
        node=$(node_of "$name")
        if [[ $name == *-look-* ]]; then echo "$name|$node|Succeeded|10.0.0.9|||"
        elif [ -e "$ROOT/pods/$node" ]; then echo "$name|$node|$(<"$ROOT/pods/$node")|"
        else echo "$name|$node|Running|10.244.\${node##*-}.2|||"; fi
    done ;;
*' get events '*) cat "$ROOT/events" ;;
*' exec '*)
    for word; do if [[ $word == kubeadm-cluster-connectivity-* ]]; then node=$(node_of "$word"); fi; done
    while [ "$1" != ask ]; do shift; done
    printf '%s\\n' "\${node}: $*" >>"$ROOT/asked"
    cat "$ROOT/told/$node" ;;
*healthz*) cat "$ROOT/healthz" ;;
esac`;

describe("connectivity.sh", () => {
    let host: ScriptHost;
    const mark = "var/lib/kubeadm-cluster/connectivity";
    const works = (peers: string[]) => [...peers.map((peer) => `pod\t${peer}\twhole`), "dns\tyes", "api\tyes", "end"];
    const tells = (node: string, lines: string[]) => host.write(`told/${node}`, `${lines.join("\n")}\n`);
    const ring = (names: string[]) =>
        names.forEach((name) => tells(name, works(names.filter((other) => other !== name))));
    const asked = () =>
        (host.read("asked") ?? "")
            .trim()
            .split("\n")
            .filter((line) => line !== "")
            .sort();
    const run = (nodes: string[], ...args: string[]) => {
        host.clear("asked", "created");
        host.write(
            "nodes",
            nodes.map((name, at) => `${name}|uid-${name}|10.0.0.${at + 1}|10.0.0.${at + 1}\n`).join(""),
        );
        return host.run("connectivity.sh", args, inputs({ addOn: "flannel" }, nodes));
    };
    const three = ["node-1", "node-2", "node-3"];
    beforeEach(() => {
        host = new ScriptHost();
        host.program("kubectl", KUBECTL);
        host.program("sleep", "");
        host.write("looks", "");
        ring(three);
    });
    afterEach(() => host.remove());

    test("three nodes test each other, each pair from both sides, and leave no Pod", () => {
        const { status, stderr } = run(three);
        assert.equal(status, 0, stderr);
        const pairs = asked().map((line) => `${line.split(":")[0]} ${/cluster\.local\. (.*)$/.exec(line)?.[1]}`);
        assert.deepEqual(pairs, [
            "node-1 node-2 10.244.2.2 7001 node-3 10.244.3.2 7002",
            "node-2 node-3 10.244.3.2 7001 node-1 10.244.1.2 7002",
            "node-3 node-1 10.244.1.2 7001 node-2 10.244.2.2 7002",
        ]);
        assert.ok(host.calls.at(-1)?.includes(" delete pods -l kubeadm-cluster/connectivity "));
        assert.equal(host.read(mark), "# addOn=flannel\nnode-1 uid-node-1\nnode-2 uid-node-2\nnode-3 uid-node-3\n");
    });

    test("what was tested is not tested again; a new node has one partner; a Node made anew is new", () => {
        run(three);
        const again = run(three);
        assert.equal(again.status, 0);
        assert.deepEqual(asked(), []);
        ring(["node-1", "node-4"]);
        assert.equal(run([...three, "node-4"]).status, 0);
        assert.deepEqual(
            asked().map((line) => line.split(":")[0]),
            ["node-1", "node-4"],
        );
        ring(["node-1", "node-2"]);
        host.write(mark, "# addOn=flannel\nnode-1 uid-node-1\nnode-2 uid-of-another\nnode-3 uid-node-3\n");
        assert.equal(run(three).status, 0);
        assert.deepEqual(
            asked().map((line) => line.split(":")[0]),
            ["node-1", "node-2"],
        );
    });

    test("other settings of the network: all nodes are tested again", () => {
        run(three);
        host.clear("asked");
        const changed = connectivityInputs({
            network: { addOn: "flannel", mtu: 1400, interface: "eth1", imageRegistry: "r.test" },
            nodes: three,
            dnsDomain: "cluster.local",
        });
        assert.equal(changed.SETTINGS, "addOn=flannel interface=eth1 mtu=1400");
        assert.equal(host.run("connectivity.sh", [], changed).status, 0);
        assert.equal(asked().length, 3);
    });

    test("Pods that do not reach each other: both nodes, what was tried, and the likeliest cause of their hosts", () => {
        tells("node-2", ["pod\tnode-3\tnone", "pod\tnode-1\twhole", "dns\tyes", "api\tyes", "end"]);
        host.write(
            "looks",
            "node node-2\nmtu\tflannel.1 sends\nother\tfirewall: INPUT drops\nnode node-3\nrule\tfirewall: -A INPUT -s 10.0.0.2/32 -j DROP\n",
        );
        const { status, stderr } = run(three);
        assert.equal(status, 1);
        assert.match(
            stderr,
            /^between node-2 \(10\.0\.0\.2\) and node-3 \(10\.0\.0\.3\): a Pod on node-2 \(10\.244\.2\.2\) got no answer from the Pod on node-3 \(10\.244\.3\.2\) within 20 s\n {2}likeliest cause: on node-3: firewall: -A INPUT -s 10\.0\.0\.2\/32 -j DROP\n {2}also found: on node-2: firewall: INPUT drops/m,
        );
        assert.doesNotMatch(stderr, /flannel\.1 sends/);
        assert.match(stderr, /network\.connectivityTest: false leaves the test out/);
        assert.equal(host.read(mark), undefined);
    });

    test("full packets that get lost: the MTU comes first", () => {
        tells("node-1", ["pod\tnode-2\tsmall", "pod\tnode-3\twhole", "dns\tyes", "api\tyes", "end"]);
        host.write("looks", "node node-1\ncni\tthe CNI file\nmtu\tits card eth0 takes 1500\n");
        const { stderr } = run(three);
        assert.match(
            stderr,
            /small packets of a Pod on node-1 reach the Pod on node-2 and come back, full ones do not/,
        );
        assert.match(
            stderr,
            /likeliest cause: on node-1: its card eth0 takes 1500\n {2}also found: on node-1: the CNI/,
        );
    });

    test("an address of Flannel that is not the Node's own is told", () => {
        tells("node-3", ["pod\tnode-1\tnone", "pod\tnode-2\tnone", "dns\tno", "api\tyes", "end"]);
        host.write("nodes", "");
        const broken = three.map((name, at) => `${name}|uid|10.0.0.${at + 1}|10.0.2.15\n`).join("");
        host.program("kubectl", KUBECTL.replace('cat "$ROOT/nodes"', `printf '%s' '${broken}'`));
        const { stderr } = run(three);
        assert.match(stderr, /likeliest cause: on node-\d: Flannel tells the others 10\.0\.2\.15, which is not/);
        assert.match(stderr, /a Pod on node-3 got no answer from cluster DNS, 10\.96\.0\.10/);
    });

    test("nothing found: the ports that the network needs", () => {
        tells("node-3", ["pod\tnode-1\tnone", "pod\tnode-2\twhole", "dns\tyes", "api\tyes", "end"]);
        assert.match(
            run(three).stderr,
            /nothing on the hosts explains it: .* needs the ports udp 8472, and kubelets 10250/,
        );
    });

    test("a kubelet that the API server does not reach", () => {
        host.program(
            "kubectl",
            `${KUBECTL.replace('cat "$ROOT/told/$node" ;;', 'if [ $node = node-2 ]; then echo "error dialing backend" >&2; exit 1; fi; cat "$ROOT/told/$node" ;;').replace('*healthz*) cat "$ROOT/healthz"', "*healthz*) echo 'Error: context deadline exceeded' >&2; exit 1")}`,
        );
        const { status, stderr } = run(three);
        assert.equal(status, 1);
        assert.match(
            stderr,
            /the API server did not reach the kubelet of node-2 \(10\.0\.0\.2, TCP port 10250\): Error: context deadline/,
        );
    });

    test("a Pod that gets no network", () => {
        host.write("pods/node-2", "Pending||ContainerCreating|");
        const text = host.read("scripts/connectivity-test.sh") ?? "";
        assert.match(text, / START_SECONDS=\d+\n/);
        host.write("scripts/connectivity-test.sh", text.replace(/ START_SECONDS=\d+/, " START_SECONDS=1"));
        host.write("events", "Failed to create pod sandbox: plugin type=cilium-cni failed\n");
        host.write("looks", "node node-2\ncni\tthe CNI file /etc/cni/net.d/05-cilium.conflist sorts before\n");
        const { status, stderr } = run(three);
        assert.equal(status, 1);
        assert.match(stderr, /a Pod on node-2 got no network within 1 s: Failed to create pod sandbox/);
        assert.match(stderr, /likeliest cause: on node-2: the CNI file \/etc\/cni\/net\.d\/05-cilium\.conflist/);
    });

    test("what has nothing to do with the network is a warning, and the nodes count as not tested", () => {
        host.write("refused", 'Error from server: admission webhook "policy" denied the request: no such image\n');
        const refused = run(three);
        assert.equal(refused.status, 0, refused.stderr);
        assert.match(
            refused.stderr,
            /WARNING: the network of node-1, node-2, node-3 was not tested, .* the API server takes no Pods for it: .*denied/,
        );
        assert.equal(host.read(mark), undefined);
        host.clear("refused");
        host.write("pods/node-3", "Pending||ErrImageNeverPull|");
        host.write("events", "");
        ["node-1", "node-2"].forEach((name, at) => tells(name, works([`node-${2 - at}`])));
        const gone = run(three);
        assert.equal(gone.status, 0, gone.stderr);
        assert.match(gone.stderr, /WARNING: the network of node-3 was not tested, .* is not on the host \(ErrImageNev/);
        host.clear("pods/node-3");
        host.write("pods/node-3", "Failed|||OutOfpods");
        assert.match(run(three).stderr, /its kubelet took no Pod: OutOfpods/);
    });

    test("a test that breaks off is begun once more; one that does so again says nothing of the network", () => {
        const once = KUBECTL.replace(
            'cat "$ROOT/told/$node" ;;',
            'if [ ! -e "$ROOT/broke" ] && [ $node = node-2 ]; then touch "$ROOT/broke"; else cat "$ROOT/told/$node"; fi ;;',
        );
        host.program("kubectl", once);
        host.write("healthz", "ok");
        const { status, stderr } = run(three);
        assert.equal(status, 0, stderr);
        assert.ok(host.read(mark));
        host.clear(mark);
        tells("node-2", ["pod\tnode-3\twhole", "end"]);
        const twice = run(three);
        assert.equal(twice.status, 0);
        assert.match(twice.stderr, /WARNING: the network of node-2 was not tested, .* could not be told to test/);
        assert.equal(host.read(mark), undefined);
    });

    test("an API server that is away is an error of its own", () => {
        host.program("kubectl", 'case "$*" in *" create "*) echo "connection refused" >&2; exit 1 ;; esac; ' + KUBECTL);
        const { status, stderr } = run(three);
        assert.equal(status, 1);
        assert.match(stderr, /the API server did not take the Pods that test the network: connection refused/);
    });

    test("asked of all, it answers in place of failing, and marks nothing", () => {
        run(three);
        tells("node-2", ["pod\tnode-3\tnone", "pod\tnode-1\twhole", "dns\tyes", "api\tyes", "end"]);
        const { status, stdout, stderr } = run(three, "all");
        assert.equal(status, 0, stderr);
        const [difference, ...more] = networkDifferences(stdout);
        assert.deepEqual(more, []);
        assert.equal(difference?.node, "node-2, node-3");
        assert.match(difference?.found ?? "", /got no answer from the Pod on node-3 .*Likeliest cause: nothing on/);
        ring(three);
        assert.deepEqual(networkDifferences(run(three, "all").stdout), []);
    });

    test("settle.sh tests the network where it is told of nodes, once its own is Ready", () => {
        host.program("kubectl", `case "$*" in *' get node '*) echo -n "True posting"; exit ;; esac\n${KUBECTL}`);
        host.write("nodes", three.map((name, at) => `${name}|uid-${name}|10.0.0.${at + 1}|\n`).join(""));
        const settle = (more: Record<string, string>) =>
            host.run("settle.sh", [], { NODE_NAME: "node-1", WAIT_SECONDS: "15", WAIT_FOR_DNS: "true", ...more });
        const without = settle({});
        assert.equal(without.status, 0, without.stderr);
        assert.equal(host.read(mark), undefined);
        const { status, stderr } = settle({ ...inputs({ addOn: "flannel" }, three), MACHINES: "one\ntwo\nthree" });
        assert.equal(status, 0, stderr);
        assert.match(host.read(mark) ?? "", /^node-3 uid-node-3$/m);
        tells("node-1", ["pod\tnode-2\tnone", "pod\tnode-3\twhole", "dns\tyes", "api\tyes", "end"]);
        host.clear(mark);
        assert.equal(settle(inputs({ addOn: "flannel" }, three)).status, 1);
    });

    test("a node alone asks cluster DNS and the API server", () => {
        tells("node-1", works([]));
        assert.equal(run(["node-1"]).status, 0);
        assert.match(asked()[0] ?? "", /ask 20 10\.96\.0\.10 kubernetes\.default\.svc\.cluster\.local\.$/);
        tells("node-1", ["dns\tyes", "api\tno", "end"]);
        host.clear(mark);
        assert.match(run(["node-1"]).stderr, /a Pod on node-1 did not reach the API server by the Service kubernetes/);
    });
});
