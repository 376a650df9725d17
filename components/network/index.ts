export type { FlannelArgs, NetworkAddOnArgs, PodNetworkArgs, WeaveNetArgs } from "./args";
export { connectivityInputs, CONNECTIVITY_SECONDS, type TestedNetwork } from "./connectivity";
export { Flannel } from "./flannel";
export { networkImages } from "./images";
export { createNetwork } from "./network";
export type { Problem } from "../config/problem";
export { validateNetwork } from "../config/checks/network";
export { WeaveNet } from "./weave-net";
