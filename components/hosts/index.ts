export { Machine } from "./machine";
export { SettledNode } from "./settled-node";
