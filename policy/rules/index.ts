import type { ResourceValidationPolicy } from "@pulumi/policy";
import { cephDevicesAreNamed } from "./ceph-devices";
import { providerHasClusterIdentifier } from "./cluster-identifier";
import { commandTextHoldsNoSecret } from "./command-text";
import { hostKeyIsPinned } from "./host-key";
import { imagesArePinned } from "./images";
import { mirrorsAreHttps } from "./plain-http";
import { privilegedPodsStayHome } from "./privileged-pods";

export const rules: ResourceValidationPolicy[] = [
    hostKeyIsPinned,
    providerHasClusterIdentifier,
    commandTextHoldsNoSecret,
    imagesArePinned,
    privilegedPodsStayHome,
    cephDevicesAreNamed,
    mirrorsAreHttps,
];
