import { PolicyPack } from "@pulumi/policy";
import { rules } from "./rules";

/** `pulumi preview --policy-pack policy`: what no stack of this program may hold. A rule that is broken stops the run. */
new PolicyPack("kubeadm-cluster", { enforcementLevel: "mandatory", policies: rules });
