export type { FlannelArgs, NetworkArgs, PodNetworkArgs, WeaveNetArgs } from "./args";
export { Flannel } from "./flannel";
export { networkImages } from "./images";
export { createNetwork } from "./network";
export type { Problem } from "../config/problem";
export { validateNetwork } from "./validate";
export { WeaveNet } from "./weave-net";
