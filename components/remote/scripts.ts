import * as pulumi from "@pulumi/pulumi";
import { IDENTITY } from "../config/fields";

/**
 * How a script takes an input. "secret" and "optional secret" hold secrets; "optional" has a default of its own.
 * "unread" comes along without being read: another step of the same resource reads it, or its change makes the step run.
 */
export type InputKind = "required" | "secret" | "optional" | "optional secret" | "unread";

/** What the program reads of a script: lines with a mark of their own. */
export interface AnswerForm {
    /** What each line looks like. */
    line: RegExp;
    /** How many there are: one, one or none, at least one, or any number. */
    count: "one" | "optional" | "some" | "any";
    /** Called with such words it answers, with others it does not. Default: always. */
    words?: RegExp;
}

/** What may be said to a script that is called by its name, and what it says. */
export interface ScriptDeclaration {
    /** Its words, a space between them. Default: none. */
    words?: RegExp;
    /** Its inputs by their names. Default: none. */
    inputs?: Record<string, InputKind>;
    /** Default: it answers nothing. */
    answer?: AnswerForm;
}

/** Inputs that any script may be given: whose host this is, and what makes a step run whose answer was bad. */
export const COMMON_INPUTS = ["STACK_IDENTITY", "ASK_AGAIN"];

/** A node's name, as the configuration allows it. */
const ONE_NODE = /^[a-z0-9][a-z0-9.-]*$/;
/** A file, and the stack's identity where one is presented. */
const FILE_AND_IDENTITY = `\\S+( ${IDENTITY.source})?`;
const EXPIRY = /^# expires [a-z0-9./-]+ \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const PIN = /^sha256:[0-9a-f]{64}$/;
/** The base64 of openssl's "Salted__" format. */
const SEALED = { line: /^U2FsdGVkX1[A-Za-z0-9+/]{22,}={0,2}$/, count: "one" } as const;

const CEPH_CLUSTER = { NAMESPACE: "required", CLUSTER: "required", DESTROY_DATA: "required" } as const;

const ADMISSION = {
    TOKEN_ID: "secret",
    TOKEN_SECRET: "secret",
    NODE_ADDRESS: "required",
    MACHINE_IDENTITY: "required",
    CERTIFICATE_KEY: "optional secret",
    REPAIR: "optional",
} as const;

/** Patches of what kubeadm writes; see patches.sh. */
const PATCHES = { PATCHES: "optional", PATCHES_DIRECTORY: "optional" } as const;

/** The cluster's settings, and kubeadm's documents of them. */
const CLUSTER_SETTINGS = {
    NODE_NAME: "required",
    KUBERNETES_VERSION: "required",
    CLUSTER_CONFIGURATION: "required",
    KUBELET_CONFIGURATION: "required",
    KUBE_PROXY_CONFIGURATION: "required",
    CERTIFICATE_CONFIGURATION: "required",
    ETCD_DATA_DIR: "optional",
    ...PATCHES,
} as const;

/** The same resource admits the node, and takes it out of the cluster. */
const REMOVAL = {
    TOKEN_ID: "secret",
    TOKEN_SECRET: "unread",
    NODE_ADDRESS: "unread",
    MACHINE_IDENTITY: "unread",
    CERTIFICATE_KEY: "unread",
    REPAIR: "unread",
} as const;

