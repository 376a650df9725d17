import { credentials } from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

let engine: EngineClient | undefined;

/** Where messages go from now on; the engine says its address when it starts or attaches to the plug-in. */
export function logTo(address: string): void {
    engine = new EngineClient(address, credentials.createInsecure());
}

const severities = {
    debug: LogSeverity.DEBUG,
    info: LogSeverity.INFO,
    warning: LogSeverity.WARNING,
    error: LogSeverity.ERROR,
};

/**
 * Shows a message beside the resource. A `status` message is what the resource is doing just now: an interactive
 * console shows it until the next one, any other console prints it. Losing a message is not an error.
 */
export function log(urn: string, severity: keyof typeof severities, message: string, status = false): Promise<void> {
    const request = new LogRequest();
    request.setUrn(urn);
    request.setSeverity(severities[severity]);
    request.setMessage(message);
    request.setEphemeral(status);
    return new Promise((resolve) => {
        if (engine === undefined) resolve();
        else engine.log(request, () => resolve());
    });
}
