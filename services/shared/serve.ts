import type { FastifyInstance } from "fastify";
import type { Dependencies } from "./dependencies.js";
import { createDynamoDbClient, DynamoDbStore } from "./dynamodb-store.js";
import { EnvironmentError, readEnvironment, type Environment } from "./environment.js";
import { Lifecycle } from "./lifecycle.js";
import { createLogger, type Logger } from "./logging.js";
import { HttpNeighbour, type Neighbour } from "./neighbour.js";
import { SharedNeighbour } from "./shared-neighbour.js";

/** A service as its folder's `app.ts` exports it. */
export interface Service<Calls extends string> {
  readonly name: string;
  /** Names of the services that it calls; its entry in the catalogue says the same to the platform. */
  readonly calls: readonly Calls[];
  readonly build: (dependencies: Dependencies<Calls>) => FastifyInstance;
}

/** Runs a service as this process: reads the environment, listens, and stops on a signal. */
export async function serve<Calls extends string>(service: Service<Calls>): Promise<void> {
  const environment = readOrExplain(service);
  if (!environment) return;
  const logger = createLogger(service.name, environment.logLevel);
  endOnUncaughtError(logger);

  const store = new DynamoDbStore(createDynamoDbClient(), environment.tableName);
  const neighbours = createNeighbours(service.calls, environment);
  const lifecycle = new Lifecycle(logger);
  const { basePath, host, port } = environment;
  const { isDraining } = lifecycle;
  const app = service.build({ basePath, store, neighbours, clock: Date.now, logger, isDraining });

  await app.listen({ host, port });
  logger.info({ host, port }, "listening");
  lifecycle.stopOnSignal(app, environment.shutdownDelaySeconds, () => {
    store.close();
    for (const name of service.calls) neighbours[name].close();
  });
}

function readOrExplain<Calls extends string>(service: Service<Calls>): Environment<Calls> | undefined {
  try {
    return readEnvironment(process.env, service);
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
    return undefined;
  }
}

function createNeighbours<Calls extends string>(
  calls: readonly Calls[],
  { neighbourUrls }: Environment<Calls>,
) {
  const entries = calls.map((name) => [
    name,
    new SharedNeighbour(new HttpNeighbour({ name, url: neighbourUrls[name] })),
  ]);
  return Object.fromEntries(entries) as Record<Calls, Neighbour>;
}

/** A process in an unknown state must not go on; its last line must not be lost either. */
function endOnUncaughtError(logger: Logger): void {
  process.on("uncaughtException", (error) => {
    logger.fatal({ err: error }, "uncaught error");
    logger.flush(() => process.exit(1));
  });
}
