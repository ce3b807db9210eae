import { InvalidArgumentError, Option, type Command } from "commander";

/** Options that every command has. */
export interface StackOptions {
  readonly stack: string;
  readonly home: string;
}

/** Options of the commands that run the program. */
export interface OperationOptions extends StackOptions {
  readonly config: readonly string[];
  readonly port?: number;
  readonly policyPack: readonly string[];
  readonly policyPackConfig: readonly string[];
  readonly diff?: boolean;
  readonly json?: boolean;
}

/** Adds the options that name a stack, in Pulumi's words. */
export function withStack(command: Command, defaultHome: string): Command {
  return command
    .addOption(new Option("-s, --stack <name>", "the stack to work on").default("dev"))
    .addOption(
      new Option("--home <folder>", "folder that holds the sandboxes")
        .default(defaultHome, ".sandbox")
        .env("SWITCHYARD_SANDBOX_HOME"),
    );
}

/** Adds the options of the commands that run the program, in Pulumi's words. */
export function withOperation(command: Command, defaultHome: string): Command {
  return withStack(command, defaultHome)
    .option(
      "-c, --config <key=value>",
      "config for this and every later command; may be repeated",
      collect,
      [],
    )
    .option(
      "-p, --port <number>",
      "port of the load balancer on this machine (default: the running one's, or 8080)",
      port,
    )
    .option(
      "--policy-pack <folder>",
      "policy pack to judge by; may be repeated (default: policies)",
      collect,
      [],
    )
    .option(
      "--policy-pack-config <file>",
      "config of the policy pack at the same place; may be repeated",
      collect,
      [],
    )
    .option("--diff", "show what changes as a diff")
    .option("-j, --json", "write the result as JSON");
}

function collect(value: string, previous: readonly string[]): readonly string[] {
  return [...previous, value];
}

function port(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 65535) {
    throw new InvalidArgumentError("expected a port number from 1 to 65535");
  }
  return number;
}
