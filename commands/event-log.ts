/** A resource as one event of the engine has it. Secrets in it are blanked. */
interface ResourceState {
    /** Whether a provider makes it; a component has none. */
    custom?: boolean;
    inputs?: Record<string, unknown>;
}

/** What the engine does to one resource. */
export interface StepMetadata {
    op: string;
    urn: string;
    type: string;
    old: ResourceState | null;
    new: ResourceState | null;
}

/** One line of the file that Pulumi's `--event-log` writes; the fields that are read here. */
export interface EngineEvent {
    /** Seconds since 1970. */
    timestamp: number;
    /** A step begins. */
    resourcePreEvent?: { metadata: StepMetadata };
    /** It ended well. */
    resOutputsEvent?: { metadata: StepMetadata };
    /** It failed. */
    resOpFailedEvent?: { metadata: StepMetadata };
    policyEvent?: { resourceUrn: string; message: string; policyName: string; enforcementLevel: string };
    diagnosticEvent?: { message: string; severity: string };
    /** A run that reached its end. */
    summaryEvent?: { isPreview?: boolean; result?: string };
}

/**
 * The events in an event log: one JSON document a line. A last line that was cut off, because the run was killed, is
 * left out.
 * @throws Error that names the line which is no event
 */
export function engineEvents(log: string): EngineEvent[] {
    const lines = log.split("\n");
    lines.pop();
    return lines.flatMap((line, index) => {
        if (line.trim() === "") return [];
        try {
            return [JSON.parse(line) as EngineEvent];
        } catch {
            throw new Error(`line ${index + 1} of the event log is not JSON; is it what --event-log wrote?`);
        }
    });
}
