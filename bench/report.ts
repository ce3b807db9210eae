import Table from "cli-table3";
import { keepsBound, ratioOf, type Bound, type Comparison } from "./comparison.js";

/** The comparisons as a Markdown table. */
export function tableOf(comparisons: readonly Comparison[]): string {
  const table = new Table({
    head: ["Pair", "A", "B", "A / B: median (min..max)", "Bound", "Verdict"],
    chars: markdown,
    style: { head: [], border: [] },
  });
  const rule = ["---", "---", "---", "---", "---", "---"];
  table.push(rule, ...comparisons.map(rowOf));
  return table.toString();
}

/** The comparisons with every measurement, for another program to read. */
export function jsonOf(comparisons: readonly Comparison[]): string {
  return JSON.stringify(
    comparisons.map((comparison) => ({
      ...comparison,
      ratio: ratioOf(comparison),
      kept: keepsBound(comparison) ?? null,
    })),
    undefined,
    2,
  );
}

function rowOf(comparison: Comparison): string[] {
  const { median, min, max } = ratioOf(comparison);
  return [
    comparison.name,
    comparison.a,
    comparison.b,
    `${figure(median)} (${figure(min)}..${figure(max)})`,
    boundOf(comparison.bound),
    verdictOf(keepsBound(comparison)),
  ];
}

function boundOf(bound: Bound | undefined): string {
  return bound ? `${bound.type} ${figure(bound.ratio)}` : "";
}

function verdictOf(kept: boolean | undefined): string {
  if (kept === undefined) return "";
  return kept ? "kept" : "MISSED";
}

function figure(ratio: number): string {
  return ratio.toFixed(2);
}

const markdown = {
  ...{ top: "", "top-mid": "", "top-left": "", "top-right": "" },
  ...{ bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "" },
  ...{ mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
  ...{ left: "|", right: "|", middle: "|" },
};
