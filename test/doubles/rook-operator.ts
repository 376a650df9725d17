/* eslint-disable @typescript-eslint/no-unsafe-member-access -- controllers look into objects of any kind */
import { canBeTakenDown, daemonDeployment, NEEDED_DAEMONS } from "./rook-operator-daemons";
import { type Api, deleting, finalizers, type Json, NAMESPACE, Objects } from "./rook-operator-api";
import { NodesDouble } from "./rook-operator-nodes";

const CONSENT = "yes-really-destroy-data";
const PROTECTION = "ceph.rook.io/disaster-protection";
const POOL_KINDS = ["cephfilesystemsubvolumegroups", "cephfilesystems", "cephblockpools", "cephobjectstores"];
const DAEMON_APPS = ["rook-ceph-mon", "rook-ceph-mgr", "rook-ceph-osd", "rook-ceph-mds", "rook-ceph-rgw"];

/** Ways in which a real operator was seen to go wrong. */
export interface Faults {
    /** The cluster is Ready and healthy with no OSD at all, until the operator is restarted ("once") or for good. */
    noOsds?: "once" | "always";
    /** Ceph's health is HEALTH_ERR: file systems and pools are not touched. */
    healthError?: boolean;
    /** Clean-up Jobs never end. */
    cleanupHangs?: boolean;
}

/**
 * A double of the operator of Rook v1.16.1, as it was recorded on a real cluster: statuses, finalizers, deletions that
 * are held back, clean-up Jobs. It works on a real API server with the real CRDs, as long as its own Deployment has a
 * running Pod, and has no Ceph behind it.
 */
export class RookOperatorDouble {
    readonly objects: Objects;
    readonly nodes: NodesDouble;
    faults: Faults = {};
    /** Hosts that clean-up Jobs have cleaned, in their order. */
    readonly cleaned: string[] = [];
    /** True once data was pulled away under a volume that somebody still had. */
    dataLostUnderUsers = false;
    /** True once it has been told to orchestrate a cluster whose confirmation was set, which it does not. */
    skipped = false;
    /** Called when a host gets an OSD on a device, and when a clean-up Job runs on a host. */
    onOsd: (host: string, device: string) => void = () => undefined;
    onCleanup: (host: string) => void = () => undefined;
    private stopped = false;
    private readonly loop: Promise<void>;
    private seenPods = new Set<string>();
    private pendingCleanup: string[] | undefined;

    constructor(
        api: Api,
        readonly hosts: string[],
    ) {
        this.objects = new Objects(api);
        this.nodes = new NodesDouble(this.objects, hosts);
        this.nodes.runJob = (job) => this.runJob(job);
        this.nodes.driverWorks = () => this.active();
        this.loop = this.run();
    }

    async stop(): Promise<void> {
        this.stopped = true;
        await this.loop;
    }

