import type { ContainerSpec } from "./desired.js";

/** What a task's surroundings put into its environment. */
export interface TaskSurroundings {
  /** Region of the account. */
  readonly region: string;
  readonly dynamodbEndpoint: string;
  /** Where names resolve, as `127.0.0.1:53535`. */
  readonly nameServer: string;
}

/**
 * The whole environment of a container's process: what the platform gives, what the task definition declares, and what
 * no task definition can know. Nothing of the runtime's own environment is in it.
 *
 * @param address The task's own address, which the program listens on.
 */
export function taskEnvironment(
  container: ContainerSpec,
  address: string,
  { region, dynamodbEndpoint, nameServer }: TaskSurroundings,
): Readonly<Record<string, string>> {
  return {
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: "sandbox",
    AWS_SECRET_ACCESS_KEY: "sandbox",
    // The Dockerfile sets it in the image: the SDK's notice about Node versions is not JSON, as logs are.
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
    ...container.environment,
    AWS_ENDPOINT_URL_DYNAMODB: dynamodbEndpoint,
    HOST: address,
    SANDBOX_NAME_SERVER: nameServer,
  };
}
