import { spawn } from "node:child_process";
import { join } from "node:path";
import { EngineNotFound, findEngine } from "../sandbox/engine/find.js";

const root = join(__dirname, "..");

/**
 * Runs the tests: all of them, or the files and options given, as mocha takes them. The last line counts them:
 * `N passed, N failed`, with `, N skipped` behind it where tests were skipped.
 * Without a Pulumi CLI, and with none to be had, the tests that need the engine are skipped; with `CI` set that fails.
 */
async function main(args: readonly string[]): Promise<number> {
  const engine = await findEngine(console.error).catch((error: Error) => error);
  if (engine instanceof Error) {
    if (!(engine instanceof EngineNotFound) || process.env.CI) throw engine;
    console.error(`${engine.message}\nThe tests that need it are skipped.`);
  }
  const files = args.some((arg) => !arg.startsWith("-")) ? [] : ["test/**/*.test.ts"];
  const mocha = spawn(process.execPath, [require.resolve("mocha/bin/mocha.js"), ...args, ...files], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, ...(engine instanceof Error && { SWITCHYARD_WITHOUT_ENGINE: "1" }) },
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => mocha.kill(signal));
  return new Promise((resolve, reject) => {
    mocha.once("error", reject);
    mocha.once("exit", (code) => resolve(code ?? 1));
  });
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
