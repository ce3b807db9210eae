import assert from "node:assert/strict";
import { nextStep, type TaskView } from "../../sandbox/runtime/rolling-update.js";

const current: TaskView = { isCurrent: true, health: "healthy", wasHealthy: true, inGracePeriod: false };
const former: TaskView = { ...current, isCurrent: false };
const starting: TaskView = { ...current, health: "unknown", wasHealthy: false, inGracePeriod: true };
const hopeless: TaskView = { ...current, health: "unhealthy", wasHealthy: false };
const sick: TaskView = { ...current, health: "unhealthy" };

interface Case {
  readonly what: string;
  readonly tasks: readonly TaskView[];
  readonly percent?: readonly [minimum: number, maximum: number];
  readonly start?: number;
  readonly replace?: readonly TaskView[];
  readonly retire?: readonly TaskView[];
}

const cases: readonly Case[] = [
  { what: "starts all tasks of a new service", tasks: [], start: 2 },
  { what: "waits for tasks that start", tasks: [starting, starting] },
  { what: "leaves a service alone that is as it should be", tasks: [current, current] },
  { what: "starts what is missing", tasks: [current], start: 1 },
  { what: "starts the new tasks beside the old ones", tasks: [former, former], start: 2 },
  { what: "keeps the old tasks while the new ones start", tasks: [former, former, starting, starting] },
  {
    what: "retires one old task for one new healthy one",
    tasks: [former, former, current, starting],
    retire: [former],
  },
  {
    what: "retires all old tasks in the end",
    tasks: [former, former, current, current],
    retire: [former, former],
  },
  {
    what: "makes room first where no more tasks are allowed",
    tasks: [former, former],
    percent: [50, 100],
    retire: [former],
  },
  { what: "uses the room it made", tasks: [former], percent: [50, 100], start: 1 },
  {
    what: "retires at once old tasks that never were healthy",
    tasks: [former, former, { ...starting, isCurrent: false }],
    start: 2,
    retire: [{ ...starting, isCurrent: false }],
  },
  {
    what: "retires what is too much, those that still start first",
    tasks: [current, starting, current],
    retire: [starting],
  },
  {
    what: "replaces at once a task that never got healthy",
    tasks: [current, hopeless],
    start: 1,
    replace: [hopeless],
  },
  {
    what: "overlooks failing checks in the grace period",
    tasks: [current, { ...hopeless, inGracePeriod: true }],
  },
  { what: "starts the replacement of a task that got sick first", tasks: [current, sick], start: 1 },
  { what: "stops the sick task once it is replaced", tasks: [current, current, sick], replace: [sick] },
  {
    what: "stops the sick task first where no more tasks are allowed",
    tasks: [current, sick],
    percent: [50, 100],
    start: 1,
    replace: [sick],
  },
];

describe("runtime: rolling update of two tasks", () => {
  for (const {
    what,
    tasks,
    percent: [minimum, maximum] = [100, 200],
    start = 0,
    replace = [],
    retire = [],
  } of cases) {
    it(what, () => {
      const deployment = {
        minimumHealthyPercent: minimum,
        maximumPercent: maximum,
        circuitBreaker: { enable: false, rollback: false },
      };
      assert.deepEqual(nextStep(tasks, { desiredCount: 2, deployment }), { start, replace, retire });
    });
  }
});
