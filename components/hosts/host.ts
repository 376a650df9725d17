import * as pulumi from "@pulumi/pulumi";
import { NodeConfig } from "../config";
import { HostConnection, RemoteScript } from "../remote";
import type { Repair } from "../repair";
import { Machine } from "./machine";

/** A host of the cluster. */
export interface Host {
    /** As it is configured. */
    node: NodeConfig;
    /** How it is reached. May hold secrets. */
    connection: HostConnection;
    /** Its preparation. */
    machine: Machine;
    /** Why its steps look at everything again. Default: nobody asks. */
    repair?: Repair;
}

/** A host that has joined. */
export interface JoinedHost extends Host {
    /** The step that made it a node. */
    registered: RemoteScript;
    /** The node's component. */
    component: pulumi.ComponentResource;
}
