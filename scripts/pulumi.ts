import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { compilePolicyPack, policyConfigOf } from "../sandbox/engine/policy-pack.js";

const directory = join(__dirname, "..");

/**
 * Runs the user's own `pulumi preview` or `pulumi up` with the policy pack and the stack's policy config:
 * `node scripts/pulumi.ts <preview|up> [options of pulumi]`. Nothing is created when the pack finds a violation.
 */
async function main([operation = "", ...args]: readonly string[]): Promise<number> {
  const policies = join(directory, "policies");
  await compilePolicyPack(policies);
  const config = policyConfigOf(policies, stackOf(args));
  const policyArgs = [
    "--policy-pack",
    policies,
    ...(existsSync(config) ? ["--policy-pack-config", config] : []),
  ];
  const child = spawn("pulumi", [operation, ...policyArgs, ...args], { cwd: directory, stdio: "inherit" });
  // Ctrl-C reaches pulumi at the terminal by itself; this process waits for how it ends.
  process.on("SIGINT", () => undefined);
  return new Promise((resolve, reject) => {
    child.once("error", () =>
      reject(new Error("There is no 'pulumi' on PATH. Install it: https://www.pulumi.com/docs/install/")),
    );
    child.once("exit", (code) => resolve(code ?? 1));
  });
}

/** The stack that the options name, else the selected one; empty where none is selected, as pulumi will say itself. */
function stackOf(args: readonly string[]): string {
  const at = args.findIndex((arg) => arg === "--stack" || arg === "-s");
  const named =
    at >= 0 ? args[at + 1] : args.find((arg) => arg.startsWith("--stack="))?.slice("--stack=".length);
  if (named !== undefined) return named.split("/").at(-1) ?? named;
  const { stdout } = spawnSync("pulumi", ["stack", "--show-name"], { cwd: directory, encoding: "utf8" });
  return stdout?.trim().split("/").at(-1) ?? "";
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
