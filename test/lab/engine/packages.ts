import { version as command } from "@pulumi/command/package.json";
import { version as kubernetes } from "@pulumi/kubernetes/package.json";
import { version as random } from "@pulumi/random/package.json";

/** The plug-ins that the program uses. A program asks for a plug-in of exactly its SDK's version. */
export const plugins = [
    { name: "command", version: command },
    { name: "kubernetes", version: kubernetes },
    { name: "random", version: random },
];

/** The directory of a plug-in below PULUMI_HOME. */
export const pluginDirectory = ({ name, version }: { name: string; version: string }): string =>
    `plugins/resource-${name}-v${version}`;
