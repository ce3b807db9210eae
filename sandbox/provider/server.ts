import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as rpc from "@pulumi/pulumi/proto/provider_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import * as services from "@pulumi/pulumi/proto/provider_grpc_pb";
import type { Activity } from "./activity.js";
import { Lifecycle, NotReady, type State, type Subject } from "./lifecycle.js";
import type { Package, Properties, World } from "./model.js";
import { initializationFailure } from "./status.js";

/** A package served to the engine over Pulumi's provider protocol. */
export interface PackageServer {
  readonly name: string;
  readonly port: number;
  close(): void;
}

/**
 * Serves a package on a free loopback port. The engine attaches to it by `PULUMI_DEBUG_PROVIDERS=<name>:<port>`.
 * Protocol: pulumi/pulumi proto/pulumi/provider.proto.
 */
export async function servePackage(pkg: Package, world: World, activity: Activity): Promise<PackageServer> {
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(services.ResourceProviderService, handlers(new Lifecycle(pkg, world), pkg, activity));
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { name: pkg.name, port, close: () => server.forceShutdown() };
}

function handlers(lifecycle: Lifecycle, pkg: Package, activity: Activity): grpc.UntypedServiceImplementation {
  const operate = <Request, Response>(handle: (request: Request, signal: AbortSignal) => Promise<Response>) =>
    answer<Request, Response>((request, signal) => activity.track(handle(request, signal)));
  return {
    getPluginInfo: answer(() => new PluginInfo().setVersion(pkg.version)),
    attach: answer(() => new Empty()),
    cancel: answer(() => {
      lifecycle.cancel();
      return new Empty();
    }),
    getSchema: answer(() => new rpc.GetSchemaResponse().setSchema("{}")),

    checkConfig: answer((request: rpc.CheckRequest) => new rpc.CheckResponse().setInputs(request.getNews())),
    diffConfig: answer(() => new rpc.DiffResponse().setChanges(rpc.DiffResponse.DiffChanges.DIFF_NONE)),
    configure: answer((request: rpc.ConfigureRequest) => {
      pkg.configure(properties(request.getArgs()));
      return new rpc.ConfigureResponse().setSupportspreview(true);
    }),

    invoke: answer(async (request: rpc.InvokeRequest) => {
      const run = pkg.functions.get(request.getTok());
      if (!run)
        throw new Error(
          `unrecognized function: ${request.getTok()}. The sandbox refuses what it does not model.`,
        );
      return new rpc.InvokeResponse().setReturn(struct(await run(properties(request.getArgs()))));
    }),

    check: answer((request: rpc.CheckRequest) => {
      const { inputs, failures } = lifecycle.check(
        subject(request),
        properties(request.getOlds()),
        properties(request.getNews()),
        request.getRandomseed_asU8(),
      );
      return new rpc.CheckResponse()
        .setInputs(struct(inputs))
        .setFailuresList(
          failures.map(({ property, reason }) =>
            new rpc.CheckFailure().setProperty(property).setReason(reason),
          ),
        );
    }),
    diff: answer((request: rpc.DiffRequest) => {
      const { changed, replaces, deleteBeforeReplace } = lifecycle.diff(
        subject(request),
        properties(request.getOldInputs()),
        properties(request.getNews()),
        request.getIgnorechangesList(),
      );
      const { DIFF_NONE, DIFF_SOME } = rpc.DiffResponse.DiffChanges;
      return new rpc.DiffResponse()
        .setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE)
        .setDiffsList([...changed])
        .setReplacesList([...replaces])
        .setDeletebeforereplace(deleteBeforeReplace);
    }),
    create: operate(async (request: rpc.CreateRequest, signal) => {
      const inputs = properties(request.getProperties());
      if (request.getPreview()) return new rpc.CreateResponse().setProperties(struct(inputs));
      const { id, outputs } = await lifecycle.create(subject(request), inputs, signal);
      return new rpc.CreateResponse().setId(id).setProperties(struct(outputs));
    }),
    read: answer((request: rpc.ReadRequest) => {
      const state = lifecycle.read(subject(request), request.getId());
      return state ? readResponse(state) : new rpc.ReadResponse();
    }),
    update: operate(async (request: rpc.UpdateRequest, signal) => {
      const news = properties(request.getNews());
      if (request.getPreview()) {
        return new rpc.UpdateResponse().setProperties(struct({ ...properties(request.getOlds()), ...news }));
      }
      const { outputs } = await lifecycle.update(subject(request), request.getId(), news, signal);
      return new rpc.UpdateResponse().setProperties(struct(outputs));
    }),
    delete: operate(async (request: rpc.DeleteRequest, signal) => {
      await lifecycle.delete(subject(request), request.getId(), signal);
      return new Empty();
    }),
  };
}

/** @param handle answers a request; its signal is aborted when the engine is gone */
function answer<Request, Response>(
  handle: (request: Request, signal: AbortSignal) => Response | Promise<Response>,
) {
  return (call: grpc.ServerUnaryCall<Request, Response>, callback: grpc.sendUnaryData<Response>): void => {
    const gone = new AbortController();
    call.once("cancelled", () => gone.abort());
    Promise.resolve()
      .then(() => handle(call.request, gone.signal))
      .then(
        (response) => callback(null, response),
        (error: Error) => callback(statusOf(error)),
      );
  };
}

function statusOf(error: Error): Partial<grpc.StatusObject> {
  if (error instanceof NotReady) return initializationFailure(error);
  return { code: grpc.status.UNKNOWN, details: error.message };
}

function subject(request: { getUrn(): string; getType(): string; getName(): string }): Subject {
  return { urn: request.getUrn(), type: request.getType(), name: request.getName() };
}

function readResponse({ id, inputs, outputs }: State): rpc.ReadResponse {
  return new rpc.ReadResponse().setId(id).setInputs(struct(inputs)).setProperties(struct(outputs));
}

function properties(value: Struct | undefined): Properties {
  return value?.toJavaScript() ?? {};
}

function struct(value: Properties): Struct {
  return Struct.fromJavaScript(withoutUndefined(value) as Record<string, never>);
}

/** Struct has no undefined: a property without a value is absent. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, child]) =>
      child === undefined ? [] : [[key, withoutUndefined(child)]],
    ),
  );
}
