import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { ListenerSpec, LoadBalancerSpec } from "./desired.js";
import type { HostPorts } from "./host-ports.js";
import { LoadBalancerNode } from "./load-balancer-node.js";
import type { Endpoint } from "./target-group.js";
import type { TimeScale } from "./time-scale.js";

/** How many nodes a load balancer has: AWS runs at least one in each of its zones. */
const nodeCount = 3;
const defaultIdleTimeoutSeconds = 60;

/** A listener as it runs. */
export interface ListenerStatus {
  readonly arn: string;
  /** Port as the program knows it. */
  readonly port: number;
  /** Port of 127.0.0.1 where it is found; undefined while it cannot be opened. */
  readonly hostPort: number | undefined;
}

interface Listener {
  spec: ListenerSpec;
  readonly server: Server;
  readonly reserved: number;
}

/**
 * An application load balancer: listeners on ports of 127.0.0.1, and nodes that client connections are spread over. The
 * nodes learn of a change at different moments: the first at once, the last when it has propagated.
 */
export class LoadBalancer {
  private readonly nodes: readonly LoadBalancerNode[];
  private readonly listeners = new Map<string, Listener>();
  private readonly lessons = new Set<NodeJS.Timeout>();
  private connectionCount = 0;

  constructor(
    private spec: LoadBalancerSpec,
    private readonly ports: HostPorts,
    private readonly timeScale: TimeScale,
  ) {
    const idleTimeout = idleTimeoutOf(spec);
    this.nodes = Array.from(
      { length: nodeCount },
      () => new LoadBalancerNode((port) => this.hostPort(port), idleTimeout),
    );
  }

  /**
   * Opens and closes listeners, and lets the nodes learn the rules.
   *
   * @throws Error where a listener's port is in use.
   */
  async update(spec: LoadBalancerSpec): Promise<void> {
    this.spec = spec;
    for (const [arn, listener] of this.listeners) {
      if (!spec.listeners.some((wanted) => wanted.arn === arn && wanted.port === listener.spec.port)) {
        this.listeners.delete(arn);
        await this.closeListener(listener);
      }
    }
    for (const wanted of spec.listeners) {
      const listener = this.listeners.get(wanted.arn);
      if (!listener) await this.open(wanted);
      else if (JSON.stringify(listener.spec) !== JSON.stringify(wanted)) {
        listener.spec = wanted;
        this.teach(this.timeScale.rulePropagation(), (node) => node.learnRules(wanted));
      }
    }
  }

  /** Lets the nodes learn where requests of a target group may go from now on. */
  updateTargets(targetGroupArn: string, endpoints: readonly Endpoint[]): void {
    this.teach(this.timeScale.targetPropagation(), (node) => node.learnTargets(targetGroupArn, endpoints));
  }

  status(): readonly ListenerStatus[] {
    return this.spec.listeners.map(({ arn, port }) => {
      const address = this.listeners.get(arn)?.server.address() as AddressInfo | null | undefined;
      return { arn, port, hostPort: address?.port };
    });
  }

  /** Closes all ports; requests in flight have a second to finish. */
  async close(): Promise<void> {
    for (const lesson of this.lessons) clearTimeout(lesson);
    const listeners = [...this.listeners.values()];
    this.listeners.clear();
    await Promise.all(listeners.map((listener) => this.closeListener(listener)));
    for (const node of this.nodes) node.close();
  }

  private async open(spec: ListenerSpec): Promise<void> {
    const reserved = this.ports.take(spec.port);
    const nodeOf = new WeakMap<Socket, LoadBalancerNode>();
    // AWS closes a client's connection after the idle timeout, and limits no request's length in time.
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: idleTimeoutOf(this.spec) });
    const listener: Listener = { spec, server, reserved };
    server.on("connection", (socket) => {
      const node = this.nodes[this.connectionCount++ % nodeCount];
      if (node) nodeOf.set(socket, node);
    });
    server.on("request", (request, response) => {
      nodeOf.get(request.socket)?.handle(request, response, listener.spec);
    });
    try {
      await listen(server, reserved);
    } catch (error) {
      this.ports.release(reserved);
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`The load balancer cannot open its port ${spec.port} on this host: ${why}`, {
        cause: error,
      });
    }
    this.listeners.set(spec.arn, listener);
    // A listener that has just been created is the same to all nodes.
    for (const node of this.nodes) node.learnRules(spec);
  }

  private async closeListener({ server, spec, reserved }: Listener): Promise<void> {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeIdleConnections();
    const impatience = setTimeout(() => server.closeAllConnections(), 1000);
    await closed;
    clearTimeout(impatience);
    this.ports.release(reserved);
    for (const node of this.nodes) node.forgetListener(spec.arn);
  }

  /** Lets each node learn at its own moment, evenly spread until `last` milliseconds from now. */
  private teach(last: number, lesson: (node: LoadBalancerNode) => void): void {
    this.nodes.forEach((node, index) => {
      const timer = setTimeout(
        () => {
          this.lessons.delete(timer);
          lesson(node);
        },
        (last * index) / (nodeCount - 1),
      );
      this.lessons.add(timer);
    });
  }

  private hostPort(listenerPort: number): number {
    const open = this.status().find(({ port }) => port === listenerPort);
    return open?.hostPort ?? this.ports.usual(listenerPort);
  }
}

function idleTimeoutOf({ idleTimeoutSeconds = defaultIdleTimeoutSeconds }: LoadBalancerSpec): number {
  return idleTimeoutSeconds * 1000;
}

async function listen(server: Server, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}
