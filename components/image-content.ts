import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What services/Dockerfile copies besides `services`: what decides which dependencies enter an image. */
const dependencyFiles = ["package.json", "package-lock.json", ".npmrc", "policies/package.json"];

/**
 * Tag of a service's image: a hash of everything that decides what is in it, so the same content never gets two tags
 * and different content never shares one. It is computed while the program runs, and known in preview.
 *
 * What counts: `services/<service>`, `services/shared`, the files directly in `services` (Dockerfile and lists of
 * dependencies among them), the lists of dependencies outside it, and `settings`.
 *
 * @param root folder of the repository
 * @param service name of the service
 * @param settings what else decides the content, such as build arguments and platform
 * @returns 16 hexadecimal digits
 * @throws when a file cannot be read
 */
export function imageContentTag(root: string, service: string, settings: readonly string[]): string {
  const files = [
    ...dependencyFiles.filter((file) => existsSync(join(root, file))),
    ...filesIn(root, "services", false).filter((file) => !file.endsWith(".md")),
    ...filesIn(root, join("services", "shared"), true),
    ...filesIn(root, join("services", service), true),
  ].sort();
  const hash = createHash("sha256").update(JSON.stringify(settings));
  for (const file of files) {
    const content = createHash("sha256")
      .update(readFileSync(join(root, file)))
      .digest("hex");
    hash.update(`\n${file.replaceAll("\\", "/")} ${content}`);
  }
  return hash.digest("hex").slice(0, 16);
}

/** Paths of the files in a folder, relative to `root`; none when there is no such folder. */
function filesIn(root: string, folder: string, deep: boolean): string[] {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isFile()) return [path];
    return deep && entry.isDirectory() && entry.name !== "node_modules" ? filesIn(root, path, true) : [];
  });
}
