import { CertificatesConfig, NodeConfig } from "./config";
import { AUTHORITIES, type ExpiryDates } from "./control-plane/certificates";
import { type StackState, stackState } from "./remote/stack-state";

/** What a node's component keeps in the state. */
interface Kept {
    /** True = the Node has labels of the configuration, by a patch of its own. */
    labelled?: true;
    /** When the state last showed that the world had moved under it; that value stays, or its absence would be a change. */
    since?: string;
}

/** Why the steps of a node look at everything again. */
export interface Repair {
    /** The value of REPAIR; undefined = nobody asks. */
    request: Promise<string | undefined>;
    /** What the node's component is to keep. */
    kept: Promise<Kept | undefined>;
}

/** The nodes whose certificates the state knows, and when they are renewed. */
export interface Dated {
    controlPlane: NodeConfig[];
    certificates: CertificatesConfig;
}

type Outputs = Record<string, unknown>;
const indexes = new WeakMap<StackState, Map<string, Outputs>>();

/** The resources of a state by their own type and name. */
function index(state: StackState): Map<string, Outputs> {
    const made =
        indexes.get(state) ??
        new Map(
            Object.entries(state).map(
                ([urn, { outputs }]) => [urn.slice(urn.search(/[^:$]+:[^$]+$/)), outputs] as const,
            ),
        );
    indexes.set(state, made);
    return made;
}

const placeOf = (cluster: string, { name, role }: NodeConfig) => `${cluster}-${name}-${role}`;
const COMPONENTS = ["WorkerNode", "MasterNode", "ControlPlaneNode"];

/** Whether a certificate of the control plane had expired by now, as far as the state knows: then the cluster has slept. */
function slept(
    cluster: string,
    { controlPlane, certificates }: Dated,
    all: Map<string, Outputs>,
    now: number,
): boolean {
    if (certificates.renewBefore === 0) return false;
    return controlPlane.some((node) => {
        const outputs = all.get(`kubeadm-cluster:node:Certificates::${placeOf(cluster, node)}-certificates`);
        return Object.entries((outputs?.expiry ?? {}) as ExpiryDates).some(
            ([name, date]) => !AUTHORITIES.includes(name) && Date.parse(date) < now,
        );
    });
}

/** What the state, as it was before this run, says of a node. */
export function keptOf(cluster: string, node: NodeConfig, dated: Dated, state: StackState, now: number): Kept {
    const all = index(state);
    const place = placeOf(cluster, node);
    const former = COMPONENTS.map((type) => all.get(`kubeadm-cluster:node:${type}::${place}`)?.repair).find(Boolean);
    const { labelled, since } = (former ?? {}) as Kept;
    const settled = all.has(`command:remote:Command::${place}-ready`);
    // A refresh takes the patch of a Node that somebody has deleted out of the state.
    const lost = labelled === true && settled && !all.has(`kubernetes:core/v1:NodePatch::${place}-settings`);
    const moved = lost || (settled && slept(cluster, dated, all, now));
    return {
        ...(Object.keys(node.labels).length > 0 && { labelled: true }),
        ...((moved || since !== undefined) && { since: moved ? new Date(now).toISOString() : since }),
    };
}

/**
 * Asks the steps of a node to look at everything again: where its `repair` is raised, and where the state itself shows that
 * the world has moved under it. No host is asked for that.
 */
export function repairOf(cluster: string, node: NodeConfig, dated: Dated): Repair {
    const kept = stackState().then((state) => keptOf(cluster, node, dated, state, Date.now()));
    return {
        request: kept.then(
            ({ since }) => [node.repair, since].filter((part) => part !== undefined).join(" ") || undefined,
        ),
        kept: kept.then((all) => (Object.keys(all).length > 0 ? all : undefined)),
    };
}
