import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { LoadBalancerSpec, TargetGroupSpec } from "../../../sandbox/runtime/desired.js";
import { LoadBalancing } from "../../../sandbox/runtime/load-balancing.js";
import { TimeScale } from "../../../sandbox/runtime/time-scale.js";
import { until } from "./conditions.js";

/** A target in this process. */
export interface TestTarget {
  readonly server: Server;
  readonly port: number;
}

/** Load balancing without tasks: targets are servers in this process. */
export class TestLoadBalancing {
  readonly loadBalancing: LoadBalancing;
  private readonly targets: TestTarget[] = [];
  private loadBalancers: readonly LoadBalancerSpec[] = [];

  constructor(
    private readonly targetGroups: readonly TargetGroupSpec[],
    timeScale = 50,
  ) {
    this.loadBalancing = new LoadBalancing(0, new TimeScale(timeScale), () => undefined);
  }

  async configure(loadBalancer: LoadBalancerSpec): Promise<void> {
    this.loadBalancers = [loadBalancer];
    await this.loadBalancing.sync(this.loadBalancers, this.targetGroups);
  }

  /** Starts a target that answers health checks with 200 and all else as told, and registers it. */
  async add(group: string, answer: RequestListener): Promise<TestTarget> {
    const server = createServer((request, response) => {
      if (request.url === "/health") response.end();
      else answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const target = { server, port: (server.address() as AddressInfo).port };
    this.targets.push(target);
    this.loadBalancing.targetGroup(group)?.register({ address: "127.0.0.1", port: target.port });
    return target;
  }

  /** Waits until a group's targets have these states, in the order of their registration. */
  async states(group: string, ...states: readonly string[]): Promise<void> {
    await until(`the targets of ${group} are ${states.join(", ") || "gone"}`, () => {
      const found = this.loadBalancing
        .targetGroup(group)
        ?.health()
        .map(({ state }) => state);
      return JSON.stringify(found) === JSON.stringify(states);
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.loadBalancing.status().loadBalancers[0]?.listeners[0]?.hostPort ?? 0}`;
  }

  async close(): Promise<void> {
    await this.loadBalancing.close();
    for (const { server } of this.targets) {
      server.close();
      server.closeAllConnections();
    }
  }
}
