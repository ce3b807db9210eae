// Bundles a service into one CommonJS file that needs nothing but Node:
// `node services/bundle.mjs <name> <outfile>`, or bundleService(name, outfile).
import { build } from "esbuild";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(import.meta.dirname, "..");

/**
 * Bundles the service in `services/<name>`. The same sources and dependencies give the same bytes anywhere.
 *
 * @param {string} name Name of the service's folder, e.g. `users`.
 * @param {string} outfile Path of the bundle, relative to the working directory.
 * @returns {Promise<void>} Rejects where a source is missing or wrong; esbuild's message says which.
 */
export async function bundleService(name, outfile) {
  await build({
    entryPoints: [join("services", name, "server.ts")],
    outfile: resolve(outfile),
    // Both keep the checkout's place and the editor's settings out of the output.
    absWorkingDir: root,
    tsconfigRaw: {},
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // The AWS SDK's ES modules let esbuild leave out what is not used.
    mainFields: ["module", "main"],
    // Names stay: stack traces must tell where.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    logLevel: "warning",
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [name, outfile] = process.argv.slice(2);
  if (!name || !outfile) {
    console.error("usage: node services/bundle.mjs <name> <outfile>");
    process.exit(2);
  }
  await bundleService(name, outfile);
}
