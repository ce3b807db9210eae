/**
 * A service in no orchestrator's words: what it is called, where it answers, what it needs and whom it calls.
 * ECS and EKS each render the same specification into their own resources.
 */
export interface ServiceSpec {
  /** Lower-case name, unique on the board; becomes part of resource names, so at most 12 characters. */
  readonly name: string;
  /** Path that the load balancer routes to this service, and under which the service answers, e.g. `/users`. */
  readonly path: `/${string}`;
  /** TCP port the container listens on. */
  readonly port: number;
  /** Path of the health check, answered with 200 by a container that can serve. */
  readonly healthPath: `/${string}`;
  /** Hard limits of one replica. */
  readonly size: ServiceSize;
  /** How many replicas run, and what makes their number change. */
  readonly scaling: ServiceScaling;
  /** Names of the services this one sends requests to. Network rules and addresses follow from it. */
  readonly calls: readonly string[];
}

/** Hard limits of one replica: a container that exceeds its memory is killed, its CPU is capped. */
export interface ServiceSize {
  /** CPU units; 1024 units are one vCPU. */
  readonly cpu: number;
  /** Memory in MiB. */
  readonly memory: number;
}

/** Bounds and targets of the autoscaling of one service, the same on every orchestrator. */
export interface ServiceScaling {
  /** Fewest replicas that run. */
  readonly minReplicas: number;
  /** Most replicas that run. */
  readonly maxReplicas: number;
  /** Average CPU use, in percent of the limit, that the autoscaler aims for. */
  readonly cpuPercent: number;
  /** Average memory use, in percent of the limit, that the autoscaler aims for. */
  readonly memoryPercent: number;
  /** Requests per minute and replica that the autoscaler aims for. */
  readonly requestsPerReplica: number;
}
