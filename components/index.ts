export * from "./config";
export * from "./network";
export * from "./node";
export { hostConnection, HostConnection, SshEndpoint } from "./remote";
