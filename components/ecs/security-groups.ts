import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "../load-balancer.js";
import type { Network } from "../network.js";
import type { ServiceSpec } from "../service.js";
import type { StackNames } from "../stack-names.js";

export interface TaskSecurityGroupsArgs {
  readonly names: StackNames;
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly specs: readonly ServiceSpec[];
}

/**
 * One security group for the tasks of each service, and one rule at either end of each declared edge: from the load
 * balancer to every service, and from a service to those it calls. Everything else is closed.
 */
export class TaskSecurityGroups extends pulumi.ComponentResource {
  /** By service name. */
  readonly ids: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: TaskSecurityGroupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:ecs:TaskSecurityGroups", name, {}, opts);
    const make: Make = { name, names: args.names, parent: this };

    const groups = new Map(args.specs.map((spec) => [spec.name, createGroup(make, spec, args.network)]));
    for (const spec of args.specs) {
      const group = required(groups, spec.name);
      openEdge(
        make,
        { name: "load-balancer", groupId: args.loadBalancer.securityGroupId },
        { spec, groupId: group.id },
      );
      openWayOut(make, spec, group, args.network);
    }
    for (const caller of args.specs) {
      for (const callee of args.specs.filter(({ name }) => caller.calls.includes(name))) {
        openEdge(
          make,
          { name: caller.name, groupId: required(groups, caller.name).id },
          { spec: callee, groupId: required(groups, callee.name).id },
        );
      }
    }

    this.ids = Object.fromEntries([...groups].map(([service, group]) => [service, group.id]));
    this.registerOutputs({ ids: this.ids });
  }
}

interface Make {
  readonly name: string;
  readonly names: StackNames;
  readonly parent: pulumi.Resource;
}

function required(
  groups: ReadonlyMap<string, aws.ec2.SecurityGroup>,
  service: string,
): aws.ec2.SecurityGroup {
  const group = groups.get(service);
  if (!group) throw new Error(`No security group was made for the service ${service}.`);
  return group;
}

function createGroup(
  { name, names, parent }: Make,
  spec: ServiceSpec,
  network: Network,
): aws.ec2.SecurityGroup {
  return new aws.ec2.SecurityGroup(
    `${name}-${spec.name}`,
    {
      vpcId: network.vpcId,
      description: `ECS tasks of the service ${spec.name}`,
      tags: names.tags({ service: spec.name, orchestrator: "ecs" }),
    },
    { parent },
  );
}

interface Caller {
  readonly name: string;
  readonly groupId: pulumi.Output<string>;
}

interface Callee {
  readonly spec: ServiceSpec;
  readonly groupId: pulumi.Output<string>;
}

/** Lets one group's members reach a service's port: out of the one group, into the other. */
function openEdge({ name, names, parent }: Make, from: Caller, to: Callee): void {
  const edge = `${name}-${from.name}-to-${to.spec.name}`;
  const port = { ipProtocol: "tcp", fromPort: to.spec.port, toPort: to.spec.port };
  const description = `${from.name} to ${to.spec.name}`;
  const tags = names.tags({ orchestrator: "ecs" });
  new aws.vpc.SecurityGroupEgressRule(
    `${edge}-egress`,
    { securityGroupId: from.groupId, referencedSecurityGroupId: to.groupId, description, tags, ...port },
    { parent },
  );
  new aws.vpc.SecurityGroupIngressRule(
    `${edge}-ingress`,
    { securityGroupId: to.groupId, referencedSecurityGroupId: from.groupId, description, tags, ...port },
    { parent },
  );
}

/** Names and AWS's APIs. The addresses behind ECR, CloudWatch Logs and ECS change, so their port is open to all. */
function openWayOut(
  { name, names, parent }: Make,
  spec: ServiceSpec,
  group: aws.ec2.SecurityGroup,
  network: Network,
): void {
  const tags = names.tags({ service: spec.name, orchestrator: "ecs" });
  const common = { securityGroupId: group.id, tags };
  for (const ipProtocol of ["udp", "tcp"]) {
    new aws.vpc.SecurityGroupEgressRule(
      `${name}-${spec.name}-dns-${ipProtocol}`,
      { ...common, description: "DNS", ipProtocol, fromPort: 53, toPort: 53, cidrIpv4: network.vpcCidr },
      { parent },
    );
  }
  new aws.vpc.SecurityGroupEgressRule(
    `${name}-${spec.name}-aws`,
    {
      ...common,
      description: "AWS APIs",
      ipProtocol: "tcp",
      fromPort: 443,
      toPort: 443,
      cidrIpv4: "0.0.0.0/0",
    },
    { parent },
  );
}
