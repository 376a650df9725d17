export { Machine, MachineArgs } from "./machine";
export { MachineConfig } from "./machine-config";
export { type NetworkTest, SettledNode } from "./settled-node";
export type { Host, JoinedHost } from "./host";
