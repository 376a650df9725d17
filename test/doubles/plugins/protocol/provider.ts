import type { Properties } from "./values";

/** One property that an input fails on. */
export interface Failure {
    property: string;
    reason: string;
}

export interface Checked {
    inputs: Properties;
    failures?: Failure[];
}

export interface Change {
    /** e.g. `spec.replicas` */
    path: string;
    kind: "add" | "delete" | "update";
    /** This one can only be had with a new object. */
    replaces?: boolean;
}

export interface Difference {
    /** Empty: nothing to do. */
    changes: Change[];
    /** The old object has to go before the new one comes, e.g. because they share a name. */
    deleteBeforeReplace?: boolean;
}

interface Request {
    urn: string;
    name: string;
    type: string;
}

export interface CheckRequest extends Request {
    olds: Properties;
    news: Properties;
}

export interface DiffRequest extends Request {
    id: string;
    /** Outputs in the state. */
    olds: Properties;
    /** Inputs in the state. */
    oldInputs: Properties;
    news: Properties;
}

export interface CreateRequest extends Request {
    inputs: Properties;
    /** From `customTimeouts`, in seconds; 0: not given. */
    timeout: number;
}

export interface UpdateRequest extends DiffRequest {
    timeout: number;
}

export interface ReadRequest extends Request {
    id: string;
    /** Outputs and inputs in the state; both empty when the resource is being imported. */
    olds: Properties;
    oldInputs: Properties;
}

export interface DeleteRequest extends ReadRequest {
    timeout: number;
}

/** What one type of resource can do. Nothing here runs during a preview except `check` and `diff`. */
export interface Resource {
    check(request: CheckRequest): Promise<Checked>;
    diff(request: DiffRequest): Promise<Difference>;
    create(request: CreateRequest): Promise<{ id: string; outputs: Properties }>;
    update(request: UpdateRequest): Promise<Properties>;
    delete(request: DeleteRequest): Promise<void>;
    /** Undefined: the resource is gone. Without `read` the state stands as it is. */
    read?(request: ReadRequest): Promise<{ id: string; outputs: Properties; inputs: Properties } | undefined>;
}

export interface Provider {
    /** Finds the resource for a type token, e.g. `command:remote:Command`. */
    resource(type: string): Resource | undefined;
    /** Takes the provider's own settings, before any resource; unknown values are left as they are. */
    configure?(inputs: Properties): Promise<void>;
    diffConfig?(olds: Properties, news: Properties): Promise<Difference>;
    /** Gives up whatever is being waited for: the user has interrupted the run. */
    cancel?(): void;
}

/** The object exists but did not become ready: it is kept in the state, and the operation fails. */
export class NotReadyError extends Error {
    constructor(
        message: string,
        readonly id: string,
        readonly outputs: Properties,
        readonly inputs: Properties,
    ) {
        super(message);
    }
}
