import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { pullActions } from "./ecr-actions.js";
import { policyDocument, trustOf, type Statement } from "./policy-document.js";
import type { StackNames } from "./stack-names.js";

/** A service and where its image comes from. */
export interface PulledService {
  readonly name: string;
  /** ARNs of the repositories that hold its image: its own, and the one of a configured image. */
  readonly repositoryArns: readonly string[];
}

export interface PullRolesArgs {
  readonly names: StackNames;
  readonly services: readonly PulledService[];
}

/** A role and its permissions; whoever uses the role waits for both. */
export interface PullRole {
  readonly role: aws.iam.Role;
  readonly policy: aws.iam.RolePolicy;
}

/**
 * The roles that pull images, of every orchestrator, running or not. They exist always: a repository policy that forgot
 * the side that is about to go would keep its replicas from restarting in the middle of a switch.
 */
export class PullRoles extends pulumi.ComponentResource {
  /** By service name: the role with which ECS pulls the service's image and writes its logs. */
  readonly ecsExecution: Readonly<Record<string, PullRole>>;
  /** With which EKS pulls images for pods on Fargate. */
  readonly eksPodExecution: PullRole;
  /** With which EC2 instances of an EKS cluster pull images. */
  readonly eksNode: PullRole;

  constructor(name: string, args: PullRolesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:index:PullRoles", name, {}, opts);
    const { names, services } = args;
    const everyImage = pullStatements(services.flatMap(({ repositoryArns }) => repositoryArns));

    this.ecsExecution = Object.fromEntries(
      services.map((service) => [
        service.name,
        createRole(`${name}-${service.name}-ecs-execution`, this, {
          roleName: names.ecsExecutionRole(service.name),
          trust: trustOf("ecs-tasks.amazonaws.com", onlyFor(names, "ecs", "*")),
          statements: [...pullStatements(service.repositoryArns), writeLogs(names, service.name)],
          tags: names.tags({ service: service.name }),
        }),
      ]),
    );
    this.eksPodExecution = createRole(`${name}-eks-pod-execution`, this, {
      roleName: names.eksPodExecutionRole,
      trust: trustOf(
        "eks-fargate-pods.amazonaws.com",
        onlyFor(names, "eks", `fargateprofile/${names.cluster("eks")}/*`),
      ),
      statements: everyImage,
      tags: names.tags(),
    });
    this.eksNode = createRole(`${name}-eks-node`, this, {
      roleName: names.eksNodeRole,
      trust: trustOf("ec2.amazonaws.com"),
      statements: everyImage,
      tags: names.tags(),
    });

    this.registerOutputs({
      ecsExecution: this.ecsExecution,
      eksPodExecution: this.eksPodExecution,
      eksNode: this.eksNode,
    });
  }
}

/** ARNs of the roles of this stack that pull the image of one service; they follow from names, so preview knows them. */
export function pullRoleArns(names: StackNames, service: string): string[] {
  return [names.ecsExecutionRole(service), names.eksPodExecutionRole, names.eksNodeRole].map((role) =>
    names.roleArn(role),
  );
}

// Against a confused deputy: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html and
// https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html
function onlyFor(names: StackNames, service: string, resource: string): Statement["Condition"] {
  return {
    StringEquals: { "aws:SourceAccount": names.identity.accountId },
    ArnLike: { "aws:SourceArn": names.arn(service, resource) },
  };
}

function pullStatements(repositoryArns: readonly string[]): Statement[] {
  return [
    // No resource of its own exists for this action: it can only be allowed on all.
    { Sid: "LogInToRegistry", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    { Sid: "PullImages", Effect: "Allow", Action: pullActions, Resource: [...new Set(repositoryArns)] },
  ];
}

function writeLogs(names: StackNames, service: string): Statement {
  return {
    Sid: "WriteLogs",
    Effect: "Allow",
    Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
    Resource: `${names.logGroupArn(service)}:*`,
  };
}

interface RoleSettings {
  readonly roleName: string;
  readonly trust: string;
  readonly statements: readonly Statement[];
  readonly tags: Record<string, string>;
}

function createRole(name: string, parent: pulumi.Resource, settings: RoleSettings): PullRole {
  const role = new aws.iam.Role(
    `${name}-role`,
    { name: settings.roleName, assumeRolePolicy: settings.trust, tags: settings.tags },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-policy`,
    { name: "pull", role: role.name, policy: policyDocument(...settings.statements) },
    { parent },
  );
  return { role, policy };
}
