import * as pulumi from "@pulumi/pulumi";
import { ClusterConfig } from "./config";
import { fullName, imageName } from "./image-name";
import { networkImages } from "./network";
import { kubeadmImages } from "./node/kubeadm-images";
import { storageImages } from "./storage/images";

/**
 * Every image that the nodes of a cluster pull: whole references, by registry, each once.
 * @throws pulumi.RunError where the companions of that Kubernetes are not known
 */
export function clusterImages({ kubernetes, network, storage }: ClusterConfig): string[] {
    const kubeadm = kubeadmImages(kubernetes.version, kubernetes.imageRepository);
    if (!kubeadm) {
        const ask = `kubeadm config images list --kubernetes-version ${kubernetes.version}`;
        throw new pulumi.RunError(
            `the images of Kubernetes ${kubernetes.version} are not known here; on any machine with its kubeadm: ${ask}`,
        );
    }
    const all = [...kubeadm, ...networkImages(network), ...(storage.addOn === "rook" ? storageImages(storage) : [])];
    return [...new Set(all.map((image) => fullName(imageName(image))))].sort();
}
