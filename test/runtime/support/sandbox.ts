import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type {
  ActionSpec,
  Desired,
  RuleSpec,
  ServiceSpec,
  TargetGroupSpec,
} from "../../../sandbox/runtime/desired.js";
import { Runtime, type RuntimeOptions } from "../../../sandbox/runtime/runtime.js";
import type { ServiceStatus } from "../../../sandbox/runtime/service-status.js";
import { programImages } from "./images.js";

/** A runtime in a folder of its own, and what it is asked to run. */
export class TestSandbox {
  readonly directory = mkdtempSync(join(tmpdir(), "runtime-"));
  private readonly images = programImages(this.directory);
  desired: Desired;
  runtime: Runtime;

  constructor(
    desired: Partial<Desired>,
    private readonly options: Partial<RuntimeOptions> = {},
  ) {
    this.desired = { ...nothing, ...desired };
    this.runtime = this.create();
  }

  /** Starts it and waits until every service is steady. */
  async start(): Promise<this> {
    await this.runtime.start();
    await this.steady(...this.desired.services.map(({ id }) => id));
    return this;
  }

  /** Asks for something else, in part. */
  async change(desired: Partial<Desired>): Promise<void> {
    this.desired = { ...this.desired, ...desired };
    await this.runtime.reconcile();
  }

  async changeService(id: string, change: Partial<ServiceSpec>): Promise<void> {
    await this.change({
      services: this.desired.services.map((spec) => (spec.id === id ? { ...spec, ...change } : spec)),
    });
  }

  async steady(...ids: readonly string[]): Promise<void> {
    await Promise.all(ids.map((id) => this.runtime.waitForSteadyState(id, AbortSignal.timeout(20_000))));
  }

  service(id: string): ServiceStatus {
    const found = this.runtime.status().services.find((service) => service.id === id);
    if (!found) throw new Error(`There is no service ${id}.`);
    return found;
  }

  /** Address of the load balancer. */
  get url(): string {
    const port = this.runtime.status().loadBalancers[0]?.listeners[0]?.hostPort;
    if (port === undefined) throw new Error("The listener is not open.");
    return `http://127.0.0.1:${port}`;
  }

  /** Stops it and starts another one on the same folder. */
  async restart(): Promise<void> {
    await this.runtime.stop();
    this.runtime = this.create();
    await this.start();
  }

  async remove(): Promise<void> {
    await this.runtime.stop();
    rmSync(this.directory, { recursive: true });
  }

  private create(): Runtime {
    return new Runtime({
      directory: this.directory,
      images: this.images,
      desired: () => this.desired,
      timeScale: 50,
      minimumGracePeriodSeconds: 5,
      port: 0,
      ...this.options,
    });
  }
}

export const nothing: Desired = { loadBalancers: [], targetGroups: [], services: [], tables: [] };

/** A service of two tasks behind a target group of the same name. */
export function service(name: string, change: Partial<ServiceSpec> = {}): ServiceSpec {
  return {
    id: name,
    name,
    cluster: "test",
    desiredCount: 2,
    revision: `${name}:1`,
    task: { containers: [container({ NAME: name })] },
    targetGroups: [{ arn: name, containerPort: 8080 }],
    discovery: undefined,
    deployment: {
      minimumHealthyPercent: 100,
      maximumPercent: 200,
      circuitBreaker: { enable: true, rollback: true },
    },
    healthCheckGracePeriodSeconds: 0,
    ...change,
  };
}

export function container(environment: Readonly<Record<string, string>> = {}) {
  return {
    name: "main",
    image: "program",
    memoryMib: 512,
    environment: { PORT: "8080", ...environment },
    stopTimeoutSeconds: 30,
    essential: true,
    logGroup: "/test",
    logStreamPrefix: "ecs",
  };
}

export function targetGroup(arn: string, change: Partial<TargetGroupSpec> = {}): TargetGroupSpec {
  return {
    arn,
    name: arn,
    deregistrationDelaySeconds: 10,
    healthCheck: {
      path: "/health",
      intervalSeconds: 10,
      timeoutSeconds: 5,
      healthyThreshold: 2,
      unhealthyThreshold: 2,
      matcher: "200",
    },
    ...change,
  };
}

/** A load balancer with one listener. */
export function loadBalancer(rules: readonly RuleSpec[], defaultAction: ActionSpec = notFound) {
  return { arn: "balancer", listeners: [{ arn: "listener", port: 80, rules, defaultAction }] };
}

export const notFound: ActionSpec = {
  type: "fixed-response",
  status: 404,
  contentType: "text/plain",
  body: "nothing here",
};

/** To target groups, by weight. */
export function forwardTo(weights: Readonly<Record<string, number>>): ActionSpec {
  return {
    type: "forward",
    targetGroups: Object.entries(weights).map(([arn, weight]) => ({ arn, weight })),
  };
}

/** Requests with the header `x-service: <name>` go to the target group of that name. */
export function routeByHeader(...names: readonly string[]): RuleSpec[] {
  return names.map((name, index) => ({
    arn: `rule-${name}`,
    priority: index + 1,
    conditions: [{ field: "http-header", name: "X-Service", values: [name] }],
    action: forwardTo({ [name]: 1 }),
  }));
}

/** Services, each of two tasks behind a target group and a rule of its own. */
export function servicesBehindRules(...specs: readonly ServiceSpec[]): Partial<Desired> {
  const names = specs.map(({ name }) => name);
  return {
    services: specs,
    targetGroups: names.map((name) => targetGroup(name)),
    loadBalancers: [loadBalancer(routeByHeader(...names))],
  };
}
