export { Machine, MachineArgs } from "./machine";
export { SettledNode, SettledNodeArgs } from "./settled-node";
