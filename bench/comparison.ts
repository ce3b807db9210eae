/** What a ratio must keep to. */
export interface Bound {
  readonly type: "at least" | "at most";
  readonly ratio: number;
}

/** Two ways to do the same, measured in turns. */
export interface Comparison {
  /** What was measured, with its unit. */
  readonly name: string;
  readonly a: string;
  readonly b: string;
  /** One measurement of each, taken right after one another. */
  readonly pairs: readonly MeasuredPair[];
  /** Missing where the ratio only informs. */
  readonly bound?: Bound;
}

export interface MeasuredPair {
  readonly a: number;
  readonly b: number;
}

/** A comparison in one number, and how far single pairs were from it. */
export interface Ratio {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * The ratio a / b of a comparison. What disturbs the machine disturbs both of a pair, so the ratio is taken in each pair.
 * @throws when there is no pair
 */
export function ratioOf({ name, pairs }: Pick<Comparison, "name" | "pairs">): Ratio {
  const ratios = pairs.map(({ a, b }) => a / b).sort((one, other) => one - other);
  const [min, max] = [ratios[0], ratios.at(-1)];
  if (min === undefined || max === undefined) throw new Error(`Nothing was measured of ${name}`);
  return { median: median(ratios), min, max };
}

/** Whether the median keeps to the bound; undefined where there is none. */
export function keepsBound(comparison: Comparison): boolean | undefined {
  const { bound } = comparison;
  if (!bound) return undefined;
  const { median } = ratioOf(comparison);
  switch (bound.type) {
    case "at least":
      return median >= bound.ratio;
    case "at most":
      return median <= bound.ratio;
  }
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length / 2;
  const around = sorted.slice(Math.ceil(middle) - 1, Math.floor(middle) + 1);
  return around.reduce((sum, value) => sum + value, 0) / around.length;
}
