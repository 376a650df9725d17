import { admit, connectivity } from "./inputs";
import { clientRequests, dnsTogether, localStore, node, put, requests, threeMembers } from "./objects";
import { secrets, type Situation } from "./situation";

const state = "/var/lib/kubeadm-cluster";

/** worker-1 has a taint that was declared before. */
const declaredBefore = `mkdir -p ${state}/taints; echo old=x:NoSchedule >${state}/taints/worker-1`;

/** Of a test of the network that was killed. */
const leftPod = JSON.stringify({
    kind: "Pod",
    metadata: { name: "left", namespace: "kube-system", labels: { "kubeadm-cluster/connectivity": "" } },
    spec: { nodeName: "worker-1" },
    status: { phase: "Running", podIP: "10.244.1.9" },
});

/** Situations of scripts by which the control plane lets nodes in, changes them and lets them go. */
export const clusterNodeSituations: Situation[] = [
    { script: "admit.sh", name: "a new worker", args: ["worker-3"], from: "master", inputs: admit, limitSeconds: 120 },
    {
        script: "admit.sh",
        name: "a node of the control plane",
        args: ["master-2"],
        from: "master",
        inputs: { ...admit, CERTIFICATE_KEY: secrets.certificateKey },
        limitSeconds: 120,
    },
    {
        script: "admit.sh",
        name: "records of an earlier version",
        args: ["worker-3", "unless-admitted"],
        from: "admitting",
        setup: `rm -r ${state}/nodes; printf 'worker-3 11111111111111111111111111111111 -\\nworker-3 3 -\\nworker-2 22222222222222222222222222222222 -\\n' >${state}/machines`,
        inputs: admit,
        limitSeconds: 120,
    },
    {
        script: "admit.sh",
        name: "a machine that is known",
        args: ["worker-3", "unless-admitted"],
        from: "admitting",
        inputs: admit,
        limitSeconds: 120,
    },
    {
        script: "readmit.sh",
        name: "another machine",
        args: ["worker-3"],
        from: "admitting",
        inputs: { ...admit, MACHINE_IDENTITY: "22222222222222222222222222222222 -" },
        limitSeconds: 300,
        makesAnew: /\/(bootstrap-token-)?(worker-3|wrk001)(\.json)?$/,
    },
    {
        script: "admission.sh",
        name: "a worker that has joined",
        args: ["worker-3", "wrk001"],
        from: "admitting",
        setup: put(localStore, { "nodes/_/worker-3": node("worker-3") }),
        limitSeconds: 600,
    },
    {
        script: "admission.sh",
        name: "a worker that asks for its certificate, and another's",
        from: "admitting",
        setup: `${clientRequests}\n${dnsTogether}`,
        mayStay: /coredns-\d\.json/,
        limitSeconds: 600,
    },
    {
        script: "taint.sh",
        name: "other taints",
        args: ["worker-1"],
        from: "master",
        inputs: { TAINTS: "dedicated=db:NoSchedule" },
        setup: declaredBefore,
        limitSeconds: 120,
    },
    {
        script: "taint.sh",
        name: "no taints any more",
        args: ["worker-1", "none"],
        from: "master",
        inputs: { TAINTS: "" },
        setup: declaredBefore,
        limitSeconds: 120,
    },
    {
        script: "taint.sh",
        name: "of a Node that is gone",
        args: ["worker-9", "none"],
        from: "master",
        inputs: { TAINTS: "old=x:NoSchedule" },
        setup: "mkdir -p /var/lib/kubeadm-cluster/taints; echo old=x:NoSchedule >/var/lib/kubeadm-cluster/taints/worker-9",
        limitSeconds: 120,
    },
    {
        script: "connectivity.sh",
        name: "nodes that are new",
        from: "master",
        inputs: connectivity,
        bySecond: true,
        limitSeconds: 240,
    },
    {
        script: "connectivity.sh",
        name: "no way between two nodes, and Pods of a run that was killed",
        from: "master",
        setup: `: >/sim/no-way\n${put(localStore, { "pods/kube-system/left": leftPod })}`,
        inputs: connectivity,
        bySecond: true,
        code: 1,
        limitSeconds: 240,
    },
    {
        script: "connectivity.sh",
        name: "all nodes",
        args: ["all"],
        from: "master",
        inputs: connectivity,
        bySecond: true,
        limitSeconds: 240,
    },
    {
        script: "drain-node.sh",
        name: "a worker",
        args: ["worker-1"],
        from: "master",
        inputs: { KUBERNETES_VERSION: "v1.32.1" },
        limitSeconds: 400,
    },
    {
        script: "drain-node.sh",
        name: "a version that was taken back",
        args: ["worker-1"],
        from: "master",
        setup: put(localStore, {
            "nodes/_/worker-1": node("worker-1", '"unschedulable":true').replace(
                '"annotations":{',
                '$&"kubeadm-cluster/cordoned-for-upgrade":"now",',
            ),
        }),
        inputs: { KUBERNETES_VERSION: "v1.32.0" },
        limitSeconds: 400,
    },
    {
        script: "remove-node.sh",
        name: "a worker",
        args: ["worker-1"],
        from: "admitting",
        inputs: { TOKEN_ID: "wrk001" },
        limitSeconds: 300,
        ifPresent: true,
    },
    {
        script: "remove-node.sh",
        name: "a worker that is lost",
        args: ["worker-1", "gone"],
        from: "admitting",
        inputs: { TOKEN_ID: "wrk001" },
        limitSeconds: 300,
        ifPresent: true,
    },
    {
        script: "remove-control-plane-node.sh",
        name: "one of three",
        args: ["master-2"],
        from: "master",
        setup: threeMembers,
        inputs: { TOKEN_ID: "wrk001" },
        limitSeconds: 300,
        ifPresent: true,
    },
    {
        script: "approve-serving-certificates.sh",
        name: "an honest request, and another",
        from: "admitting",
        setup: requests,
        repeats: true,
        limitSeconds: 60,
    },
];
