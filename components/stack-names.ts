import type { Orchestrator } from "./orchestrator.js";

/** Which stack this is, and the account and region it lives in. */
export interface StackIdentity {
  readonly project: string;
  readonly stack: string;
  /** `aws`, `aws-cn` or `aws-us-gov`. */
  readonly partition: string;
  /** `amazonaws.com`, or the partition's own. */
  readonly dnsSuffix: string;
  readonly region: string;
  /** Twelve digits. */
  readonly accountId: string;
}

/**
 * Every explicit name of the stack and the ARN that follows from it. They are plain strings, known in preview:
 * this is what lets a policy that names a role be judged before the role exists. All other names are Pulumi's.
 */
export class StackNames {
  constructor(readonly identity: StackIdentity) {}

  /** Start of every name that is unique in an account: project and stack. */
  get prefix(): string {
    return `${this.identity.project}-${this.identity.stack}`;
  }

  /** Tags of every resource of the stack. */
  tags(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return { project: this.identity.project, stack: this.identity.stack, "managed-by": "pulumi", ...extra };
  }

  repository(service: string): string {
    return `${this.prefix}/${service}`;
  }

  repositoryArn(service: string): string {
    return this.arn("ecr", `repository/${this.repository(service)}`);
  }

  /** Address to push to and pull from, without tag or digest. */
  repositoryUrl(service: string): string {
    const { accountId, region, dnsSuffix } = this.identity;
    return `${accountId}.dkr.ecr.${region}.${dnsSuffix}/${this.repository(service)}`;
  }

  table(service: string): string {
    return `${this.prefix}-${service}`;
  }

  tableArn(service: string): string {
    return this.arn("dynamodb", `table/${this.table(service)}`);
  }

  logGroup(service: string): string {
    return `/${this.identity.project}/${this.identity.stack}/${service}`;
  }

  logGroupArn(service: string): string {
    return this.arn("logs", `log-group:${this.logGroup(service)}`);
  }

  cluster(orchestrator: Orchestrator): string {
    return `${this.prefix}-${orchestrator}`;
  }

  /** Private DNS domain in which ECS tasks find each other. */
  get discoveryDomain(): string {
    return `${this.prefix}.internal`;
  }

  ecsExecutionRole(service: string): string {
    return `${this.prefix}-${service}-ecs-execution`;
  }

  ecsTaskRole(service: string): string {
    return `${this.prefix}-${service}-ecs-task`;
  }

  get eksPodExecutionRole(): string {
    return `${this.prefix}-eks-pod-execution`;
  }

  get eksNodeRole(): string {
    return `${this.prefix}-eks-node`;
  }

  roleArn(roleName: string): string {
    return `arn:${this.identity.partition}:iam::${this.identity.accountId}:role/${roleName}`;
  }

  /** ARN of something of this stack's account and region, e.g. `arn("ecs", "cluster/board")`. */
  arn(service: string, resource: string): string {
    const { partition, region, accountId } = this.identity;
    return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
  }
}
