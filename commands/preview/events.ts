import { engineEvents } from "../event-log";

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

/** What a preview has found, from the text of its event log. */
export function readEvents(log: string): Preview {
    const preview: Preview = { steps: [], violations: [], errors: [], warnings: [] };
    for (const { resourcePreEvent, policyEvent, diagnosticEvent } of engineEvents(log)) {
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
