// Runs a TypeScript script of this project: `node scripts/with-dependencies.mjs <script.ts> [args]`.
// Installs the pinned dependencies first when they are missing or older than the lock file, so that
// every npm command works on a fresh clone.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const [script, ...args] = process.argv.slice(2);

const lockFile = join(root, "package-lock.json");
const installed = join(root, "node_modules", ".package-lock.json");
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lockFile).mtimeMs) {
  console.error("Installing the dependencies pinned in package-lock.json …");
  const npm = spawnSync("npm", ["ci", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) {
    console.error(
      "npm ci failed: see its message above. Node 20.19 or newer and the npm registry are needed.",
    );
    process.exit(npm.status ?? 1);
  }
}

process.argv = [process.argv[0], join(root, script), ...args];
await import("tsx");
await import(new URL(`../${script}`, import.meta.url).href);
