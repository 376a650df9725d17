import * as grpc from "@grpc/grpc-js";
import * as messages from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { topOf } from "./difference";
import { NotReadyError, type Difference, type Failure } from "./provider";

const { PropertyDiff, DiffResponse } = messages;

const kinds = {
    add: [PropertyDiff.Kind.ADD, PropertyDiff.Kind.ADD_REPLACE],
    delete: [PropertyDiff.Kind.DELETE, PropertyDiff.Kind.DELETE_REPLACE],
    update: [PropertyDiff.Kind.UPDATE, PropertyDiff.Kind.UPDATE_REPLACE],
} as const;

export function differenceMessage(difference: Difference): messages.DiffResponse {
    const { changes } = difference;
    const response = new DiffResponse();
    response.setChanges(changes.length > 0 ? DiffResponse.DiffChanges.DIFF_SOME : DiffResponse.DiffChanges.DIFF_NONE);
    response.setDiffsList([...new Set(changes.map((change) => topOf(change.path)))]);
    response.setReplacesList(changes.filter((change) => change.replaces).map((change) => change.path));
    response.setDeletebeforereplace(difference.deleteBeforeReplace ?? false);
    response.setHasdetaileddiff(true);
    for (const { path, kind, replaces } of changes) {
        const detail = new PropertyDiff().setKind(kinds[kind][replaces ? 1 : 0]).setInputdiff(true);
        response.getDetaileddiffMap().set(path, detail);
    }
    return response;
}

export const failureMessages = (failures: Failure[]): messages.CheckFailure[] =>
    failures.map(({ property, reason }) => new messages.CheckFailure().setProperty(property).setReason(reason));

/** The error by which the engine keeps an object that exists but is not ready; undefined for any other error. */
export function notReady(error: unknown): Partial<grpc.StatusObject> | undefined {
    if (!(error instanceof NotReadyError)) return undefined;
    const detail = new messages.ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setProperties(Struct.fromJavaScript(error.outputs));
    detail.setInputs(Struct.fromJavaScript(error.inputs));
    detail.setReasonsList([error.message]);
    const packed = new Any();
    packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(error.message);
    status.addDetails(packed);
    const metadata = new grpc.Metadata();
    // The header from which Go's gRPC takes the details of an error.
    metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}
