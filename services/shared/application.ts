import { maxHeaderSize } from "node:http";
import fastify, { type FastifyInstance } from "fastify";
import type { Dependencies } from "./dependencies.js";
import { answerClientError, answerErrors, sendProblem } from "./error-responses.js";
import { logRequest } from "./logging.js";
import { refuseOtherMethods } from "./methods.js";
import { describeApi, serveApiDescription } from "./openapi.js";
import { requestIdOf } from "./request-id.js";

/**
 * Limits of one request. The connection must outlive the load balancer's idle timeout of 60 s, or the load balancer
 * sends a request over a connection that is just being closed and answers 502
 * (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html).
 */
const limits = {
  bodyLimit: 16 * 1024,
  handlerTimeout: 3000,
  keepAliveTimeout: 65_000,
  requestTimeout: 70_000,
  http: { headersTimeout: 66_000 },
} as const;

export interface ApplicationOptions {
  readonly name: string;
  readonly dependencies: Pick<Dependencies, "basePath" | "logger" | "isDraining">;
  /** Adds the service's own routes, by their full paths. */
  readonly routes: (scope: FastifyInstance) => void;
}

/** A Fastify instance with all that the services have in common. It does not listen. */
export function createApplication({ name, dependencies, routes }: ApplicationOptions): FastifyInstance {
  const app = fastify({
    ...limits,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false, allErrors: true } },
    genReqId: requestIdOf,
    clientErrorHandler: answerClientError,
    // A path that cannot be decoded is never routed, so no hook sees it.
    frameworkErrors: (error, request, reply) => {
      void sendProblem(error, request, reply.header("x-request-id", request.id));
      logRequest(dependencies.logger, request, reply);
    },
    routerOptions: { maxParamLength: maxHeaderSize },
    return503OnClosing: false,
  });
  app.removeContentTypeParser("text/plain");
  answerErrors(app);
  app.addHook("onResponse", (request, reply, done) => {
    logRequest(dependencies.logger, request, reply);
    done();
  });
  signResponses(app, dependencies.isDraining);
  describeApi(app, name);
  app.register((scope, _options, done) => {
    const refuse = refuseOtherMethods(scope);
    scope.get("/health", { schema: { hide: true } }, () => ({ status: "ok" }));
    serveApiDescription(scope, dependencies.basePath);
    routes(scope);
    refuse();
    done();
  });
  return app;
}

/** Every response names its request, and asks the client to leave while the service is about to stop. */
function signResponses(app: FastifyInstance, isDraining: () => boolean): void {
  app.addHook("onSend", (request, reply, payload, done) => {
    reply.header("x-request-id", request.id);
    if (isDraining()) reply.header("connection", "close");
    done(null, payload);
  });
}
