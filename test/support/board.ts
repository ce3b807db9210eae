import { parseConfig } from "../../config/load.js";
import type { Environment } from "../../config/environment.js";
import { StackNames } from "../../components/stack-names.js";
import { catalog } from "../../services/catalog.js";
import { Platform, type PlatformArgs } from "../../components/platform.js";
import { recordResources, simulatedCaller, type Recording } from "./resources.js";

/** Where the tests' stacks live. */
export const environment: Environment = {
  project: "switchyard",
  stack: "dev",
  partition: "aws",
  dnsSuffix: "amazonaws.com",
  region: "us-east-1",
  accountId: "123456789012",
  callerArn: simulatedCaller,
};

export const names = new StackNames(environment);

/** The least that a stack must say. */
export const goodConfig: Readonly<Record<string, unknown>> = {
  adminPrincipals: [simulatedCaller],
};

/** The whole board as config makes it: a good config, changed as a test wants. */
export function boardOf(changes: Readonly<Record<string, unknown>> = {}): PlatformArgs {
  return parseConfig({ ...goodConfig, ...changes }, environment, catalog);
}

const recordings = new Map<string, Promise<Recording<Platform>>>();

/** What the whole board registers with this config; the same config is recorded only once. */
export function recordBoard(
  changes: Readonly<Record<string, unknown>> = {},
  options: { readonly preview?: boolean } = {},
): Promise<Recording<Platform>> {
  const key = JSON.stringify([changes, options]);
  const recording =
    recordings.get(key) ?? recordResources(() => new Platform("board", boardOf(changes)), options);
  recordings.set(key, recording);
  return recording;
}
