/* eslint-disable @typescript-eslint/no-unsafe-member-access -- controllers look into objects of any kind */
import { deleting, finalizers, type Json, Objects } from "./rook-operator-api";

const DRIVERS = /^rook-ceph\.(rbd|cephfs)\.csi\.ceph\.com$/;

/**
 * Stands in for everything around Rook that a cluster without nodes lacks: scheduler, kubelets, Job and volume
 * controllers, and the CSI driver. Pods run without containers; a Job has ended as soon as it is seen.
 */
export class NodesDouble {
    /** Names of the Jobs that ran, in their order. */
    readonly jobs: string[] = [];
    /** Called for each Job before it counts as ended; false = it never ends. */
    runJob: (job: Json) => Promise<boolean> = () => Promise.resolve(true);
    /** Whether the CSI driver answers: without it no volume is made or deleted. */
    driverWorks: () => Promise<boolean> = () => Promise.resolve(true);

    constructor(
        private readonly objects: Objects,
        private readonly nodes: string[],
    ) {}

    async round(): Promise<void> {
        await this.pods();
        await this.runJobs();
        await this.claims();
        await this.volumes();
    }

    private async pods(): Promise<void> {
        for (const pod of await this.objects.list("pods")) {
            const { name, namespace } = pod.metadata as { name: string; namespace: string };
            if (deleting(pod)) await this.objects.remove("pods", namespace, name, true);
            else if (!pod.spec.nodeName) {
                const wanted = (pod.spec.nodeSelector as Record<string, string> | undefined)?.[
                    "kubernetes.io/hostname"
                ];
                await this.objects.bind(namespace, name, wanted ?? this.nodes.at(-1) ?? "");
            } else if (pod.status?.phase !== "Running") {
                const now = new Date().toISOString();
                const condition = (type: string): Json => ({ type, status: "True", lastTransitionTime: now });
                const status = {
                    phase: "Running",
                    conditions: ["Initialized", "ContainersReady", "Ready"].map(condition),
                };
                await this.objects.patch("pods", namespace, name, { status }, true);
            }
        }
    }

    private async runJobs(): Promise<void> {
        for (const job of await this.objects.list("jobs")) {
            const { name, namespace } = job.metadata as { name: string; namespace: string };
            if (deleting(job)) {
                await this.objects.patch("jobs", namespace, name, { metadata: { finalizers: null } });
            } else if (!job.status?.succeeded && (await this.runJob(job))) {
                this.jobs.push(name);
                const now = new Date().toISOString();
                const conditions = ["SuccessCriteriaMet", "Complete"].map((type) => ({
                    type,
                    status: "True",
                    lastTransitionTime: now,
                    lastProbeTime: now,
                }));
                const status = { succeeded: 1, startTime: now, completionTime: now, conditions };
                await this.objects.patch("jobs", namespace, name, { status }, true);
            }
        }
    }

    private async claims(): Promise<void> {
        const classes = await this.objects.list("storageclasses");
        for (const claim of await this.objects.list("persistentvolumeclaims")) {
            const { name, namespace, uid } = claim.metadata as { name: string; namespace: string; uid: string };
            const volume = `pvc-${uid}`;
            if (deleting(claim)) {
                await this.objects.patch("persistentvolumeclaims", namespace, name, { metadata: { finalizers: null } });
            } else if (!claim.spec.volumeName && (await this.driverWorks())) {
                const found = classes.find((one) => one.metadata.name === claim.spec.storageClassName);
                if (found === undefined || !DRIVERS.test(String(found.provisioner))) continue;
                await this.objects.create("persistentvolumes", undefined, {
                    apiVersion: "v1",
                    kind: "PersistentVolume",
                    metadata: { name: volume, finalizers: ["external-provisioner.volume.kubernetes.io/finalizer"] },
                    spec: {
                        capacity: claim.spec.resources.requests as Json,
                        accessModes: claim.spec.accessModes as string[],
                        persistentVolumeReclaimPolicy: found.reclaimPolicy as string,
                        storageClassName: claim.spec.storageClassName as string,
                        claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace, name, uid },
                        csi: {
                            driver: found.provisioner as string,
                            volumeHandle: volume,
                            volumeAttributes: { clusterID: "rook-ceph" },
                        },
                    },
                });
                await this.objects.patch("persistentvolumeclaims", namespace, name, { spec: { volumeName: volume } });
                await this.objects.patch(
                    "persistentvolumeclaims",
                    namespace,
                    name,
                    { status: { phase: "Bound" } },
                    true,
                );
                await this.objects.patch("persistentvolumes", undefined, volume, { status: { phase: "Bound" } }, true);
            }
        }
    }

    private async volumes(): Promise<void> {
        for (const volume of await this.objects.list("persistentvolumes")) {
            const name = volume.metadata.name as string;
            const { namespace, name: claimName, uid } = volume.spec.claimRef as Record<string, string>;
            const claim = await this.objects.get("persistentvolumeclaims", namespace, claimName ?? "");
            if (claim?.metadata.uid === uid) continue;
            if (volume.status.phase !== "Released") {
                await this.objects.patch("persistentvolumes", undefined, name, { status: { phase: "Released" } }, true);
            }
            const own = "external-provisioner.volume.kubernetes.io/finalizer";
            if (volume.spec.persistentVolumeReclaimPolicy === "Delete" && (await this.driverWorks())) {
                await this.objects.remove("persistentvolumes", undefined, name);
                await this.objects.patch("persistentvolumes", undefined, name, { metadata: { finalizers: null } });
            } else if (deleting(volume) && finalizers(volume).some((one) => one !== own)) {
                await this.objects.patch("persistentvolumes", undefined, name, { metadata: { finalizers: [own] } });
            }
        }
    }
}
