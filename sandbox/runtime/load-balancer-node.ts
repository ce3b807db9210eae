import type { IncomingMessage, ServerResponse } from "node:http";
import type { ActionSpec, ListenerSpec } from "./desired.js";
import { forward } from "./forward.js";
import { answerError, answerFixed, answerRedirect } from "./listener-answers.js";
import { ListenerRules } from "./listener-rules.js";
import { TargetConnections } from "./target-connections.js";
import type { Endpoint } from "./target-group.js";

/**
 * One of the machines that a load balancer consists of. It acts on what it has learned so far, which may be older than
 * what the others know.
 */
export class LoadBalancerNode {
  private readonly rules = new Map<string, ListenerRules>();
  private readonly targets = new Map<string, { readonly endpoints: readonly Endpoint[]; turn: number }>();
  private readonly connections = new Map<string, TargetConnections>();

  /**
   * @param hostPort Where a listener's port is found on this host.
   * @param idleTimeout Milliseconds that a connection to a target may be silent.
   */
  constructor(
    private readonly hostPort: (port: number) => number,
    private readonly idleTimeout: number,
  ) {}

  learnRules(listener: ListenerSpec): void {
    this.rules.set(listener.arn, new ListenerRules(listener));
  }

  forgetListener(arn: string): void {
    this.rules.delete(arn);
  }

  /** @param endpoints Where requests of the target group may go from now on. */
  learnTargets(targetGroupArn: string, endpoints: readonly Endpoint[]): void {
    const turn = this.targets.get(targetGroupArn)?.turn ?? 0;
    this.targets.set(targetGroupArn, { endpoints, turn });
    this.retireConnections();
  }

  /** Answers a request that came in on a listener. */
  handle(request: IncomingMessage, response: ServerResponse, { arn, port }: ListenerSpec): void {
    const action = this.rules.get(arn)?.actionFor(request);
    switch (action?.type) {
      case "forward": {
        const endpoint = this.nextEndpoint(action);
        if (endpoint) forward(request, response, endpoint, this.connectionsTo(endpoint), port);
        else answerError(response, 503);
        return;
      }
      case "fixed-response":
        return answerFixed(response, action);
      case "redirect":
        return answerRedirect(request, response, action, port, this.hostPort);
      case undefined:
        return answerError(response, 503);
    }
  }

  close(): void {
    for (const connections of this.connections.values()) connections.destroy();
    this.connections.clear();
  }

  /** Target group by weight, then its targets in turn. An empty group's requests go nowhere else, as on AWS. */
  private nextEndpoint({ targetGroups }: Extract<ActionSpec, { type: "forward" }>): Endpoint | undefined {
    const group = this.targets.get(chooseByWeight(targetGroups)?.arn ?? "");
    if (!group || group.endpoints.length === 0) return undefined;
    group.turn = (group.turn + 1) % group.endpoints.length;
    return group.endpoints[group.turn];
  }

  private connectionsTo({ address, port }: Endpoint): TargetConnections {
    const key = `${address}:${port}`;
    const connections = this.connections.get(key) ?? new TargetConnections(this.idleTimeout);
    this.connections.set(key, connections);
    return connections;
  }

  /** Lets go of the connections to all targets that no group routes to any more. */
  private retireConnections(): void {
    const endpoints = [...this.targets.values()].flatMap((group) => group.endpoints);
    const current = new Set(endpoints.map(({ address, port }) => `${address}:${port}`));
    for (const [key, connections] of this.connections) {
      if (current.has(key)) continue;
      connections.retire();
      this.connections.delete(key);
    }
  }
}

function chooseByWeight<T extends { readonly weight: number }>(choices: readonly T[]): T | undefined {
  if (choices.length === 1) return choices[0];
  let place = Math.random() * choices.reduce((sum, { weight }) => sum + weight, 0);
  return choices.find(({ weight }) => (place -= weight) < 0);
}
