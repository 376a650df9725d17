import assert from "node:assert/strict";
import { test } from "node:test";
import { validateConfig } from "../../../components/config";
import { raw } from "./cluster";

const refused = (settings: object) =>
    (validateConfig({ ...raw(), ...settings }).problems ?? []).map(({ path, message }) => `${path}: ${message}`);
const labels = (value: string) => {
    const nodeRegistration = { kubeletExtraArgs: [{ name: "node-labels", value }] };
    return refused({ kubernetes: { kubeadm: { joinConfiguration: { nodeRegistration } } } });
};
const ofWorker = (change: object) => {
    const nodes = raw().nodes.map((node, index) => (index === 1 ? { ...node, ...change } : node));
    return refused({ nodes });
};

test("case 18: the kubelet's own flag takes no label that only the control plane may set", () => {
    for (const label of ["node-role.kubernetes.io/worker=", "kubernetes.io/role=worker", "a=b,team.k8s.io/x=1"])
        assert.match(labels(label)[0] ?? "", /would not start; write it into nodes\[\]\.labels/, label);
    for (const label of ["a", "a b=c", "a=b c", "A.com/x=1"].slice(1))
        assert.match(labels(label)[0] ?? "", /is no label of the form KEY=VALUE/, label);
    for (const label of ["", "a=b", "a=", "node.kubernetes.io/pool=a", "topology.kubernetes.io/zone=a,example.com/b=c"])
        assert.deepEqual(labels(label), [], label);
});

test("case 18: what stands before a label's / is a DNS name", () => {
    for (const label of ["ex..ample.com/x", "a.-b/x", "Example.com/x"])
        assert.match(ofWorker({ labels: { [label]: "" } }).join(), /before \/ is a DNS name in lower case/, label);
});

test("case 10: digits and dots that are no address are no name either", () => {
    for (const name of ["10.0.0", "10.0.0.256", "010.0.0.1"])
        assert.match(refused({ kubernetes: { apiServer: { certSANs: [name] } } }).join(), /or an IP address/, name);
    assert.match(refused({ kubernetes: { controlPlaneEndpoint: "0.0.0.0:6443" } }).join(), /0\.0\.0\.0 is no address/);
});

test("case 59: a node's own address is one that other hosts reach", () => {
    for (const internalAddress of ["127.0.0.1", "127.0.1.1", "0.0.0.0", "169.254.3.4", "224.0.0.1", "255.255.255.255"])
        assert.match(
            ofWorker({ internalAddress }).join(),
            /must be an address that other hosts reach/,
            internalAddress,
        );
    assert.match(ofWorker({ internalAddress: "10.0.0" }).join(), /internalAddress: must be an IPv4 address; found/);
    for (const internalAddress of ["10.0.2.15", "100.64.0.7", "192.0.2.1", "223.255.255.1"])
        assert.deepEqual(ofWorker({ internalAddress }), [], internalAddress);
});
