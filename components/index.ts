export * from "./config";
export * from "./dashboard";
export * from "./metrics";
export * from "./network";
export * from "./node";
export * from "./storage";
export { takeOver } from "./take-over";
export { hostConnection, HostConnection, SshEndpoint } from "./remote";
export { leanSdk } from "./lean-sdk";
