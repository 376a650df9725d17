import { ScriptHost } from "../hosts/script-host";

/** Calls of kubectl as the administrator since the last run began, without the words that are always the same. */
export const kubectlCalls = (host: ScriptHost) =>
    host.calls
        .filter((call) => call.startsWith("kubectl"))
        .map((call) => call.replace(/^kubectl --kubeconfig=\S+ /, "").replace(/ --request-timeout \S+/, ""))
        .filter((call) => !call.includes("/readyz"));
