// Made by `npm run schema` from the schema that checks the configuration; do not edit.

export * from "./cluster";
export * from "./container-runtime";
export * from "./dashboard";
export * from "./kubernetes";
export * from "./metrics";
export * from "./mirrors";
export * from "./network";
export * from "./nodes";
export * from "./proxy";
export * from "./ssh";
export * from "./storage";
