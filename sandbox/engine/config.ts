import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import type { SandboxHome } from "../home.js";

const configSchema = z.record(z.string(), z.unknown());

/** Config of a stack: keys with their namespace, values as YAML has them. */
export type StackConfig = Readonly<Record<string, unknown>>;

/**
 * Parses `key=value` as `pulumi up -c` takes it. A key without a namespace gets the project's.
 * @throws when there is no `=`
 */
export function parseAssignment(project: string, assignment: string): readonly [string, string] {
  const at = assignment.indexOf("=");
  if (at < 1)
    throw new Error(`'${assignment}' is no config value: expected key=value, such as orchestrator=ecs`);
  return [qualified(project, assignment.slice(0, at)), assignment.slice(at + 1)];
}

/** The key with its namespace: the project's where it has none. */
export function qualified(project: string, key: string): string {
  return key.includes(":") ? key : `${project}:${key}`;
}

/**
 * A sandboxed stack's config: what the project's own `Pulumi.<stack>.yaml` says, under what was set for the sandbox.
 * The sandbox never writes the project's file.
 */
export class ConfigStore {
  constructor(
    private readonly home: SandboxHome,
    private readonly projectDirectory: string,
  ) {}

  /** Values that hold for the next operation. */
  effective(): StackConfig {
    return { ...this.fromProject(), ...this.own() };
  }

  /** Keeps values for this and every later command, as `pulumi config set` does. */
  set(values: StackConfig): void {
    if (Object.keys(values).length > 0) this.write({ ...this.own(), ...values });
  }

  /** Forgets a value that was set for the sandbox; the project's file holds again. */
  remove(key: string): void {
    this.write(Object.fromEntries(Object.entries(this.own()).filter(([name]) => name !== key)));
  }

  /** Writes the effective values where the engine reads them, beside what the engine itself keeps there. */
  apply(): void {
    const file = join(this.home.workspace, `Pulumi.${this.home.stack}.yaml`);
    const settings = existsSync(file) ? z.looseObject({}).parse(parse(readFileSync(file, "utf8")) ?? {}) : {};
    mkdirSync(this.home.workspace, { recursive: true });
    writeFileSync(file, stringify({ ...settings, config: this.effective() }));
  }

  private own(): StackConfig {
    return existsSync(this.home.config)
      ? configSchema.parse(JSON.parse(readFileSync(this.home.config, "utf8")))
      : {};
  }

  private fromProject(): StackConfig {
    const file = join(this.projectDirectory, `Pulumi.${this.home.stack}.yaml`);
    if (!existsSync(file)) return {};
    const settings = z
      .looseObject({ config: configSchema.optional() })
      .parse(parse(readFileSync(file, "utf8")) ?? {});
    const secret = Object.entries(settings.config ?? {}).find(([, value]) =>
      JSON.stringify(value).includes('"secure"'),
    );
    if (secret) {
      throw new Error(
        `${file} holds the secret '${secret[0]}', which only its own secrets provider can read. Give the sandbox a value of its own: npm run sandbox -- config set ${secret[0]} <value>`,
      );
    }
    return settings.config ?? {};
  }

  private write(values: StackConfig): void {
    mkdirSync(dirname(this.home.config), { recursive: true });
    writeFileSync(`${this.home.config}.new`, JSON.stringify(values, undefined, 2));
    renameSync(`${this.home.config}.new`, this.home.config);
  }
}
