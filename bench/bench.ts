import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { keepsBound, type Comparison } from "./comparison.js";
import { comparePreviews } from "./preview.js";
import { jsonOf, tableOf } from "./report.js";
import { compareServices } from "./services.js";

interface BenchOptions {
  readonly pairs: number;
  readonly seconds: number;
  readonly connections: number;
  readonly previews: number;
  readonly only?: "services" | "preview";
  readonly json?: boolean;
}

const command = new Command("bench")
  .description("Measures the services and the preview, each against another way to do the same, as ratios.")
  .option("--pairs <number>", "pairs that are measured of each route of the services", number, 9)
  .option("--seconds <number>", "length of one measurement of a service", number, 2)
  .option("--connections <number>", "connections that load a service at the same time", number, 32)
  .option("--previews <number>", "repetitions of the previews", number, 3)
  .addOption(new Option("--only <part>", "leave the other part out").choices(["services", "preview"]))
  .option("-j, --json", "write every measurement as JSON")
  .showHelpAfterError();

/** Runs what the options ask for and writes the report. Answers whether every bound was kept. */
async function bench(options: BenchOptions, signal: AbortSignal): Promise<boolean> {
  const progress = (sentence: string) => void process.stderr.write(`${sentence}\n`);
  const directory = mkdtempSync(join(tmpdir(), "switchyard-bench-"));
  const comparisons: Comparison[] = [];
  try {
    if (options.only !== "preview") {
      comparisons.push(...(await compareServices({ ...options, directory, progress, signal })));
    }
    if (options.only !== "services") {
      const project = join(__dirname, "..");
      const repetitions = options.previews;
      comparisons.push(...(await comparePreviews({ project, repetitions, directory, progress, signal })));
    }
    return comparisons.every((comparison) => keepsBound(comparison) !== false);
  } finally {
    rmSync(directory, { recursive: true, force: true });
    // What was measured before a failure is worth reading, too.
    if (comparisons.length > 0)
      process.stdout.write(`${options.json ? jsonOf(comparisons) : tableOf(comparisons)}\n`);
  }
}

function number(value: string): number {
  const parsed = Number(value);
  if (!Number.isInteger(parsed) || parsed < 1)
    throw new InvalidArgumentError("expected a whole number from 1");
  return parsed;
}

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) {
  // A second signal ends the process at once.
  process.once(name, () => stop.abort(new Error(`Stopped by ${name}.`)));
}

bench(command.parse().opts<BenchOptions>(), stop.signal).then(
  (kept) => (process.exitCode = kept ? 0 : 1),
  (error: Error) => {
    process.stderr.write(`${(stop.signal.aborted ? (stop.signal.reason as Error) : error).message}\n`);
    process.exitCode = stop.signal.aborted ? 130 : 1;
  },
);
