import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { METRICS_SERVER_IMAGE, METRICS_SERVER_VERSION } from "../../../components/addons/metrics/images";
import { writeWhole } from "../files";
import { cacheDir } from "../paths";
import { run } from "../run";
import { type ImageRecipe, writeImage } from "./image";
import { kubernetesDir, part } from "./programs";
import type { Step } from "./steps";
import { companionsOf, versions } from "./versions";

const userlandScript = join(__dirname, "userland.sh");

/** Images that kubeadm pulls for a Kubernetes version. */
function kubeadmImages(kubernetes: string): ImageRecipe[] {
    const { etcd, coredns, pause } = companionsOf(kubernetes);
    const etcdDir = part(`etcd-v${etcd.split("-")[0]}`);
    const component = (name: string, userland?: "packet-filter"): ImageRecipe => ({
        name: `registry.k8s.io/${name}:v${kubernetes}`,
        entrypoint: [`/usr/local/bin/${name}`],
        files: { [`usr/local/bin/${name}`]: join(kubernetesDir(kubernetes), name) },
        userland,
    });
    return [
        component("kube-apiserver"),
        component("kube-controller-manager"),
        component("kube-scheduler"),
        component("kube-proxy", "packet-filter"),
        {
            name: `registry.k8s.io/etcd:${etcd}`,
            entrypoint: ["/usr/local/bin/etcd"],
            files: Object.fromEntries(
                ["etcd", "etcdctl", "etcdutl"].map((name) => [`usr/local/bin/${name}`, join(etcdDir, name)]),
            ),
            userland: "shell",
        },
        {
            name: `registry.k8s.io/coredns/coredns:${coredns}`,
            entrypoint: ["/coredns"],
            files: { coredns: part(`coredns-${coredns}`, "coredns") },
        },
        {
            name: `registry.k8s.io/pause:${pause}`,
            entrypoint: ["/pause"],
            files: { pause: part(`pause-${pause}`, "pause") },
        },
    ];
}

/** Images of flannel, with the paths that its manifest names. */
function otherImages(): ImageRecipe[] {
    return [
        {
            name: `ghcr.io/flannel-io/flannel:${versions.flannel}`,
            entrypoint: ["/opt/bin/flanneld"],
            files: { "opt/bin/flanneld": part(`flannel-${versions.flannel}`, "flanneld") },
            userland: "packet-filter",
        },
        {
            name: `ghcr.io/flannel-io/flannel-cni-plugin:${versions.flannelCniImage}`,
            entrypoint: ["/flannel"],
            files: { flannel: part(`flannel-cni-${versions.flannelCniSource}`, "flannel") },
            userland: "shell",
        },
    ];
}

/** Where an image's archive is kept; `name` is a whole one. */
export const archiveOf = (name: string) =>
    cacheDir("images", `${name.split("/").slice(1).join("_").replace(":", "_")}.tar`);

/** Steps for the images of a Kubernetes version and of the networks. */
export const imageSteps = (kubernetes: string): Step[] =>
    [...kubeadmImages(kubernetes), ...otherImages()].map(imageStep);

/** The step for an image of Debian's busybox, for tests: no publisher has it. */
export const testImageStep = (): Step =>
    imageStep({ name: "docker.io/lab/busybox:1", entrypoint: ["/bin/sh"], files: {}, userland: "shell" });

/** The step for the image of metrics-server. */
export const metricsImageStep = (): Step =>
    imageStep({
        name: METRICS_SERVER_IMAGE,
        entrypoint: ["/metrics-server"],
        files: { "metrics-server": part(`metrics-server-${METRICS_SERVER_VERSION}`, "metrics-server") },
    });

/** An image that was packed by another recipe is packed anew. */
function imageStep(recipe: ImageRecipe): Step {
    const scripts = ["userland.sh", "image.ts"].map((name) => readFileSync(join(__dirname, name), "utf8")).join("");
    const archive = archiveOf(recipe.name);
    const hash = createHash("sha256").update(JSON.stringify(recipe)).update(scripts).digest("hex");
    const recorded = `${archive}.recipe`;
    return {
        title: `image ${recipe.name}`,
        done: () => existsSync(archive) && existsSync(recorded) && readFileSync(recorded, "utf8") === hash,
        make: async (scratch) => {
            rmSync(recorded, { force: true });
            const userland = recipe.userland && (await makeUserland(recipe.userland, scratch));
            await writeImage(recipe, archive, scratch, userland);
            writeWhole(recorded, hash);
        },
    };
}

/** Lays a userland below `scratch`, once for all the images that share it. */
async function makeUserland(kind: "shell" | "packet-filter", scratch: string): Promise<string> {
    const folder = join(scratch, `userland-${kind}`);
    if (!existsSync(folder)) {
        mkdirSync(scratch, { recursive: true });
        await run(userlandScript, [folder, kind]);
    }
    return folder;
}
