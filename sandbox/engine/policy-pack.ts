import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { z } from "zod";

const packageSchema = z.looseObject({ source: z.string().optional(), main: z.string().optional() });

/**
 * Compiles a policy pack to JavaScript where its `package.json` says from what (`source`), so that no
 * preview pays for a type check. A pack without that entry is used as it is.
 * @param directory folder of the pack
 */
export async function compilePolicyPack(directory: string): Promise<void> {
  const manifest = join(directory, "package.json");
  if (!existsSync(join(directory, "PulumiPolicy.yaml"))) {
    throw new Error(`${directory} is no policy pack: it has no PulumiPolicy.yaml`);
  }
  const { main, source } = packageSchema.parse(JSON.parse(readFileSync(manifest, "utf8")));
  if (source === undefined || main === undefined) return;
  await build({
    entryPoints: [join(directory, source)],
    outfile: join(directory, main),
    bundle: true,
    packages: "external",
    platform: "node",
    target: "node20",
    sourcemap: "linked",
    logLevel: "silent",
  });
}

/**
 * File that holds a stack's policy config, beside the pack: `config/<stack>.json`. It need not exist.
 * Format: https://www.pulumi.com/docs/insights/policy/policy-packs/configuration/
 */
export function policyConfigOf(directory: string, stack: string): string {
  return join(directory, "config", `${stack}.json`);
}
