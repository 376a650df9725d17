/** A stack's state, as `pulumi stack export` prints it: what a picture needs of it. */
export interface StackExport {
    deployment: { resources?: ExportedResource[] };
}

export interface ExportedResource {
    urn: string;
    type: string;
    id?: string;
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
    parent?: string;
    dependencies?: string[];
}
