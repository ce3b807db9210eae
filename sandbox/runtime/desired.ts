/**
 * What should be running, in no provider's words. The account's resources are translated into it after every
 * change, and the runtime makes it so. Times are AWS's; the runtime divides the ones it waits for by its time scale.
 */
export interface Desired {
  readonly loadBalancers: readonly LoadBalancerSpec[];
  readonly targetGroups: readonly TargetGroupSpec[];
  readonly services: readonly ServiceSpec[];
  readonly tables: readonly TableSpec[];
}

/** An application load balancer: where clients connect, and the rules by which their requests travel on. */
export interface LoadBalancerSpec {
  readonly arn: string;
  readonly listeners: readonly ListenerSpec[];
  /** How long a connection may be silent; default 60, AWS's own. Real seconds, not divided by the time scale. */
  readonly idleTimeoutSeconds?: number;
}

export interface ListenerSpec {
  readonly arn: string;
  /** Port the program asked for, e.g. 80. The runtime maps it to the host's port. */
  readonly port: number;
  readonly rules: readonly RuleSpec[];
  /** Taken when no rule matches. */
  readonly defaultAction: ActionSpec;
}

/** A listener rule. The lowest priority number whose conditions all match wins. */
export interface RuleSpec {
  readonly arn: string;
  readonly priority: number;
  readonly conditions: readonly ConditionSpec[];
  readonly action: ActionSpec;
}

/** Values of one condition are alternatives; `*` and `?` are wildcards. Paths are case-sensitive, headers' values are not. */
export type ConditionSpec =
  | { readonly field: "path-pattern"; readonly values: readonly string[] }
  | { readonly field: "host-header"; readonly values: readonly string[] }
  | { readonly field: "http-header"; readonly name: string; readonly values: readonly string[] };

export type ActionSpec =
  | {
      readonly type: "forward";
      readonly targetGroups: readonly { readonly arn: string; readonly weight: number }[];
    }
  | {
      readonly type: "fixed-response";
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
    }
  | { readonly type: "redirect"; readonly status: number; readonly location: RedirectSpec };

/** Parts of the address to redirect to, with AWS's placeholders such as `#{host}`, `#{port}`, `#{path}`, `#{query}`. */
export interface RedirectSpec {
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

/** A target group of type `ip`. Health checks run only while a rule or a default action refers to it. */
export interface TargetGroupSpec {
  readonly arn: string;
  readonly name: string;
  readonly deregistrationDelaySeconds: number;
  readonly healthCheck: {
    readonly path: string;
    readonly intervalSeconds: number;
    readonly timeoutSeconds: number;
    readonly healthyThreshold: number;
    readonly unhealthyThreshold: number;
    /** HTTP status codes that count as healthy, as `200`, `200,202` or `200-299`. */
    readonly matcher: string;
  };
}

/** A service that an orchestrator keeps at a number of tasks. */
export interface ServiceSpec {
  /** Unique: the service's ARN. */
  readonly id: string;
  readonly name: string;
  readonly cluster: string;
  readonly desiredCount: number;
  /**
   * Identifies what a task runs; a new revision starts a rolling deployment. It changes with everything that a running
   * task cannot take up: its containers, target groups and name. A revision that has failed is not tried again.
   */
  readonly revision: string;
  readonly task: TaskSpec;
  readonly targetGroups: readonly { readonly arn: string; readonly containerPort: number }[];
  /**
   * Name under which the tasks are found, with the time to live of its address records. A task is found once it runs, as
   * by Cloud Map, or once it is also healthy in its target groups, as by a Kubernetes Service; default `running`.
   */
  readonly discovery:
    | { readonly hostname: string; readonly ttlSeconds: number; readonly from?: "running" | "healthy" }
    | undefined;
  readonly deployment: {
    readonly minimumHealthyPercent: number;
    readonly maximumPercent: number;
    readonly circuitBreaker: { readonly enable: boolean; readonly rollback: boolean };
  };
  readonly healthCheckGracePeriodSeconds: number;
}

/** What one task (on EKS: one pod) runs. */
export interface TaskSpec {
  readonly containers: readonly ContainerSpec[];
}

export interface ContainerSpec {
  readonly name: string;
  /** Image reference, pinned by digest. */
  readonly image: string;
  /** Hard limit in MiB: a container above it is killed. */
  readonly memoryMib: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Time between SIGTERM and SIGKILL. */
  readonly stopTimeoutSeconds: number;
  readonly essential: boolean;
  /** Log group that receives what the container prints. */
  readonly logGroup: string | undefined;
  readonly logStreamPrefix: string;
}

/** A DynamoDB table. */
export interface TableSpec {
  readonly arn: string;
  readonly name: string;
  /** Names of the partition key and, where there is one, the sort key. */
  readonly keys: readonly string[];
  readonly attributes: readonly { readonly name: string; readonly type: "S" | "N" | "B" }[];
}

/** Where the images are that tasks run. */
export interface ImageStore {
  /** Path of the image's entry file; throws `CannotPullContainerError` in AWS's words when there is no such image. */
  entryPoint(image: string): string;
}