/** Each script that the program calls: the one place that says what it takes and gives. A test compares it with them. */
export const SCRIPTS = {
    // Hosts.
    "precheck.sh": {
        inputs: {
            PRECHECK_MODE: "required",
            NODE_NAME: "required",
            NODE_IP: "required",
            NODE_ROLE: "required",
            KUBERNETES_VERSION: "required",
            INSTALL: "required",
            CNI_PLUGINS_VERSION: "required",
            CONTAINERD_VERSION: "required",
            RUNC_VERSION: "required",
            HTTP_PROXY_URL: "secret",
            HTTPS_PROXY_URL: "secret",
            NO_PROXY_LIST: "required",
            NETWORK: "required",
            KEEP_SWAP: "required",
            KEEP_CGROUP_V1: "required",
            KEEP_SELINUX: "optional",
            KERNEL_PARTS: "required",
            PORTS: "required",
            NAMES: "required",
            SOURCES: "required",
            DEVICES: "required",
            DATA_DIR: "required",
            ETCD_DATA_DIR: "optional",
            POD_SUBNET: "required",
            SERVICE_SUBNET: "required",
            OPEN: "required",
            RESOLV_CONF: "required",
            CARD: "required",
            CARD_MTU: "required",
            HOSTS: "optional",
            MASTERS: "optional",
        },
    },
    "prepare.sh": {
        inputs: {
            NODE_NAME: "required",
            NODE_IP: "required",
            ENDPOINT_HOST: "required",
            ENDPOINT_IP: "required",
            KUBERNETES_VERSION: "required",
            INSTALL: "required",
            BINARIES_URL: "required",
            PACKAGES_URL: "required",
            PACKAGES_KEY: "required",
            PACKAGES_UNSIGNED: "required",
            CNI_PLUGINS_URL: "required",
            CNI_PLUGINS_VERSION: "required",
            CONTAINERD_VERSION: "required",
            RUNC_VERSION: "required",
            CONTAINERD_URL: "required",
            RUNC_URL: "required",
            HTTP_PROXY_URL: "secret",
            HTTPS_PROXY_URL: "secret",
            NO_PROXY_LIST: "required",
            POD_SUBNET: "required",
            IMAGE_REPOSITORY: "required",
            REGISTRY_MIRRORS: "required",
            KEEP_SWAP: "required",
            RESTRICT_OOM_SCORE: "required",
            PROTECT_KERNEL_DEFAULTS: "optional",
            KEEP_SELINUX: "optional",
            PINNED_SUMS: "optional",
            REPAIR: "optional",
            VIP_ADDRESS: "optional",
            VIP_INTERFACE: "optional",
            VIP_ROUTER_ID: "optional",
            VIP_PRIORITY: "optional",
            VIP_PEERS: "optional",
            VIP_PASSWORD: "optional secret",
        },
        // /etc/machine-id and product_uuid.
        answer: { line: /^[0-9a-f]{32} \S{1,64}$/, count: "one" },
    },
    "join.sh": { inputs: { NODE_NAME: "required", JOIN_CONFIGURATION: "secret", ...PATCHES, REPAIR: "unread" } },
    "settle.sh": {
        inputs: {
            NODE_NAME: "required",
            WAIT_SECONDS: "required",
            WAIT_FOR_DNS: "required",
            NODES: "optional",
            IMAGE: "optional",
            CNI_FILE: "optional",
            LINK: "optional",
            PORTS: "optional",
            DNS_DOMAIN: "optional",
            SETTINGS: "optional",
            MACHINES: "unread",
            REPAIR: "unread",
        },
    },
    "renew-node.sh": {
        words: ONE_NODE,
        inputs: { KUBERNETES_VERSION: "required", KUBELET_CONFIGURATION: "required", ...PATCHES, REPAIR: "optional" },
    },
    "verify.sh": {
        inputs: { KUBERNETES_VERSION: "required", CLUSTER_CONFIGURATION: "required", ...PATCHES },
        answer: { line: /^(difference|node)\t/, count: "any" },
    },
    "reset.sh": {},

    // The network, by verify: settle.sh does the same.
    "connectivity.sh": {
        words: /^(all)?$/,
        inputs: {
            NODES: "required",
            IMAGE: "required",
            CNI_FILE: "required",
            LINK: "required",
            PORTS: "required",
            DNS_DOMAIN: "required",
            SETTINGS: "required",
        },
        answer: { line: /^difference\t/, count: "any", words: /^all$/ },
    },

    // The control plane's nodes.
    "init.sh": {
        words: /^(verify|join|join verify)?$/,
        inputs: {
            ...CLUSTER_SETTINGS,
            CLUSTER_IDENTITY: "required",
            INIT_CONFIGURATION: "required",
            ADVERTISE_ADDRESS: "required",
            SERVING_CERTIFICATES: "required",
            ENCRYPTION_KEY: "secret",
            ENCRYPTION_KEY_NAME: "required",
            AUDIT_LEVEL: "required",
            AUDIT_POLICY: "required",
            KUBECONFIG_USER: "required",
            JOIN_CONFIGURATION: "optional secret",
            TOKEN_ID: "optional secret",
            OTHER_MASTERS: "optional",
            ENCRYPTION_KEYS: "optional secret",
            REPAIR: "unread",
        },
        answer: { line: EXPIRY, count: "some", words: /^join( verify)?$/ },
    },
    "reconfigure.sh": {
        words: /^(joined)?$/,
        inputs: {
            ...CLUSTER_SETTINGS,
            CLUSTER_IDENTITY: "unread",
            ENCRYPTION_KEY_NAME: "unread",
            ENCRYPTION_KEY_NUMBER: "unread",
            REPAIR: "optional",
        },
        // Where etcd was saved before the last upgrade.
        answer: { line: /^\/[A-Za-z0-9._/-]+$/, count: "optional" },
    },
    "read-kubeconfig.sh": { inputs: { TRANSFER_KEY: "secret", ENCRYPTION_KEY_NAME: "unread" }, answer: SEALED },
    "renew-certificates.sh": {
        inputs: {
            NODE_NAME: "required",
            RENEW_BEFORE_DAYS: "required",
            ISSUED_AFTER: "required",
            TRANSFER_KEY: "secret",
            RENEWALS_DUE: "unread",
            REPAIR: "unread",
        },
        answer: SEALED,
    },
    "admit.sh": {
        words: /^[a-z0-9][a-z0-9.-]*( unless-admitted)?$/,
        inputs: ADMISSION,
        answer: { line: PIN, count: "optional" },
    },
    "readmit.sh": { words: ONE_NODE, inputs: ADMISSION, answer: { line: PIN, count: "optional" } },
    "remove-node.sh": { words: /^[a-z0-9][a-z0-9.-]*( gone)?$/, inputs: REMOVAL },
    "remove-control-plane-node.sh": { words: /^[a-z0-9][a-z0-9.-]*( gone)?$/, inputs: REMOVAL },
    "drain-node.sh": { words: ONE_NODE, inputs: { KUBERNETES_VERSION: "required" } },
    "taint.sh": {
        words: /^[a-z0-9][a-z0-9.-]*( none)?$/,
        inputs: { TAINTS: "required", FIRST_TAINTS: "optional", REPAIR: "unread" },
    },
    // By hand and by npm run etcd. They give and take the snapshot itself, so the stack's identity is a word.
    "etcd-snapshot.sh": { words: new RegExp(`^(${FILE_AND_IDENTITY})?$`) },
    "etcd-restore.sh": { words: new RegExp(`^${FILE_AND_IDENTITY}$`) },

    // Storage.
    "storage-check.sh": { inputs: { DEVICES: "required", DATA_DIR: "required", DESTROY_DATA: "unread" } },
    "storage-clean.sh": { inputs: { DEVICES: "required", DATA_DIR: "required", DESTROY_DATA: "required" } },
    "storage-confirm.sh": { inputs: CEPH_CLUSTER },
    "storage-swept.sh": { inputs: CEPH_CLUSTER },
    "storage-guard.sh": {
        words: /^(all|block|filesystem|object)$/,
        inputs: { ...CEPH_CLUSTER, OPERATOR_MANIFEST: "required" },
    },
    "storage-ready.sh": {
        inputs: {
            NAMESPACE: "required",
            CLUSTER: "required",
            OSD_COUNT: "required",
            CEPH_IMAGE: "required",
            WAIT_SECONDS: "required",
            RESTART_SECONDS: "required",
        },
    },
    "storage-report.sh": {
        inputs: {
            NAMESPACE: "required",
            CLUSTER: "required",
            DASHBOARD: "required",
            TRANSFER_KEY: "secret",
            CHANGES: "unread",
        },
        answer: SEALED,
    },
    "storage-proof.sh": {
        inputs: {
            NAMESPACE: "required",
            CLASSES: "required",
            IMAGE: "required",
            WRITER_NODE: "required",
            READER_NODE: "required",
        },
    },
} as const satisfies Record<string, ScriptDeclaration>;

