import * as yaml from "yaml";
import { DocumentFields, withBooleans } from "../document-fields";
import type { Finding } from "../flags/lint";
import { firstProblems, meantOrKnown, shownName } from "../nearest";
import { type Group, isGroup } from "../plain-values";
import { newestTypes } from "../../releases";
import { KUBELET_TARGET, patchedSince, type PatchName, patchName, patchTargets } from "../../releases/patch-targets";
import { componentValueFindings } from "./component-values";
import type { SoundConfig } from "./sound-config";

const PATH = "kubernetes.kubeadm.patches";
/** Fields of what is patched; a key with a $ in front is an order to who merges. */
const OBJECT_FIELDS = ["apiVersion", "kind", "metadata", "spec", "status"];
const OPERATIONS = ["add", "remove", "replace", "move", "copy", "test"];

const error = (path: string, message: string): Finding => ({ severity: "error", path, message });

/** What kubeadm, or the component that is patched, would refuse of `kubernetes.kubeadm.patches`, or would not see. */
export function patchFindings({ kubernetes }: SoundConfig, minor: number): Finding[] {
    const { patches = {}, initConfiguration, joinConfiguration } = kubernetes?.kubeadm ?? {};
    const texts = Object.entries(patches).filter((entry): entry is [string, string] => entry[1] !== undefined);
    const findings = texts.flatMap(([file, text]) => fileFindings(file, text, minor));
    const places = { initConfiguration, joinConfiguration };
    return [
        ...firstProblems(findings, (finding) => finding),
        ...Object.entries(places).flatMap(([key, document]) => directoryFindings(key, document, texts.length > 0)),
    ];
}

// A directory that the owner keeps on the hosts.
function directoryFindings(key: string, document: Group | undefined, brings: boolean): Finding[] {
    const given = isGroup(document?.patches) ? document.patches.directory : undefined;
    if (typeof given !== "string" || given === "") return [];
    const path = `kubernetes.kubeadm.${key}.patches.directory`;
    if (brings)
        return [error(path, `${PATH} is given, too, and the program brings these: put that directory's files there`)];
    if (/^\/[\w./-]*$/.test(given)) return [];
    return [error(path, `must be an absolute path of letters, digits and . _ / -; found "${shownName(given)}"`)];
}

function fileFindings(file: string, text: string, minor: number): Finding[] {
    const path = `${PATH}.${shownName(file)}`;
    const name = patchName(file);
    if (!name) {
        const message =
            "must be named TARGET[SUFFIX][+TYPE].yaml or .json, TYPE being strategic, merge or json, such as kube-apiserver0+merge.yaml";
        return [error(path, message)];
    }
    const { target, type } = name;
    const since = patchedSince(target);
    if (since === undefined)
        return [error(path, `${shownName(target)} is nothing that kubeadm patches${known(target, minor)}`)];
    if (since > minor)
        return [error(path, `kubeadm patches ${target} since Kubernetes 1.${since}; this is 1.${minor}`)];
    if (target === "etcd" && /--data-dir|etcd-data/.test(text))
        return [
            error(
                path,
                "moves etcd's data, which no step would follow: set etcd.local.dataDir of the ClusterConfiguration",
            ),
        ];
    const documents = yaml.parseAllDocuments(text);
    const broken = (Array.isArray(documents) ? documents : []).flatMap(({ errors }) => errors);
    if (broken[0]) return [error(path, `is no YAML that can be read: ${broken[0].message.split("\n")[0]}`)];
    const values = (Array.isArray(documents) ? documents : [])
        .map((document) => document.toJS({ maxAliasCount: 0 }) as unknown)
        .filter((value) => value !== null);
    if (values.length === 0) return [error(path, "is empty, and would change nothing: leave it out")];
    return values.flatMap((value) =>
        type === "json" ? operationFindings(value, path) : fieldFindings(value, path, name, minor),
    );
}

const known = (target: string, minor: number) => meantOrKnown(target, patchTargets(minor));

function operationFindings(value: unknown, path: string): Finding[] {
    const form = "must be a list of operations, such as [{op: replace, path: /spec/priority, value: 1}]";
    if (!Array.isArray(value)) return [error(path, `${form}, as +json says`)];
    return value.flatMap((entry: unknown, index) => {
        const { op, path: pointer } = isGroup(entry) ? entry : {};
        if (!OPERATIONS.includes(String(op))) return [error(`${path}[${index}]`, `op ${meantOp(op)}`)];
        if (typeof pointer === "string" && pointer.startsWith("/")) return [];
        return [error(`${path}[${index}]`, "path must begin with /")];
    });
}

const meantOp = (op: unknown) =>
    `must be one of ${OPERATIONS.join(", ")}; found ${shownName(JSON.stringify(op) ?? "nothing")}`;

function fieldFindings(value: unknown, path: string, { target, type }: PatchName, minor: number): Finding[] {
    if (!isGroup(value)) {
        const list = Array.isArray(value) ? "; a list of operations has +json in its name" : "";
        return [error(path, `must be a group of the fields that change${list}`)];
    }
    if (target === KUBELET_TARGET) return kubeletFindings(value, path, minor);
    const strangers = Object.keys(value).filter((key) => !key.startsWith("$") && !OBJECT_FIELDS.includes(key));
    const what = target === "corednsdeployment" ? "a Deployment" : "a Pod";
    const findings = strangers.map((key) =>
        error(`${path}.${shownName(key)}`, `is no field of ${what}${meantOrKnown(key, OBJECT_FIELDS)}`),
    );
    const containers = isGroup(value.spec) ? value.spec.containers : undefined;
    if (type !== "strategic" || !Array.isArray(containers)) return findings;
    const nameless = containers.some((container) => !isGroup(container) || typeof container.name !== "string");
    const message = `each container needs its name, by which it is found; kubeadm's is called ${target}`;
    return nameless && target !== "corednsdeployment"
        ? [...findings, error(`${path}.spec.containers`, message)]
        : findings;
}

function kubeletFindings(value: Group, path: string, minor: number): Finding[] {
    const types = newestTypes();
    if (!types) return [];
    const fields = Object.fromEntries(
        Object.entries(withBooleans(types, "KubeletConfiguration", value)).filter(
            ([key]) => !key.startsWith("$") && key !== "apiVersion" && key !== "kind",
        ),
    );
    const faults = new DocumentFields(types, "KubeletConfiguration").check(fields, path);
    const own = `v1.${minor}.`;
    return [
        ...faults.map(({ path: at, message, unknown }): Finding => {
            const severity = unknown && !types.version.startsWith(own) ? "warning" : "error";
            return { severity, path: at, message };
        }),
        ...componentValueFindings({ kubelet: fields }, minor).map((finding) => ({
            ...finding,
            path: finding.path.replace("kubernetes.kubelet", () => path),
        })),
    ];
}
