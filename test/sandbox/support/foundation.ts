import * as aws from "@pulumi/aws";

/** What an ECS service stands on, as small as AWS accepts it. */
export interface Foundation {
  readonly vpc: aws.ec2.Vpc;
  readonly subnets: readonly aws.ec2.Subnet[];
  readonly listener: aws.lb.Listener;
  readonly cluster: aws.ecs.Cluster;
  readonly role: aws.iam.Role;
}

const zones = ["a", "b"] as const;

/** Makes a VPC with two subnets, a load balancer with a listener, a cluster on Fargate and an execution role. */
export function createFoundation(): Foundation {
  const vpc = new aws.ec2.Vpc("vpc", { cidrBlock: "10.0.0.0/16" });
  const gateway = new aws.ec2.InternetGateway("gateway", { vpcId: vpc.id });
  const subnets = zones.map(
    (zone, index) =>
      new aws.ec2.Subnet(zone, {
        vpcId: vpc.id,
        cidrBlock: `10.0.${index}.0/24`,
        availabilityZone: `us-east-1${zone}`,
      }),
  );
  const balancer = new aws.lb.LoadBalancer(
    "balancer",
    { subnets: subnets.map(({ id }) => id) },
    { dependsOn: [gateway] },
  );
  const listener = new aws.lb.Listener("listener", {
    loadBalancerArn: balancer.arn,
    port: 80,
    defaultActions: [
      { type: "fixed-response", fixedResponse: { statusCode: "404", contentType: "text/plain" } },
    ],
  });
  const cluster = new aws.ecs.Cluster("cluster", { name: "cluster" });
  const role = new aws.iam.Role("execution", {
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "ecs-tasks.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    }),
  });
  return { vpc, subnets, listener, cluster, role };
}

/** A target group that takes addresses. */
export function createTargetGroup(name: string, { vpc }: Foundation, options = {}): aws.lb.TargetGroup {
  return new aws.lb.TargetGroup(
    name,
    { vpcId: vpc.id, port: 80, protocol: "HTTP", targetType: "ip" },
    options,
  );
}

/** A task definition of one container on Fargate, with what a test changes. */
export function createTaskDefinition(
  { role }: Foundation,
  changes: Partial<aws.ecs.TaskDefinitionArgs> = {},
): aws.ecs.TaskDefinition {
  return new aws.ecs.TaskDefinition("task", {
    family: "task",
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    executionRoleArn: role.arn,
    containerDefinitions: JSON.stringify([
      { name: "web", image: "public.ecr.aws/web:1", portMappings: [{ containerPort: 80 }] },
    ]),
    ...changes,
  });
}
