// Made by `npm run schema` from the schema that checks the configuration; do not edit.

/** A web interface. */
export interface DashboardArgs {
    /** headlamp, read-only unless a token may do more. One of: none, headlamp. Default: none. */
    addOn?: string;
}
