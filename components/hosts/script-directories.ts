import * as path from "node:path";

const directories = (...parts: string[]) => parts.map((part) => path.join(__dirname, "..", part, "scripts"));

/**
 * Where the scripts are that each host is given. Those of one part are packed in one order, whatever directory they lie
 * in: in another order they are other bytes, and each host's first step would run again.
 */
export const NODE_SCRIPTS = directories("hosts", "workers");
/** Those that only nodes of the control plane have besides. */
export const CONTROL_PLANE_SCRIPTS = directories("control-plane", "etcd", "network");
/** Those of clusters that have storage. */
export const STORAGE_SCRIPTS = directories("storage");
