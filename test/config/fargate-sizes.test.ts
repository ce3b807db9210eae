import assert from "node:assert/strict";
import fc from "fast-check";
import { fargateTaskSizes } from "../../components/ecs/fargate-sizes.js";
import { ConfigError } from "../../config/problems.js";
import { boardOf } from "../support/board.js";

// CPU, least, most and step of the memory: the rows of AWS's table, the last by its three values.
const rows: readonly (readonly [number, number, number, number])[] = [
  [512, 1024, 4096, 1024],
  [1024, 2048, 8192, 1024],
  [2048, 4096, 16384, 1024],
  [4096, 8192, 30720, 1024],
  [8192, 16384, 61440, 4096],
  [16384, 32768, 122880, 8192],
];

function allowed(cpu: number, memory: number): boolean {
  if (cpu === 256) return [512, 1024, 2048].includes(memory);
  if (cpu === 32768) return [61440, 122880, 249856].includes(memory);
  return rows.some(
    ([cpus, least, most, step]) => cpus === cpu && memory >= least && memory <= most && memory % step === 0,
  );
}

function accepted(cpu: number, memory: number): boolean {
  try {
    boardOf({ services: { users: { cpu, memory } } });
    return true;
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return false;
  }
}

describe("the size of a task on Fargate", () => {
  for (const [cpu, memories] of fargateTaskSizes) {
    it(`with ${String(cpu)} CPU units may be each of its ${String(memories.length)} sizes`, () => {
      assert.ok(memories.every((memory) => allowed(cpu, memory) && accepted(cpu, memory)));
    });
  }

  it("has 77 possible pairs", () => {
    assert.equal([...fargateTaskSizes.values()].flat().length, 77);
  });

  it("is accepted exactly where AWS's table has it", () => {
    const cpu = fc.oneof(fc.constantFrom(...fargateTaskSizes.keys()), fc.integer({ min: 1, max: 40_000 }));
    const memory = fc.oneof(
      fc.integer({ min: 1, max: 250 }).map((gibibytes) => gibibytes * 1024),
      fc.integer({ min: 1, max: 300_000 }),
    );
    fc.assert(
      fc.property(cpu, memory, (cpu, memory) => accepted(cpu, memory) === allowed(cpu, memory)),
      { numRuns: 500 },
    );
  });
});
