import { EXPIRED_CERTIFICATE } from "../../doubles/expired-certificate";
import { admit, documents, init, join, kubelet, prepare, withAll } from "./inputs";
import { asNode, localStore } from "./objects";
import { secrets, type Situation } from "./situation";

const state = "/var/lib/kubeadm-cluster";
const client = "/var/lib/kubelet/pki/kubelet-client-current.pem";
const again = { REPAIR: "1" };
/** Certificates that expired while the host was off. */
const expire = (...files: string[]) =>
    files.map((file) => `rm -f ${file}; printf '%s' '${EXPIRED_CERTIFICATE}' >${file}`).join("\n");
const certificatesOfMaster = [
    "/etc/kubernetes/pki/apiserver.crt",
    "/etc/kubernetes/pki/etcd/server.crt",
    "/etc/kubernetes/pki/front-proxy-client.crt",
    client,
];
/** The host was off meanwhile. */
const slept = `${expire(...certificatesOfMaster)}\nrm -f /sim/units/active/kubelet`;

/** Situations in which the world has moved under what the program made. */
export const repairSituations: Situation[] = [
    {
        script: "prepare.sh",
        name: "a worker whose programs are others now",
        from: "worker",
        // What is there of the plug-ins is not the release until all of it is.
        makesAnew: /\/cni-plugins-version$/,
        setup: `sed -i 's/v1\\.32\\.0/v1.32.9/' /usr/local/bin/kubelet; rm /opt/cni/bin/bridge
${expire("/var/lib/kubelet/pki/kubelet.crt")}\n: >/var/lib/kubelet/pki/kubelet.key`,
        inputs: { ...prepare, ...again },
        limitSeconds: 1200,
    },
    {
        script: "prepare.sh",
        name: "a control plane that slept for a year",
        from: "master",
        setup: `${slept}; sed -i 's/1\\.7\\.24/1.7.99/' /usr/local/bin/containerd`,
        // What there is of containerd is not the release until all of it is.
        makesAnew: /\/containerd-version$/,
        inputs: { ...withAll, ...again },
        limitSeconds: 1200,
    },
    {
        script: "prepare.sh",
        name: "a kubeconfig of the kubelet that holds its certificate",
        from: "master",
        setup: `sed -i "s/\\(client-certificate-data: \\).*/\\1$(printf '%s' '${EXPIRED_CERTIFICATE}' | base64 -w 0)/" /etc/kubernetes/kubelet.conf`,
        inputs: { ...withAll, ...again },
        limitSeconds: 1200,
    },
    {
        script: "renew-certificates.sh",
        name: "certificates that expired while the host was off",
        from: "master",
        setup: slept,
        inputs: { NODE_NAME: "host-1", RENEW_BEFORE_DAYS: "3", ISSUED_AFTER: "", TRANSFER_KEY: secrets.transferKey },
        limitSeconds: 600,
    },
    {
        script: "join.sh",
        name: "a Node that was deleted by hand",
        from: "worker",
        setup: "rm /sim/cluster/nodes/_/host-1.json; : >/sim/registers",
        inputs: join,
        limitSeconds: 600,
    },
    {
        script: "join.sh",
        name: "a certificate that expired",
        from: "worker",
        makesAnew: asNode,
        setup: expire(client),
        inputs: join,
        limitSeconds: 600,
    },
    {
        script: "init.sh",
        name: "a Node that was deleted by hand",
        args: ["verify"],
        from: "master",
        setup: `rm ${localStore}/nodes/_/host-1.json; : >/sim/registers`,
        inputs: init,
        limitSeconds: 300,
    },
    {
        script: "admit.sh",
        name: "a node that may join anew",
        args: ["worker-3", "unless-admitted"],
        from: "admitting",
        setup: `rm ${state}/admissions/wrk001 ${localStore}/secrets/kube-system/bootstrap-token-wrk001.json`,
        inputs: { ...admit, ...again },
        limitSeconds: 120,
    },
    {
        script: "reconfigure.sh",
        name: "a manifest that somebody has changed",
        from: "master",
        setup: "sed -i 's/--settings=/--settings=x/' /etc/kubernetes/manifests/kube-scheduler.yaml; echo 'maxPods: 7' >>/var/lib/kubelet/config.yaml",
        inputs: { ...documents(), ...again },
        limitSeconds: 2400,
    },
    {
        script: "renew-node.sh",
        name: "settings that somebody has changed",
        args: ["host-1"],
        from: "worker",
        setup: "echo 'maxPods: 7' >>/var/lib/kubelet/config.yaml",
        inputs: { KUBERNETES_VERSION: "v1.32.0", KUBELET_CONFIGURATION: kubelet, ...again },
        limitSeconds: 900,
    },
];
