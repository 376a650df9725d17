import { version } from "@pulumi/command/package.json";
import { serve } from "../protocol/server";
import type { Resource } from "../protocol/provider";
import { copyToRemote } from "./copy-to-remote";
import { localCommand } from "./local-command";
import { remoteCommand } from "./remote-command";

const resources: Record<string, Resource> = {
    "command:local:Command": localCommand,
    "command:remote:Command": remoteCommand,
    "command:remote:CopyToRemote": copyToRemote,
};

void serve(version, { resource: (type) => resources[type] });
