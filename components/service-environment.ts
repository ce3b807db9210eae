import type { ServiceSpec } from "./service.js";
import type { StackNames } from "./stack-names.js";

export interface ServiceEnvironmentArgs {
  readonly names: StackNames;
  readonly spec: ServiceSpec;
  readonly shutdownDelaySeconds: number;
  /** Where the replicas of this orchestrator reach a service, its path included: `http://users.board.internal:8080/users`. */
  readonly urlOf: (service: string) => string;
}

/**
 * Environment of a service's container, the same names on every orchestrator: `PORT`, `BASE_PATH`, `TABLE_NAME`,
 * `AWS_REGION`, `SHUTDOWN_DELAY_SECONDS`, and for each service it calls its address, such as `USERS_URL`.
 */
export function serviceEnvironment(args: ServiceEnvironmentArgs): Readonly<Record<string, string>> {
  const { names, spec } = args;
  return {
    PORT: String(spec.port),
    BASE_PATH: spec.path,
    TABLE_NAME: names.table(spec.name),
    AWS_REGION: names.identity.region,
    SHUTDOWN_DELAY_SECONDS: String(args.shutdownDelaySeconds),
    ...Object.fromEntries(
      spec.calls.map((callee) => [`${callee.toUpperCase().replaceAll("-", "_")}_URL`, args.urlOf(callee)]),
    ),
  };
}
