import * as fs from "node:fs";
import * as path from "node:path";
import { cephImage } from "./images";
import type { KubernetesDocument } from "./kubernetes-object";
import { NAMESPACE } from "./names";
import type { StoragePlan } from "../config/storage-plan";
import type { RookConfig } from "../config/storage-schema";

/** The Deployment rook-ceph-tools: a Pod with the ceph command and the administrator's key. */
export function toolboxDocument(rook: RookConfig, plan: StoragePlan): KubernetesDocument {
    const labels = { app: "rook-ceph-tools" };
    return {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "rook-ceph-tools", namespace: NAMESPACE, labels },
        spec: {
            replicas: 1,
            selector: { matchLabels: labels },
            template: {
                metadata: { labels },
                spec: {
                    dnsPolicy: "ClusterFirstWithHostNet",
                    serviceAccountName: "rook-ceph-default",
                    containers: [
                        {
                            name: "rook-ceph-tools",
                            image: cephImage(rook),
                            command: ["/bin/bash", "-c", fs.readFileSync(path.join(__dirname, "toolbox.sh"), "utf8")],
                            imagePullPolicy: "IfNotPresent",
                            tty: true,
                            securityContext: {
                                runAsNonRoot: true,
                                runAsUser: 2016,
                                runAsGroup: 2016,
                                capabilities: { drop: ["ALL"] },
                            },
                            env: [
                                {
                                    name: "ROOK_CEPH_USERNAME",
                                    valueFrom: { secretKeyRef: { name: "rook-ceph-mon", key: "ceph-username" } },
                                },
                            ],
                            volumeMounts: [
                                { mountPath: "/etc/ceph", name: "ceph-config" },
                                { mountPath: "/etc/rook", name: "mon-endpoint-volume" },
                                { mountPath: "/var/lib/rook-ceph-mon", name: "ceph-admin-secret", readOnly: true },
                            ],
                        },
                    ],
                    volumes: [
                        {
                            name: "ceph-admin-secret",
                            secret: {
                                secretName: "rook-ceph-mon",
                                optional: false,
                                items: [{ key: "ceph-secret", path: "secret.keyring" }],
                            },
                        },
                        {
                            name: "mon-endpoint-volume",
                            configMap: {
                                name: "rook-ceph-mon-endpoints",
                                items: [{ key: "data", path: "mon-endpoints" }],
                            },
                        },
                        { name: "ceph-config", emptyDir: {} },
                    ],
                    tolerations: [
                        {
                            key: "node.kubernetes.io/unreachable",
                            operator: "Exists",
                            effect: "NoExecute",
                            tolerationSeconds: 5,
                        },
                        ...plan.daemonTolerations,
                    ],
                },
            },
        },
    };
}
