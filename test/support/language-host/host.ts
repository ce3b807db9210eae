import * as grpc from "@grpc/grpc-js";
import { LanguageRuntimeService } from "@pulumi/pulumi/proto/language_grpc_pb";
import {
  GetRequiredPackagesResponse,
  LanguageHandshakeResponse,
  RunResponse,
  type GetRequiredPackagesRequest,
  type RunRequest,
} from "@pulumi/pulumi/proto/language_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Programs } from "./program.js";
import { requiredPackages } from "./required-packages.js";

/**
 * A Node language host for the engine: `pulumi-language-nodejs <address of the engine>`. It prints the port it serves
 * on, as the engine expects of a plugin, and does what `pulumi preview` and `pulumi up` ask of the official host
 * (https://github.com/pulumi/pulumi/tree/master/sdk/nodejs/cmd/pulumi-language-nodejs); every other call is
 * unimplemented. It ends, and its programs with it, on a signal or when the engine is gone.
 */
async function main(engineAddress: string): Promise<void> {
  const programs = new Programs(engineAddress);
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
  server.addService(LanguageRuntimeService, {
    handshake: answer(() => new LanguageHandshakeResponse()),
    getPluginInfo: answer(() => new PluginInfo().setVersion("3.0.0")),
    getRequiredPackages: answer((request: GetRequiredPackagesRequest) =>
      new GetRequiredPackagesResponse().setPackagesList(
        requiredPackages(request.getInfo()?.getProgramDirectory() ?? ""),
      ),
    ),
    run: answer(async (request: RunRequest) => {
      const { error, bail } = await programs.run(request);
      return new RunResponse().setError(error).setBail(bail);
    }),
    cancel: answer(() => {
      programs.cancel();
      return new Empty();
    }),
  });
  const port = await listen(server);
  process.stdout.write(`${port}\n`);

  await toldToEnd();
  programs.cancel();
  await programs.ended();
  server.forceShutdown();
  process.exit(0);
}

/** A handler of one unary call; what the work throws becomes the call's error. */
function answer<Request, Response>(
  work: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return ({ request }, callback) => {
    Promise.resolve(request)
      .then(work)
      .then(
        (response) => callback(null, response),
        (error: Error) => callback({ code: grpc.status.UNKNOWN, details: error.message }),
      );
  };
}

function listen(server: grpc.Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
      if (error) reject(error);
      else resolve(port);
    });
  });
}

/** The engine interrupts its plugins to end them; it holds their standard input, which closes if it dies. */
function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    process.on("SIGINT", () => resolve()).on("SIGTERM", () => resolve());
    process.stdin.on("error", () => resolve()).on("close", () => resolve());
    process.stdin.resume();
  });
}

const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";
void main(engineAddress);