/** Files with a shebang that no step calls, and who runs them instead. They read no inputs. */
export const RUN_BY_OTHERS = {
    "receive.sh": "bash -s, with the scripts and the inputs of precheck.sh and prepare.sh behind it",
    "admission.sh": "a unit of systemd that admit.sh starts",
    "approve-serving-certificates.sh": "a timer of systemd",
    "toolbox.sh": "a Pod",
    "weave-launch.sh": "a Pod",
    "connectivity-ask.sh": "a Pod",
    "connectivity-look.sh": "a Pod",
};

/** File names of the scripts that the program calls. */
export type ScriptName = keyof typeof SCRIPTS;

type Declared<Name extends ScriptName> = (typeof SCRIPTS)[Name] extends { inputs: infer Inputs } ? Inputs : unknown;
type NamesOf<Name extends ScriptName> = Name extends ScriptName ? keyof Declared<Name> & string : never;
type NamesOfKind<Inputs, Kind> = { [Key in keyof Inputs]: Inputs[Key] extends Kind ? Key : never }[keyof Inputs] &
    string;
/** Inputs that one of these scripts cannot do without. */
export type RequiredOf<Name extends ScriptName> = Name extends ScriptName
    ? NamesOfKind<Declared<Name>, "required" | "secret">
    : never;
type SecretOf<Name extends ScriptName> = Name extends ScriptName
    ? NamesOfKind<Declared<Name>, "secret" | "optional secret">
    : never;

/** A secret is never made of a plain text; empty = there is none. */
type Value<Key, Secrets> = Key extends Secrets ? pulumi.Output<string> | "" : pulumi.Input<string>;

/** Inputs of these scripts: what any of them needs, and what any of them knows. */
export type InputsOf<Name extends ScriptName> = {
    [Key in RequiredOf<Name>]: Value<Key, SecretOf<Name>>;
} & { [Key in Exclude<NamesOf<Name>, RequiredOf<Name>>]?: Value<Key, SecretOf<Name>> };

/** The same once all values are known. */
export type PlainInputsOf<Name extends ScriptName> = { [Key in RequiredOf<Name>]: string } & {
    [Key in Exclude<NamesOf<Name>, RequiredOf<Name>>]?: string;
};
