import type { ActionSpec, LoadBalancerSpec, TargetGroupSpec } from "./desired.js";
import { HostPorts } from "./host-ports.js";
import { LoadBalancer, type ListenerStatus } from "./load-balancer.js";
import { TargetGroup, type TargetHealth } from "./target-group.js";
import type { TimeScale } from "./time-scale.js";

/** A load balancer as it runs. */
export interface LoadBalancerStatus {
  readonly arn: string;
  readonly listeners: readonly ListenerStatus[];
}

/** A target group as it is. */
export interface TargetGroupStatus {
  readonly arn: string;
  readonly name: string;
  readonly targets: readonly TargetHealth[];
}

/** All load balancers and target groups. */
export class LoadBalancing {
  private readonly loadBalancers = new Map<string, LoadBalancer>();
  private readonly targetGroups = new Map<string, TargetGroup>();
  private readonly ports: HostPorts;

  /**
   * @param basePort Host port of listeners' port 80, or 0 for any free one.
   * @param changed Called whenever a target has changed.
   */
  constructor(
    basePort: number,
    private readonly timeScale: TimeScale,
    private readonly changed: () => void,
  ) {
    this.ports = new HostPorts(basePort);
  }

  targetGroup(arn: string): TargetGroup | undefined {
    return this.targetGroups.get(arn);
  }

  /** @throws Error naming every listener that cannot be opened; all else is done nevertheless. */
  async sync(
    loadBalancers: readonly LoadBalancerSpec[],
    targetGroups: readonly TargetGroupSpec[],
  ): Promise<void> {
    this.syncTargetGroups(targetGroups, targetGroupsInUse(loadBalancers));
    await this.syncLoadBalancers(loadBalancers);
  }

  status(): {
    readonly loadBalancers: readonly LoadBalancerStatus[];
    readonly targetGroups: readonly TargetGroupStatus[];
  } {
    return {
      loadBalancers: [...this.loadBalancers].map(([arn, loadBalancer]) => ({
        arn,
        listeners: loadBalancer.status(),
      })),
      targetGroups: [...this.targetGroups].map(([arn, group]) => ({
        arn,
        name: group.name,
        targets: group.health(),
      })),
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.loadBalancers.values()].map((loadBalancer) => loadBalancer.close()));
    for (const group of this.targetGroups.values()) group.close();
  }

  private syncTargetGroups(specs: readonly TargetGroupSpec[], inUse: ReadonlySet<string>): void {
    for (const [arn, group] of this.targetGroups) {
      if (specs.some((spec) => spec.arn === arn)) continue;
      group.close();
      this.targetGroups.delete(arn);
    }
    for (const spec of specs) {
      const group =
        this.targetGroups.get(spec.arn) ??
        new TargetGroup(spec, this.timeScale, () => this.targetsChanged(spec.arn));
      this.targetGroups.set(spec.arn, group);
      group.update(spec, inUse.has(spec.arn));
    }
  }

  private async syncLoadBalancers(specs: readonly LoadBalancerSpec[]): Promise<void> {
    for (const [arn, loadBalancer] of this.loadBalancers) {
      if (specs.some((spec) => spec.arn === arn)) continue;
      this.loadBalancers.delete(arn);
      await loadBalancer.close();
    }
    const problems: unknown[] = [];
    for (const spec of specs) {
      await this.loadBalancer(spec)
        .update(spec)
        .catch((error: unknown) => problems.push(error));
    }
    if (problems.length > 0) throw new Error(problems.map(String).join(" "));
  }

  private loadBalancer(spec: LoadBalancerSpec): LoadBalancer {
    const existing = this.loadBalancers.get(spec.arn);
    if (existing) return existing;
    const created = new LoadBalancer(spec, this.ports, this.timeScale);
    this.loadBalancers.set(spec.arn, created);
    for (const [arn, group] of this.targetGroups) created.updateTargets(arn, group.routable());
    return created;
  }

  private targetsChanged(arn: string): void {
    const endpoints = this.targetGroups.get(arn)?.routable() ?? [];
    for (const loadBalancer of this.loadBalancers.values()) loadBalancer.updateTargets(arn, endpoints);
    this.changed();
  }
}

/** Target groups that a rule or a default action refers to, whatever their weight. */
function targetGroupsInUse(loadBalancers: readonly LoadBalancerSpec[]): ReadonlySet<string> {
  const actions = loadBalancers
    .flatMap(({ listeners }) => listeners)
    .flatMap(({ rules, defaultAction }): ActionSpec[] => [
      ...rules.map(({ action }) => action),
      defaultAction,
    ]);
  return new Set(
    actions.flatMap((action) => (action.type === "forward" ? action.targetGroups.map(({ arn }) => arn) : [])),
  );
}
