import * as pulumi from "@pulumi/pulumi";
import { NetworkAddOnArgs } from "./args";
import { Flannel } from "./flannel";
import { refuse } from "../config/problem";
import { validateNetwork } from "../config/checks/network";
import { WeaveNet } from "./weave-net";

/**
 * Makes the network add-on that the arguments name, or none.
 *
 * @throws pulumi.RunError when an argument is not valid
 */
export function createNetwork(
    name: string,
    args: NetworkAddOnArgs,
    opts?: pulumi.ComponentResourceOptions,
): WeaveNet | Flannel | undefined {
    refuse(`network ${name}`, validateNetwork(args));
    switch (args.addOn) {
        case "weave":
            return new WeaveNet(name, args, opts);
        case "flannel":
            return new Flannel(name, args, opts);
        case "none":
            return undefined;
    }
}
