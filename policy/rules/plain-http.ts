import type { ResourceValidationPolicy } from "@pulumi/policy";
import { ifKnown } from "./known";

/** Inputs of a host's steps that say where programs come from, by the setting that they are. */
const SOURCES: Record<string, string> = {
    BINARIES_URL: "mirrors.binaries",
    CNI_PLUGINS_URL: "mirrors.cniPlugins",
    CONTAINERD_URL: "mirrors.containerd",
    RUNC_URL: "mirrors.runc",
    PACKAGES_URL: "mirrors.packages",
};

/** Over plain http whoever is on the way chooses what runs as root on the hosts. */
export const mirrorsAreHttps: ResourceValidationPolicy = {
    name: "mirrors-are-https",
    description: "Programs come to the hosts by https.",
    validateResource: ({ type, props }, report) => {
        if (type !== "command:remote:Command") return;
        const stdin = ifKnown(() => props.stdin as string | undefined) ?? "";
        for (const [, input = "", address] of stdin.matchAll(/^([A-Z_]+_URL) 1\n(http:\/\/\S+)$/gm)) {
            const setting = SOURCES[input];
            if (setting === undefined) continue;
            const advice = 'use https, or disable this rule by --policy-pack-config {"mirrors-are-https": "disabled"}';
            report(`${setting} is ${address}, plain http: ${advice}`);
        }
    },
};
