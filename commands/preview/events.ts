/** What is planned for one resource, from the engine's event log. */
export interface PlannedStep {
    op: string;
    urn: string;
    type: string;
    /** Inputs as they were in the last up. */
    old?: Record<string, unknown>;
    /** Inputs as they will be. */
    new?: Record<string, unknown>;
}

/** A policy that a resource breaks. */
export interface Violation {
    policy: string;
    level: string;
    urn: string;
    message: string;
}

/** What a preview has found. */
export interface Preview {
    steps: PlannedStep[];
    violations: Violation[];
    /** Errors and warnings that the engine printed, without a trailing line break. */
    errors: string[];
    warnings: string[];
}

interface EngineEvent {
    resourcePreEvent?: {
        metadata: {
            op: string;
            urn: string;
            type: string;
            old: { inputs?: Record<string, unknown> } | null;
            new: { inputs?: Record<string, unknown> } | null;
        };
    };
    policyEvent?: { resourceUrn: string; message: string; policyName: string; enforcementLevel: string };
    diagnosticEvent?: { message: string; severity: string };
}

/** Reads the engine's event log: one JSON document a line. */
export function readEvents(log: string): Preview {
    const preview: Preview = { steps: [], violations: [], errors: [], warnings: [] };
    for (const line of log.split("\n").filter((each) => each.trim() !== "")) {
        const { resourcePreEvent, policyEvent, diagnosticEvent } = JSON.parse(line) as EngineEvent;
        if (resourcePreEvent) {
            const { op, urn, type, old, new: next } = resourcePreEvent.metadata;
            preview.steps.push({ op, urn, type, old: old?.inputs, new: next?.inputs });
        }
        if (policyEvent) {
            const { policyName: policy, enforcementLevel: level, resourceUrn: urn, message } = policyEvent;
            preview.violations.push({ policy, level, urn, message: message.trim() });
        }
        if (diagnosticEvent?.severity === "error") preview.errors.push(diagnosticEvent.message.trim());
        if (diagnosticEvent?.severity === "warning") preview.warnings.push(diagnosticEvent.message.trim());
    }
    return preview;
}
