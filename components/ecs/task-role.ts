import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { policyDocument, trustOf } from "../policy-document.js";
import { tableActions } from "../service-table.js";
import type { StackNames } from "../stack-names.js";

/** A role and its permissions; whoever uses the role waits for both. */
export interface TaskRole {
  readonly role: aws.iam.Role;
  readonly policy: aws.iam.RolePolicy;
}

/** The role that a service's own code runs with: its own table, and nothing else. */
export function createTaskRole(
  name: string,
  names: StackNames,
  service: string,
  parent: pulumi.Resource,
): TaskRole {
  const role = new aws.iam.Role(
    `${name}-task-role`,
    {
      name: names.ecsTaskRole(service),
      assumeRolePolicy: trustOf("ecs-tasks.amazonaws.com", {
        StringEquals: { "aws:SourceAccount": names.identity.accountId },
        ArnLike: { "aws:SourceArn": names.arn("ecs", "*") },
      }),
      tags: names.tags({ service, orchestrator: "ecs" }),
    },
    { parent },
  );
  const policy = new aws.iam.RolePolicy(
    `${name}-task-policy`,
    {
      name: "own-table",
      role: role.name,
      policy: policyDocument({
        Sid: "OwnTable",
        Effect: "Allow",
        Action: tableActions,
        Resource: names.tableArn(service),
      }),
    },
    { parent },
  );
  return { role, policy };
}
