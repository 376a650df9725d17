import { Problem } from "../../problem";
import { REMOVED_FLAGS } from "../removed-flags";
import type { SoundConfig } from "./sound-config";
import { minorOf } from "./version";

/** What is wrong with the components' flags. */
export function flagProblems({ kubernetes }: SoundConfig): Problem[] {
    const version = kubernetes?.version;
    if (version === undefined) return [];
    const given = {
        "kube-apiserver": { path: "kubernetes.apiServer", flags: kubernetes?.apiServer?.extraArgs },
        "kube-controller-manager": {
            path: "kubernetes.controllerManager",
            flags: kubernetes?.controllerManager?.extraArgs,
        },
        "kube-scheduler": { path: "kubernetes.scheduler", flags: kubernetes?.scheduler?.extraArgs },
    };
    return Object.entries(given).flatMap(([component, { path, flags }]) =>
        Object.keys(flags ?? {}).flatMap((flag) => {
            if (flag.startsWith("-"))
                return [{ path: `${path}.extraArgs.${flag}`, message: "write the flag without leading dashes" }];
            const removed = REMOVED_FLAGS.find((row) => row.component === component && row.flag === flag);
            if (!removed || minorOf(version) < removed.removedIn) return [];
            const message = `${component} has no such flag since Kubernetes 1.${removed.removedIn} and would not start; ${removed.instead}`;
            return [{ path: `${path}.extraArgs.${flag}`, message }];
        }),
    );
}