    private async run(): Promise<void> {
        while (!this.stopped) {
            // A failed round is one in which the API server was asked for what has just gone.
            await this.nodes.round().catch(() => undefined);
            await this.reconcile().catch(() => undefined);
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
    }

    /** Whether the operator runs; a Pod of it not seen before is a restart. */
    private async active(): Promise<boolean> {
        const pods = await this.objects.list("pods", NAMESPACE);
        const running = pods.filter(
            (pod) =>
                pod.metadata.labels?.app === "rook-ceph-operator" && pod.status?.phase === "Running" && !deleting(pod),
        );
        for (const pod of running) {
            const uid = pod.metadata.uid as string;
            if (!this.seenPods.has(uid) && this.seenPods.size > 0 && this.faults.noOsds === "once") this.faults = {};
            this.seenPods.add(uid);
        }
        return running.length > 0;
    }

    private async reconcile(): Promise<void> {
        if (!(await this.active())) return;
        const [cluster] = await this.objects.list("cephclusters", NAMESPACE);
        await this.startCleanup();
        for (const kind of POOL_KINDS) {
            for (const pool of await this.objects.list(kind, NAMESPACE)) await this.reconcilePool(kind, pool, cluster);
        }
        if (cluster === undefined) return;
        if (deleting(cluster)) await this.deleteCluster(cluster);
        else if (cluster.spec.cleanupPolicy?.confirmation === CONSENT) this.skipped = true;
        else await this.orchestrate(cluster);
    }

    private async orchestrate(cluster: Json): Promise<void> {
        const name = cluster.metadata.name as string;
        if (finalizers(cluster).length === 0) {
            // It writes the whole object back from its own types: what is false there vanishes, what is unset may appear.
            const spec = { csi: { cephfs: {}, readAffinity: { enabled: false } }, external: { enable: false } };
            const metadata = { finalizers: ["cephcluster.ceph.rook.io"] };
            await this.objects.patch("cephclusters", NAMESPACE, name, { metadata, spec });
            return;
        }
        const protectedBy = { namespace: NAMESPACE, finalizers: [PROTECTION] };
        await this.objects.create("configmaps", NAMESPACE, {
            metadata: { name: "rook-ceph-mon-endpoints", ...protectedBy },
            data: { data: "a=10.96.0.5:6789" },
        });
        await this.objects.create("secrets", NAMESPACE, {
            metadata: { name: "rook-ceph-mon", ...protectedBy },
            stringData: { "ceph-secret": "not a key", "ceph-username": "client.admin" },
        });
        await this.objects.create("secrets", NAMESPACE, {
            metadata: { name: "rook-ceph-dashboard-password", namespace: NAMESPACE },
            stringData: { password: "the dashboard's password" },
        });
        await this.daemon(cluster, "rook-ceph-mon", "a", this.hosts.at(-1));
        await this.daemon(cluster, "rook-ceph-mgr", "a", this.hosts.at(-1));
        const osds = this.faults.noOsds === undefined ? await this.osds(cluster) : 0;
        const status = {
            phase: "Ready",
            state: "Created",
            message: "Cluster created successfully",
            ceph: { health: this.faults.healthError ? "HEALTH_ERR" : "HEALTH_OK" },
            // Merged into what is there: null takes the number away.
            storage: { osd: { storeType: { bluestore: osds > 0 ? osds : null } } },
        };
        await this.objects.patch("cephclusters", NAMESPACE, name, { status }, true);
    }

    private async osds(cluster: Json): Promise<number> {
        const nodes = (cluster.spec.storage.nodes ?? []) as { name: string; devices?: { name: string }[] }[];
        let number = 0;
        for (const node of nodes) {
            for (const device of node.devices ?? []) {
                const id = String(number++);
                if ((await this.objects.get("deployments", NAMESPACE, `rook-ceph-osd-${id}`)) === undefined) {
                    this.onOsd(node.name, device.name);
                }
                await this.daemon(cluster, "rook-ceph-osd", id, node.name);
            }
        }
        return number;
    }

    private async daemon(
        owner: Json,
        app: string,
        id: string,
        node: string | undefined,
        image = owner.spec.cephVersion?.image as string,
    ): Promise<void> {
        await this.objects.create("deployments", NAMESPACE, daemonDeployment(owner, app, id, node, image));
    }

    private async reconcilePool(kind: string, pool: Json, cluster: Json | undefined): Promise<void> {
        const name = pool.metadata.name as string;
        if (deleting(pool)) return this.deletePool(kind, pool, cluster);
        if (cluster === undefined || cluster.status?.ceph?.health === "HEALTH_ERR" || deleting(cluster)) return;
        if (cluster.status?.phase !== "Ready") return;
        if (finalizers(pool).length === 0) {
            const metadata = { finalizers: [`${kind.replace(/s$/, "")}.ceph.rook.io`] };
            await this.objects.patch(kind, NAMESPACE, name, { metadata });
        }
        const app = NEEDED_DAEMONS[kind];
        if (app !== undefined) {
            const image = cluster.spec.cephVersion?.image as string;
            for (const id of ["a", "b"]) await this.daemon(pool, app, `${name}-${id}`, this.hosts.at(-1), image);
        }
        await this.objects.patch(kind, NAMESPACE, name, { status: { phase: "Ready" } }, true);
    }

    private async deletePool(kind: string, pool: Json, cluster: Json | undefined): Promise<void> {
        const name = pool.metadata.name as string;
        const driver = kind === "cephblockpools" ? "rbd" : kind === "cephfilesystems" ? "cephfs" : undefined;
        const groups =
            kind === "cephfilesystems" ? await this.objects.list("cephfilesystemsubvolumegroups", NAMESPACE) : [];
        const volumes = driver === undefined ? [] : await this.volumes(driver);
        // The one way in which data goes although somebody uses it.
        const dangerous =
            cluster !== undefined && deleting(cluster) && cluster.spec.cleanupPolicy?.confirmation === CONSENT;
        if ((volumes.length > 0 || groups.length > 0) && !dangerous) {
            const now = new Date().toISOString();
            const condition = { type: "DeletionIsBlocked", status: "True", reason: "ObjectHasDependents" };
            const status = { conditions: [{ ...condition, lastHeartbeatTime: now, lastTransitionTime: now }] };
            await this.objects.patch(kind, NAMESPACE, name, { status }, true);
            return;
        }
        // Without a daemon to ask, the real operator tries again every 15 s, for ever.
        if (!dangerous && !(await canBeTakenDown(this.objects, kind, pool))) return;
        if (volumes.length > 0) this.dataLostUnderUsers = true;
        // Only its own: another one is of whoever set it, such as the garbage collector.
        const others = finalizers(pool).filter((one) => !one.endsWith(".ceph.rook.io"));
        await this.objects.patch(kind, NAMESPACE, name, { metadata: { finalizers: others } });
    }

    private async volumes(driver: string): Promise<Json[]> {
        const all = await this.objects.list("persistentvolumes");
        return all.filter((volume) => String(volume.spec.csi?.driver).includes(`.${driver}.`));
    }

    private async deleteCluster(cluster: Json): Promise<void> {
        const name = cluster.metadata.name as string;
        await this.objects.patch("cephclusters", NAMESPACE, name, { status: { phase: "Deleting" } }, true);
        const pools = await Promise.all(
            POOL_KINDS.filter((kind) => !kind.includes("group")).map((kind) => this.objects.list(kind, NAMESPACE)),
        );
        if (pools.flat().length > 0) return;
        // In a deletion in the foreground the garbage collector may come first. Here it always does.
        if (finalizers(cluster).includes("foregroundDeletion") && (await this.daemonPods()).length > 0) return;
        if (cluster.spec.cleanupPolicy?.confirmation === CONSENT) {
            this.pendingCleanup ??= [...new Set((await this.daemonPods()).map((pod) => pod.spec.nodeName as string))];
        }
        if ([...(await this.volumes("rbd")), ...(await this.volumes("cephfs"))].length > 0) return;
        await this.objects.patch("secrets", NAMESPACE, "rook-ceph-mon", { metadata: { finalizers: null } });
        await this.objects.patch("configmaps", NAMESPACE, "rook-ceph-mon-endpoints", {
            metadata: { finalizers: null },
        });
        await this.objects.patch("cephclusters", NAMESPACE, name, { metadata: { finalizers: null } });
    }

    private async daemonPods(): Promise<Json[]> {
        const pods = await this.objects.list("pods", NAMESPACE);
        return pods.filter((pod) => DAEMON_APPS.includes(String(pod.metadata.labels?.app)));
    }

    /** The daemons outlive the cluster's object by some seconds; only then are the hosts cleaned, and only theirs. */
    private async startCleanup(): Promise<void> {
        if (this.pendingCleanup === undefined || (await this.daemonPods()).length > 0) return;
        if ((await this.objects.list("cephclusters", NAMESPACE)).length > 0) return;
        const labels = { app: "rook-ceph-cleanup", "rook-ceph-cleanup": "true", rook_cluster: NAMESPACE };
        for (const host of this.pendingCleanup) {
            const name = `cluster-cleanup-job-${host}`;
            // A Job of that name which has ended counts as this one: it is not made again.
            await this.objects.create("jobs", NAMESPACE, {
                metadata: { name, namespace: NAMESPACE, labels },
                spec: {
                    template: {
                        spec: {
                            restartPolicy: "OnFailure",
                            nodeSelector: { "kubernetes.io/hostname": host },
                            containers: [{ name: "host-cleanup", image: "docker.io/rook/ceph:v1.16.1" }],
                        },
                    },
                },
            });
            // What the API server did not take is made in a later round.
            if ((await this.objects.get("jobs", NAMESPACE, name)) === undefined) return;
        }
        this.pendingCleanup = undefined;
    }

    private async runJob(job: Json): Promise<boolean> {
        if (job.metadata.labels?.app !== "rook-ceph-cleanup") return true;
        if (this.faults.cleanupHangs) return false;
        const host = job.spec.template.spec.nodeSelector["kubernetes.io/hostname"] as string;
        this.onCleanup(host);
        this.cleaned.push(host);
        await new Promise((resolve) => setTimeout(resolve, 100));
        return true;
    }
}
