import type { KubernetesConfig, NodeConfig } from "../config";
import { KUBELET_TARGET, patchName } from "../releases/patch-targets";
import { encodeText } from "../remote/script-inputs";

/** Inputs of the scripts that run kubeadm; none where nothing is patched. */
export interface PatchInputs {
    /** The program's own patches for a node, each as its name, its number of lines and the lines. */
    PATCHES?: string;
    /** Where the owner keeps patches on the host. */
    PATCHES_DIRECTORY?: string;
}

/** The patches of a node: those of the kubelet on every one, of the control plane's components on its nodes alone. */
export function patchInputs({ kubeadm }: KubernetesConfig, role: NodeConfig["role"]): PatchInputs {
    const files = Object.entries(kubeadm.patches)
        .filter(([file]) => role === "control-plane" || patchName(file)?.target === KUBELET_TARGET)
        .sort(([one], [other]) => (one < other ? -1 : 1));
    const { initConfiguration, joinConfiguration } = kubeadm;
    const document = role === "control-plane" ? initConfiguration : joinConfiguration;
    const { directory = "" } = (document.patches ?? {}) as { directory?: string };
    return {
        ...(files.length > 0 && {
            PATCHES: files
                .map(([file, text]) => encodeText(file, text))
                .join("")
                .trimEnd(),
        }),
        ...(directory !== "" && { PATCHES_DIRECTORY: directory }),
    };
}

/** A document without its patches: the scripts say where these are, in every step that comes later as well. */
export function withoutPatches(document: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(document).filter(([key]) => key !== "patches"));
}
