import { yamlText } from "../config/yaml-text";
import { imageSettings, operatorImage } from "./images";
import type { KubernetesDocument } from "./kubernetes-object";
import type { Manifests } from "./manifests";
import type { StoragePlan } from "../config/storage-plan";
import { daemonResources } from "./profiles";
import type { RookConfig, Toleration } from "../config/storage-schema";

const asText = (value: boolean | number): string => String(value);
const asYaml = (tolerations: Toleration[]): string => yamlText(tolerations);

/** The keys of the ConfigMap rook-ceph-operator-config that the program sets, over those of the release. */
export function operatorSettings(rook: RookConfig, plan: StoragePlan): Record<string, string> {
    const { csi } = rook.operator;
    return {
        ROOK_LOG_LEVEL: rook.operator.logLevel,
        ROOK_CEPH_ALLOW_LOOP_DEVICES: asText(rook.operator.allowLoopDevices),
        ROOK_ENABLE_DISCOVERY_DAEMON: asText(rook.operator.discoveryDaemon),
        ROOK_CSI_ENABLE_RBD: asText(csi.rbd),
        ROOK_CSI_ENABLE_CEPHFS: asText(csi.cephfs),
        CSI_FORCE_CEPHFS_KERNEL_CLIENT: asText(csi.kernelCephfs),
        CSI_PROVISIONER_REPLICAS: asText(plan.provisionerReplicas),
        // The operator's own default is true; the release leaves the key out.
        ...(csi.hostNetwork ? {} : { CSI_ENABLE_HOST_NETWORK: "false" }),
        ...(plan.daemonTolerations.length > 0 ? { CSI_PROVISIONER_TOLERATIONS: asYaml(plan.daemonTolerations) } : {}),
        ...(plan.pluginTolerations.length > 0 ? { CSI_PLUGIN_TOLERATIONS: asYaml(plan.pluginTolerations) } : {}),
        ...(rook.operator.discoveryDaemon && plan.daemonTolerations.length > 0
            ? { DISCOVER_TOLERATIONS: asYaml(plan.daemonTolerations) }
            : {}),
        ...imageSettings(rook),
        ...rook.operator.settings,
    };
}

interface OperatorDeployment extends KubernetesDocument {
    spec: {
        template: {
            spec: {
                tolerations?: Toleration[];
                containers: { image: string; resources?: unknown; [field: string]: unknown }[];
            };
        };
    };
}

/** The documents of operator.yaml with the settings applied; the release's own are left as they are. */
export function operatorDocuments(manifests: Manifests, rook: RookConfig, plan: StoragePlan): KubernetesDocument[] {
    return manifests["operator.yaml"].map((released) => {
        const document = structuredClone(released);
        if (document.kind === "ConfigMap") {
            document.data = { ...(document.data as object), ...operatorSettings(rook, plan) };
        }
        if (document.kind === "Deployment") {
            const pod = (document as OperatorDeployment).spec.template.spec;
            pod.tolerations = [...(pod.tolerations ?? []), ...plan.daemonTolerations];
            for (const container of pod.containers) {
                container.image = operatorImage(rook, container.image);
                container.resources = rook.operator.resources ?? daemonResources(plan.profile, {}, "operator");
            }
        }
        return document;
    });
}
