const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Everything a service reads from its environment. The AWS SDK reads credentials and endpoint itself. */
export interface Environment<Calls extends string> {
  /** `PORT`, default 8080. */
  readonly port: number;
  /** `HOST`, the address to listen on; default 0.0.0.0. */
  readonly host: string;
  /** `TABLE_NAME`, required. */
  readonly tableName: string;
  /** `BASE_PATH`, under which the service answers; default its name after a slash. */
  readonly basePath: string;
  /** `<NEIGHBOUR>_URL` of every service that this one calls: where its collection is, path included. Required. */
  readonly neighbourUrls: Readonly<Record<Calls, URL>>;
  /** `SHUTDOWN_DELAY_SECONDS`: how long to keep answering after SIGTERM; default 10. */
  readonly shutdownDelaySeconds: number;
  /** `LOG_LEVEL`, default info. */
  readonly logLevel: LogLevel;
}

/** Names every variable that is wrong, its value and what is allowed. */
export class EnvironmentError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `The environment does not allow the service to start:\n${faults.map((fault) => `  ${fault}`).join("\n")}`,
    );
    this.name = "EnvironmentError";
  }
}

/**
 * Reads the environment of a service.
 *
 * @param variables Usually `process.env`.
 * @param service Its name, and the names of the services that it calls.
 * @throws EnvironmentError naming all wrong variables at once.
 */
export function readEnvironment<Calls extends string>(
  variables: Readonly<Record<string, string | undefined>>,
  service: { readonly name: string; readonly calls: readonly Calls[] },
): Environment<Calls> {
  const faults: string[] = [];

  /** Parses one variable; an empty one counts as not set. */
  function read<T>(
    name: string,
    fallback: string | undefined,
    allowed: string,
    parse: (text: string) => T | undefined,
  ) {
    const given = variables[name] === "" ? undefined : variables[name];
    const text = given ?? fallback;
    const value = text === undefined ? undefined : parse(text);
    if (value === undefined)
      faults.push(`${name} ${text === undefined ? "is not set" : `is "${text}"`}: ${allowed}.`);
    return value as T;
  }

  const environment: Environment<Calls> = {
    port: read("PORT", "8080", "a whole number from 1 to 65535 is allowed", wholeNumber(1, 65535)),
    host: read("HOST", "0.0.0.0", "an IP address or host name is needed", matching(/^[A-Za-z0-9.:-]+$/)),
    tableName: read(
      "TABLE_NAME",
      undefined,
      "the name of the service's DynamoDB table is needed",
      matching(tableName),
    ),
    basePath: read(
      "BASE_PATH",
      `/${service.name}`,
      "segments of a-z, 0-9 and -, each after a slash, are allowed, such as /users, and not /health, which answers health checks",
      matching(basePath),
    ),
    neighbourUrls: Object.fromEntries(
      service.calls.map((name) => [
        name,
        read(
          urlVariable(name),
          undefined,
          `the URL of the ${name} service is needed, its path included, ${urlExample(name)}`,
          collectionUrl,
        ),
      ]),
    ) as Record<Calls, URL>,
    shutdownDelaySeconds: read("SHUTDOWN_DELAY_SECONDS", "10", "seconds from 0 to 300 are allowed", seconds),
    logLevel: read("LOG_LEVEL", "info", `one of ${logLevels.join(", ")} is allowed`, (text) =>
      logLevels.find((level) => level === text),
    ),
  };
  read(
    "AWS_REGION",
    undefined,
    "the region of the table is needed, such as eu-central-1",
    matching(/^[a-z0-9-]+$/),
  );

  if (faults.length > 0) throw new EnvironmentError(faults);
  return environment;
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
const tableName = /^[A-Za-z0-9_.-]{3,255}$/;

/** What the stack's config allows as a service's path; the load balancer sends the paths below it to the service. */
const basePath = /^(?!\/health$)(?:\/[a-z0-9-]+)+$/;

function urlVariable(service: string): string {
  return `${service.toUpperCase().replaceAll("-", "_")}_URL`;
}

function urlExample(service: string): string {
  return `such as http://${service}.board.internal:8080/${service}`;
}

function matching(pattern: RegExp): (text: string) => string | undefined {
  return (text) => (pattern.test(text) ? text : undefined);
}

function wholeNumber(least: number, most: number): (text: string) => number | undefined {
  return (text) => (/^\d{1,6}$/.test(text) && +text >= least && +text <= most ? +text : undefined);
}

function seconds(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) && +text <= 300 ? +text : undefined;
}

/** No service answers at the root: without a path every question would be a 404, and nothing would seem to exist. */
function collectionUrl(text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "http:" || url.pathname === "/") return undefined;
  return url.username === "" && url.search === "" && url.hash === "" ? url : undefined;
}
