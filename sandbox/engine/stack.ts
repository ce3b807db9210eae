import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LocalWorkspace, type ProjectSettings, type PulumiFn, type Stack } from "@pulumi/pulumi/automation";
import { parse } from "yaml";
import type { DaemonAddress } from "../daemon/address.js";
import type { SandboxHome } from "../home.js";
import type { EngineCommand } from "./command.js";
import { engineVersion } from "./version.js";

/** What a stack's operations run with. */
export interface StackArgs {
  readonly home: SandboxHome;
  readonly engine: EngineCommand;
  readonly daemon: DaemonAddress;
  readonly project: ProjectSettings;
  readonly program: PulumiFn;
}

/** The project's settings, as its `Pulumi.yaml` has them. */
export function projectSettings(projectDirectory: string): ProjectSettings {
  const settings = parse(readFileSync(join(projectDirectory, "Pulumi.yaml"), "utf8")) as ProjectSettings;
  // The program runs inline: its entry file is of no concern to the workspace.
  delete settings.main;
  return { ...settings, runtime: "nodejs" };
}

/** Opens or creates the stack on a file backend, its engine attached to the daemon's providers. */
export function openStack({ home, engine, daemon, project, program }: StackArgs): Promise<Stack> {
  for (const directory of [home.backend, home.pulumi, home.workspace])
    mkdirSync(directory, { recursive: true });
  installAnalyzer(home);
  return LocalWorkspace.createOrSelectStack(
    { stackName: home.stack, projectName: project.name, program },
    {
      workDir: home.workspace,
      pulumiHome: home.pulumi,
      pulumiCommand: engine.asPulumiCommand(),
      projectSettings: project,
      envVars: environment(home, daemon),
    },
  );
}

function environment(home: SandboxHome, daemon: DaemonAddress): Record<string, string> {
  const providers = Object.entries(daemon.packages).map(([name, port]) => `${name}:${port}`);
  return {
    PULUMI_BACKEND_URL: `file://${home.backend}`,
    PULUMI_CONFIG_PASSPHRASE: "",
    PULUMI_DEBUG_PROVIDERS: providers.join(","),
    // Every plugin that a stack in the sandbox needs is attached: a download could only be a mistake.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

/**
 * Installs the program that runs policy packs as a plugin of the engine, two lines as the official CLI ships it.
 * An engine that was built from its Go module comes without.
 */
function installAnalyzer(home: SandboxHome): void {
  const directory = join(home.pulumi, "plugins", `analyzer-policy-nodejs-v${engineVersion}`);
  const script = join(directory, "pulumi-analyzer-policy-nodejs");
  mkdirSync(directory, { recursive: true });
  const runner = require.resolve("@pulumi/pulumi/cmd/run-policy-pack");
  const node = [process.execPath, "--require", join(__dirname, "engine-guard.cjs"), runner];
  writeFileSync(script, `#!/bin/sh\nexec ${node.map((word) => `'${word}'`).join(" ")} "$@"\n`, {
    mode: 0o755,
  });
}
