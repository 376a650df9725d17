import { certificateName, imageRepository } from "../fields";
import type { Finding } from "../flags/lint";
import { words } from "../flags/lint";
import { within } from "../data-dir";
import { durationSeconds } from "../duration";
import { etcdDirectoryProblem } from "../etcd-directory";
import { firstProblems, meant, shownName } from "../nearest";
import { isGroup } from "../plain-values";
import { newestTypes, typesOf } from "../../releases";
import { mountFindings } from "./mounts";
import { patchFindings } from "./patches";
import type { SoundConfig } from "./sound-config";

const DOCUMENT = "kubernetes.kubeadm.clusterConfiguration";
const IMAGE_TAG = /^\w[\w.-]{0,127}$/;

/** What kubeadm would refuse of its documents, beside types, and what this program does not do. */
export function kubeadmFindings(config: SoundConfig, minor: number): Finding[] {
    const { clusterConfiguration: cluster = {}, ...nodes } = config.kubernetes?.kubeadm ?? {};
    return [
        ...imageFindings(cluster.dns, "dns"),
        ...imageFindings(isGroup(cluster.etcd) ? cluster.etcd.local : undefined, "etcd.local"),
        ...preflightFindings(nodes.initConfiguration, "initConfiguration"),
        ...preflightFindings(nodes.joinConfiguration, "joinConfiguration"),
        ...gateFindings(cluster.featureGates, minor),
        ...validityFindings(cluster.certificateValidityPeriod, config.kubernetes?.certificates?.renewBefore),
        ...firstProblems(etcdFindings(cluster.etcd, cephDirectoryOf(config)), (finding) => finding),
        ...firstProblems(mountFindings(config), (finding) => finding),
        ...patchFindings(config, minor),
    ];
}

function cephDirectoryOf({ storage }: SoundConfig): string | undefined {
    return storage?.addOn === "rook" ? storage.ceph?.dataDir : undefined;
}

const error = (path: string, message: string): Finding => ({ severity: "error", path: `${DOCUMENT}.${path}`, message });

function gateFindings(gates: unknown, minor: number): Finding[] {
    const own = typesOf(minor);
    const known = words((own ?? newestTypes())?.kubeadmGates);
    if (!isGroup(gates)) return [];
    const gone = Object.keys(gates).filter((gate) => !known.includes(gate));
    return firstProblems(gone, (gate): Finding => {
        const message = `is no feature gate of kubeadm 1.${minor}: it is gone or misspelt; gates of the components belong to their feature-gates, the kubelet's to kubernetes.kubelet.featureGates${meant(gate, known)}`;
        return { ...error(`featureGates.${shownName(gate)}`, message), severity: own ? "error" : "warning" };
    });
}

const DAY_SECONDS = 24 * 60 * 60;

function validityFindings(period: unknown, renewBefore = 0): Finding[] {
    const seconds = typeof period === "string" ? durationSeconds(period) : undefined;
    if (seconds === undefined || seconds === 0 || seconds > renewBefore * DAY_SECONDS) return [];
    const message = `${String(period)} is not longer than kubernetes.certificates.renewBefore, ${renewBefore} days: certificates would be due as soon as they are made; make that smaller`;
    return [{ ...error("certificateValidityPeriod", message), severity: "warning" }];
}

function imageFindings(part: unknown, path: string): Finding[] {
    if (!isGroup(part)) return [];
    const findings: Finding[] = [];
    const { imageRepository: repository, imageTag } = part;
    const issue =
        typeof repository === "string" && repository !== "" && imageRepository.safeParse(repository).error?.issues[0];
    if (issue)
        findings.push(error(`${path}.imageRepository`, `${issue.message}; found "${shownName(String(repository))}"`));
    if (typeof imageTag === "string" && imageTag !== "" && !IMAGE_TAG.test(imageTag))
        findings.push(error(`${path}.imageTag`, `must be the tag of an image alone; found "${shownName(imageTag)}"`));
    return findings;
}

function preflightFindings(document: unknown, name: string): Finding[] {
    const registration = isGroup(document) ? document.nodeRegistration : undefined;
    const given = isGroup(registration) ? registration.ignorePreflightErrors : undefined;
    const checks = Array.isArray(given) ? given.map((one) => String(one).toLowerCase()) : [];
    if (!checks.includes("all") || checks.length === 1) return [];
    const path = `kubernetes.kubeadm.${name}.nodeRegistration.ignorePreflightErrors`;
    return [{ severity: "error", path, message: "all stands for every check: name it alone, or leave it out" }];
}

function sharedProblem(directory: string, ceph: string | undefined): string | undefined {
    if (ceph === undefined || !(within(directory, ceph) || within(ceph, directory))) return undefined;
    return `shares its place with storage.ceph.dataDir ${ceph}, which a destroy may empty: take another one`;
}

function etcdFindings(etcd: unknown, cephDirectory: string | undefined): Finding[] {
    if (!isGroup(etcd)) return [];
    const findings: Finding[] = [];
    if (isGroup(etcd.external)) {
        const message =
            "etcd outside of the cluster is not supported: joins, upgrades, snapshots and the teardown work on the members that kubeadm makes on the control plane's nodes; leave external out: 3 nodes with the role control-plane have 3 members, and etcd.local.dataDir puts these on a disk of their own";
        findings.push(error("etcd.external", message));
    }
    const { local } = etcd;
    if (!isGroup(local)) return findings;
    if (typeof local.dataDir === "string" && local.dataDir !== "") {
        const problem = etcdDirectoryProblem(local.dataDir) ?? sharedProblem(local.dataDir, cephDirectory);
        if (problem !== undefined)
            findings.push(error("etcd.local.dataDir", `${problem}; found "${shownName(local.dataDir)}"`));
    }
    const flags = Array.isArray(local.extraArgs) ? local.extraArgs.filter(isGroup) : [];
    if (flags.some(({ name }) => name === "data-dir"))
        findings.push(error("etcd.local.extraArgs", "data-dir moves etcd's data, which no step follows: set dataDir"));
    for (const field of ["serverCertSANs", "peerCertSANs"]) {
        const names = Array.isArray(local[field]) ? (local[field] as unknown[]) : [];
        names.forEach((name, index) => {
            const issue = typeof name === "string" ? certificateName.safeParse(name).error?.issues[0] : undefined;
            if (issue)
                findings.push(error(`etcd.local.${field}[${index}]`, `${issue.message}; found "${String(name)}"`));
        });
    }
    return findings;
}
