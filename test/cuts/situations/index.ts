import { clusterNodeSituations } from "./cluster-nodes";
import { controlPlaneSituations } from "./control-plane";
import { nodeSituations } from "./node";
import { repairSituations } from "./repair";
import { rhelSituations } from "./rhel";
import type { Situation } from "./situation";
import { storageSituations } from "./storage";

export { secrets, type Situation, type State } from "./situation";
export { states } from "./states";
/** What each script is cut in. */
export const situations: Situation[] = [
    ...nodeSituations,
    ...controlPlaneSituations,
    ...clusterNodeSituations,
    ...repairSituations,
    ...storageSituations,
    ...rhelSituations,
];
