import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { PackageDependency, PackageParameterization } from "@pulumi/pulumi/proto/plugin_pb";
import { z } from "zod";

const packageSchema = z.object({
  name: z.string().optional(),
  version: z.string().optional(),
  pulumi: z
    .object({
      resource: z.boolean().optional(),
      name: z.string().optional(),
      version: z.string().optional(),
      server: z.string().optional(),
      parameterization: z.object({ name: z.string(), version: z.string(), value: z.string() }).optional(),
    })
    .optional(),
});

/**
 * The provider plugins that the packages under a program's folder ask for: every `package.json` below a `node_modules`
 * is read, as the official host does it, and what cannot be read is passed over.
 * @param directory folder of the program
 */
export function requiredPackages(directory: string): PackageDependency[] {
  const found: PackageDependency[] = [];
  search(directory, false, new Set(), found);
  return found;
}

function search(
  folder: string,
  inNodeModules: boolean,
  visited: Set<string>,
  found: PackageDependency[],
): void {
  if (visited.has(folder)) return;
  visited.add(folder);
  const entries = attempt(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  // A policy pack's packages are not the program's.
  if (entries.some(({ name }) => /^PulumiPolicy\.(yaml|yml|json)$/.test(name))) return;
  for (const entry of entries) {
    const path = join(folder, entry.name);
    const target = entry.isSymbolicLink() ? attempt(() => realpathSync(path)) : path;
    if (target === undefined) continue;
    if (target === path ? entry.isDirectory() : isDirectory(target)) {
      search(target, inNodeModules || basename(folder) === "node_modules", visited, found);
    } else if (inNodeModules && entry.name === "package.json") {
      const dependency = attempt(() => dependencyOf(readFileSync(target, "utf8")));
      if (dependency) found.push(dependency);
    }
  }
}

function dependencyOf(packageJson: string): PackageDependency | undefined {
  const { name = "", version = "", pulumi } = packageSchema.parse(JSON.parse(packageJson));
  if (!pulumi?.resource) return undefined;
  const plugin = pulumi.name ?? (name.startsWith("@pulumi/") ? name.slice("@pulumi/".length) : undefined);
  if (plugin === undefined) return undefined;
  const dependency = new PackageDependency()
    .setName(plugin)
    .setKind("resource")
    .setVersion(`v${(pulumi.version ?? version).replace(/^v/, "")}`)
    .setServer(pulumi.server ?? "");
  const { parameterization } = pulumi;
  if (parameterization) {
    dependency.setParameterization(
      new PackageParameterization()
        .setName(parameterization.name)
        .setVersion(parameterization.version)
        .setValue(parameterization.value),
    );
  }
  return dependency;
}

function isDirectory(path: string): boolean {
  return attempt(() => statSync(path).isDirectory()) ?? false;
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
