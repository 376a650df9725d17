import * as pulumi from "@pulumi/pulumi";
import { ClusterConfig } from "../components/config";
import { HEADLAMP_IMAGE } from "../components/addons/dashboard/images";
import { fullName, imageName } from "../components/releases/image-name";
import { METRICS_SERVER_IMAGE } from "../components/addons/metrics/images";
import { networkImages } from "../components/network";
import { type ImageSettings, kubeadmImages } from "../components/releases/kubeadm-images";
import { storageImages } from "../components/storage/images";

/**
 * Every image that the nodes of a cluster pull: whole references, by registry, each once.
 * @throws pulumi.RunError where the companions of that Kubernetes are not known
 */
export function clusterImages({ kubernetes, network, ...addOns }: ClusterConfig): string[] {
    const settings: ImageSettings = kubernetes.kubeadm.clusterConfiguration;
    const kubeadm = kubeadmImages(kubernetes.version, kubernetes.imageRepository, settings);
    if (!kubeadm) {
        const ask = `kubeadm config images list --kubernetes-version ${kubernetes.version}`;
        throw new pulumi.RunError(
            `the images of Kubernetes ${kubernetes.version} are not known here; on any machine with its kubeadm: ${ask}`,
        );
    }
    const { storage, metrics, dashboard } = addOns;
    const all = [
        ...kubeadm,
        ...networkImages(network),
        ...(storage.addOn === "rook" ? storageImages(storage) : []),
        ...(metrics.addOn === "none" ? [] : [METRICS_SERVER_IMAGE]),
        ...(dashboard.addOn === "none" ? [] : [HEADLAMP_IMAGE]),
    ];
    return [...new Set(all.map((image) => fullName(imageName(image))))].sort();
}
