import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { engineVersion } from "../../../sandbox/engine/version.js";

/**
 * Installs the language host as a plugin of the engine. The engine prefers the official one where it can find it, on
 * PATH or beside the `pulumi` program.
 * @param pulumiHome PULUMI_HOME of the engine
 */
export async function installLanguageHost(pulumiHome: string): Promise<void> {
  const directory = join(pulumiHome, "plugins", `language-nodejs-v${engineVersion}`);
  const script = join(directory, "host.js");
  mkdirSync(directory, { recursive: true });
  // One file of JavaScript starts in a tenth of the time that its TypeScript modules take.
  await build({
    entryPoints: [join(__dirname, "host.ts")],
    outfile: script,
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "silent",
  });
  const launcher = `#!/bin/sh\nexec '${process.execPath}' '${script}' "$@"\n`;
  writeFileSync(join(directory, "pulumi-language-nodejs"), launcher, { mode: 0o755 });
}
