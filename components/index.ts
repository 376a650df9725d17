export * from "./config";
export * from "./network";
export * from "./node";
export * from "./storage";
export { hostConnection, HostConnection, SshEndpoint } from "./remote";
