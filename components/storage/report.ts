import * as pulumi from "@pulumi/pulumi";
import { HostConnection, RemoteScript, SealedScript } from "../remote";
import { cephImage } from "./images";
import { CLUSTER, NAMESPACE } from "./names";
import type { StoragePlan } from "../config/storage-plan";
import type { RookConfig } from "../config/storage-schema";

/** What the cluster says of its storage. */
export interface StorageReport {
    health: string;
    monEndpoints: string[];
    dashboardAddress: string;
    dashboardPassword: string;
}

/** Reads what storage-report.sh prints: lines NAME=BASE64. */
export function parseReport(output: string): StorageReport {
    const values = new Map(
        [...output.matchAll(/^([A-Z_]+)=([A-Za-z0-9+/]*={0,2})$/gm)].map(
            ([, name = "", value = ""]) => [name, Buffer.from(value, "base64").toString("utf8")] as const,
        ),
    );
    const mons = values.get("MON_ENDPOINTS") ?? "";
    return {
        health: values.get("HEALTH") ?? "",
        // a=10.0.0.1:6789,b=10.0.0.2:6789
        monEndpoints: mons === "" ? [] : mons.split(",").map((mon) => mon.replace(/^[^=]*=/, "")),
        dashboardAddress: values.get("DASHBOARD_ADDRESS") ?? "",
        dashboardPassword: values.get("DASHBOARD_PASSWORD") ?? "",
    };
}

/** The step that reads the storage's state; it reads again when the storage has changed. */
export function storageReport(
    name: string,
    {
        storage,
        plan,
        controlPlaneConnection,
    }: { storage: RookConfig; plan: StoragePlan; controlPlaneConnection: HostConnection },
    parent: pulumi.Resource,
    after: pulumi.Resource,
): { script: RemoteScript; contents: pulumi.Output<StorageReport> } {
    const { enabled, ssl } = storage.ceph.dashboard;
    const script = new SealedScript(
        name,
        {
            connection: controlPlaneConnection,
            read: { script: "storage-report.sh", timeoutSeconds: 180 },
            keyName: `${name}-transfer-key`,
            inputs: {
                NAMESPACE,
                CLUSTER,
                DASHBOARD: enabled ? (ssl ? "https" : "http") : "",
                // No input of the script: they make it read again.
                CHANGES: [cephImage(storage), plan.monCount, plan.mgrCount, plan.osdCount].join(" "),
            },
        },
        { parent, dependsOn: after },
    );
    return { script, contents: script.secret.apply(parseReport) };
}
