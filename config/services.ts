import { fargateTaskSizes } from "../components/ecs/fargate-sizes.js";
import type { Side } from "../components/orchestrator.js";
import type { BoardService } from "../components/placed-service.js";
import { pullRoleArns } from "../components/pull-roles.js";
import type { ServiceSpec } from "../components/service.js";
import { StackNames } from "../components/stack-names.js";
import type { Environment } from "./environment.js";
import { fromText, readFields } from "./fields.js";
import type { Problems } from "./problems.js";
import { serviceFields, type ServiceOverrides, type Settings } from "./settings.js";

/** The services of the catalogue, as the stack's config changes them. */
export function readServices(
  settings: Settings,
  environment: Environment,
  catalog: readonly ServiceSpec[],
  sides: readonly Side[],
  problems: Problems,
): readonly BoardService[] {
  refuseUnknown("services", settings.services, catalog, problems);
  refuseUnknown("imageUris", settings.imageUris, catalog, problems);
  const names = new StackNames(environment);
  const services = catalog.map((entry): BoardService => {
    const overrides = readOverrides(entry, settings, environment, problems);
    const spec = specOf(entry, overrides);
    judgeScaling(spec, problems);
    if (sides.some(({ orchestrator, capacity }) => orchestrator === "ecs" && capacity.type === "fargate")) {
      judgeFargateSize(spec, problems);
    }
    return {
      spec,
      access: {
        push: [...settings.pushPrincipals, ...overrides.pushPrincipals],
        pull: [...settings.pullPrincipals, ...overrides.pullPrincipals, ...pullRoleArns(names, spec.name)],
        administer: settings.adminPrincipals,
      },
      imageUri: settings.imageUris[entry.name],
    };
  });
  judgePaths(
    services.map(({ spec }) => spec),
    problems,
  );
  return services;
}

function readOverrides(
  entry: ServiceSpec,
  settings: Settings,
  environment: Environment,
  problems: Problems,
): ServiceOverrides {
  const key = `services.${entry.name}`;
  const fields = serviceFields(entry, environment);
  const raw = fromText(settings.services[entry.name] ?? {});
  if (isStructure(raw)) return readFields(fields, raw, key, problems);
  problems.add(key, raw, `settings of the service: ${Object.keys(fields).sort().join(", ")}`);
  return readFields(fields, {}, key, problems);
}

function isStructure(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function specOf(entry: ServiceSpec, overrides: ServiceOverrides): ServiceSpec {
  const { path, cpu, memory, minReplicas, maxReplicas, cpuPercent, memoryPercent, requestsPerReplica } =
    overrides;
  return {
    ...entry,
    path,
    size: { cpu, memory },
    scaling: { minReplicas, maxReplicas, cpuPercent, memoryPercent, requestsPerReplica },
  };
}

function refuseUnknown(
  key: string,
  byService: Readonly<Record<string, unknown>>,
  catalog: readonly ServiceSpec[],
  problems: Problems,
): void {
  for (const name of Object.keys(byService).filter((name) => !catalog.some((entry) => entry.name === name))) {
    const known = catalog.map((entry) => entry.name).join(", ");
    problems.add(`${key}.${name}`, byService[name], `services of the catalogue: ${known}`);
  }
}

function judgeScaling({ name, scaling }: ServiceSpec, problems: Problems): void {
  const { minReplicas, maxReplicas } = scaling;
  const key = `services.${name}.minReplicas`;
  if (problems.concern(key, `services.${name}.maxReplicas`) || minReplicas <= maxReplicas) return;
  problems.add(key, minReplicas, `at most maxReplicas, which is ${String(maxReplicas)}`);
}

function judgeFargateSize({ name, size }: ServiceSpec, problems: Problems): void {
  const cpuKey = `services.${name}.cpu`;
  const memoryKey = `services.${name}.memory`;
  if (problems.concern(cpuKey, memoryKey)) return;
  const cpus = `CPU units on Fargate are ${[...fargateTaskSizes.keys()].join(", ")}`;
  const memories = fargateTaskSizes.get(size.cpu);
  if (!memories) problems.add(cpuKey, size.cpu, cpus);
  else if (!memories.includes(size.memory)) {
    problems.add(
      memoryKey,
      size.memory,
      `with ${String(size.cpu)} CPU units, ${memories.join(", ")} (MiB); ${cpus}`,
    );
  }
}

/** Two services on one path, or one inside the other's: the load balancer could not tell them apart. */
function judgePaths(specs: readonly ServiceSpec[], problems: Problems): void {
  for (const spec of specs) {
    const key = `services.${spec.name}.path`;
    if (problems.concern(key)) continue;
    if (spec.path === spec.healthPath) {
      problems.add(key, spec.path, `anything but ${spec.healthPath}, which answers health checks`);
    }
    for (const other of specs.slice(0, specs.indexOf(spec)).filter(({ path }) => overlap(path, spec.path))) {
      problems.add(key, spec.path, `a path apart from ${other.path}, which is the path of ${other.name}`);
    }
  }
}

function overlap(one: string, other: string): boolean {
  return `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
}
