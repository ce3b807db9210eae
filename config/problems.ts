import * as pulumi from "@pulumi/pulumi";

/** One config value that cannot be used. */
export interface Problem {
  /** Key as it is set, with the path inside it: `services.users.memory`. */
  readonly key: string;
  /** The value found there; undefined when there is none. */
  readonly value: unknown;
  /** What would be accepted. */
  readonly allowed: string;
}

/** Gathers every problem of a stack's config, so that all are told at once. */
export class Problems {
  private readonly found: Problem[] = [];

  add(key: string, value: unknown, allowed: string): void {
    this.found.push({ key, value, allowed });
  }

  /** Whether one of these keys, or something inside it, has a problem already: a rule about it would only echo. */
  concern(...keys: readonly string[]): boolean {
    return this.found.some((problem) =>
      keys.some((key) => problem.key === key || problem.key.startsWith(`${key}.`)),
    );
  }

  /** @throws ConfigError when anything was found. */
  throwIfAny(stack: string): void {
    if (this.found.length > 0) throw new ConfigError(stack, this.found);
  }
}

/** The config of a stack was refused. Pulumi prints the message of a `RunError` without a stack trace. */
export class ConfigError extends pulumi.RunError {
  constructor(
    stack: string,
    readonly problems: readonly Problem[],
  ) {
    super(
      [
        `The config of stack ${stack} is refused, and nothing was changed.`,
        ...problems.map(({ key, value, allowed }) => `  ${key}: ${textOf(value)}\n    Allowed: ${allowed}`),
      ].join("\n"),
    );
    this.name = "ConfigError";
  }
}

function textOf(value: unknown): string {
  const text = value === undefined ? "not set" : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
