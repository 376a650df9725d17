import type { ResourceValidationPolicy } from "@pulumi/policy";

interface Selection {
    useAllDevices?: boolean;
}

/** Ceph takes every raw disk it finds then, also one that is attached later for something else. */
export const cephDevicesAreNamed: ResourceValidationPolicy = {
    name: "ceph-devices-are-named",
    description: "Ceph gets the devices that the configuration names, not all there are.",
    validateResource: ({ type, props }, report) => {
        if (!type.endsWith(":CephCluster")) return;
        const spec = props.spec as { storage?: Selection & { nodes?: (Selection & { name?: string })[] } } | undefined;
        const storage = spec?.storage;
        const advice =
            'name the devices, or disable this rule by --policy-pack-config {"ceph-devices-are-named": "disabled"}';
        if (storage?.useAllDevices) report(`storage.useAllDevices is set: ${advice}`);
        for (const node of storage?.nodes ?? []) {
            if (node.useAllDevices) report(`storage.useAllDevices is set for ${node.name}: ${advice}`);
        }
    },
};
