import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import type { NotReady } from "./lifecycle.js";

/**
 * The gRPC status by which a provider says that a resource exists but did not become ready. The engine then keeps
 * the resource in its state. The details travel in the header that Go's gRPC reads them from.
 */
export function initializationFailure(error: NotReady): Partial<grpc.StatusObject> {
  const failure = new ErrorResourceInitFailed()
    .setId(error.state.id)
    .setProperties(Struct.fromJavaScript(error.state.outputs as Record<string, never>))
    .setInputs(Struct.fromJavaScript(error.state.inputs as Record<string, never>))
    .setReasonsList([error.message]);
  const any = new Any();
  any.pack(failure.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status().setCode(grpc.status.UNKNOWN).setMessage(error.message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { code: grpc.status.UNKNOWN, details: error.message, metadata };
}
