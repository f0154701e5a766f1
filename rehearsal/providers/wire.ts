import * as grpc from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Properties } from "./properties";
import { InitializationError, type PropertyChanges } from "./resourceProvider";

export const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;

/** Properties of a message; none where it has none. */
export const plain = (properties: Struct | undefined) => (properties?.toJavaScript() ?? {}) as Properties;

/** Properties as a message carries them. */
export const struct = (properties: Properties = {}) =>
  Struct.fromJavaScript(properties as Parameters<typeof Struct.fromJavaScript>[0]);

/** The answer to a Diff: changes in detail, of which some replace the resource. */
export function diffResponse(changes: PropertyChanges, deleteBeforeReplace: boolean): proto.DiffResponse {
  const response = new proto.DiffResponse()
    .setChanges(changes.size > 0 ? DIFF_SOME : DIFF_NONE)
    .setReplacesList([...changes].filter(([, { replace }]) => replace).map(([path]) => path))
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [path, { kind, replace }] of changes) {
    const change = proto.PropertyDiff.Kind[replace ? (`${kind}_REPLACE` as const) : kind];
    // What is deleted was an input; a live object's fields are outputs.
    const diff = new proto.PropertyDiff().setKind(change).setInputdiff(kind === "DELETE");
    response.getDetaileddiffMap().set(path, diff);
  }
  return response;
}

/** An error as gRPC carries it. A half-made resource travels in the trailer, in the form of google.rpc.Status. */
export function asStatus(error: unknown): Partial<grpc.StatusObject> {
  const details = error instanceof Error ? error.message : String(error);
  const code = grpc.status.UNKNOWN;
  if (!(error instanceof InitializationError)) return { code, details };

  const { id, properties, inputs } = error.state;
  const failure = new proto.ErrorResourceInitFailed()
    .setId(id)
    .setProperties(struct(properties))
    .setInputs(inputs && struct(inputs))
    .setReasonsList([details, ...error.reasons]);
  const any = new Any();
  any.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(code).setMessage(details).setDetailsList([any]);
  const metadata = new grpc.Metadata();
  metadata.set("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code, details, metadata };
}
