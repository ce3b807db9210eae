import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PulumiFn } from "@pulumi/pulumi/automation";
import type { Session } from "../../sandbox/session.js";
import { requireEngine } from "./support/engine.js";
import {
  createFoundation,
  createTargetGroup,
  createTaskDefinition,
  type Foundation,
} from "./support/foundation.js";
import { TestSandbox } from "./support/sandbox.js";

/** A resource as a program without types could write it. */
class Untyped extends pulumi.CustomResource {}

/** What AWS refuses: a change of a program that works, and the error code and words of the refusal. */
const refusals: readonly (readonly [
  sentence: string,
  change: (foundation: Foundation) => void,
  refusal: RegExp,
])[] = [
  [
    "an ECS service whose target group has no load balancer",
    (foundation) => {
      const targetGroup = createTargetGroup("lonely", foundation);
      createService(foundation, targetGroup);
    },
    /InvalidParameterException: The target group with targetGroupArn arn:\S+ does not have an associated load balancer\./,
  ],
  [
    "an impossible Fargate size",
    (foundation) => void createTaskDefinition(foundation, { cpu: "256", memory: "4096" }),
    /ClientException: No Fargate configuration exists for given values: 256 CPU, 4096 memory/,
  ],
  [
    "a task definition that names a role that does not exist",
    (foundation) =>
      void createTaskDefinition(foundation, { executionRoleArn: "arn:aws:iam::123456789012:role/nobody" }),
    /ClientException: Role is not valid/,
  ],
  [
    "a repository name in use",
    () => {
      const first = new aws.ecr.Repository("first", { name: "taken" });
      new aws.ecr.Repository("second", { name: "taken" }, { dependsOn: [first] });
    },
    /RepositoryAlreadyExistsException: The repository with name 'taken' already exists in the registry with id '123456789012'/,
  ],
  [
    "a repository policy that names a principal that does not exist",
    () => {
      const { name } = new aws.ecr.Repository("images", {});
      const Principal = { AWS: "arn:aws:iam::123456789012:role/nobody" };
      const Statement = { Effect: "Allow", Principal, Action: "ecr:PutImage" };
      new aws.ecr.RepositoryPolicy("images", { repository: name, policy: JSON.stringify({ Statement }) });
    },
    /InvalidParameterException: .*Invalid repository policy provided/,
  ],
  [
    "a listener rule of a priority in use",
    ({ listener }) => {
      const first = createRule("first", listener, 7, fixedResponse);
      createRule("second", listener, 7, fixedResponse, { dependsOn: [first] });
    },
    /PriorityInUse: Priority '7' is currently in use/,
  ],
  [
    "a load balancer in a single availability zone",
    ({ subnets }) =>
      void new aws.lb.LoadBalancer("narrow", { subnets: subnets.slice(0, 1).map(({ id }) => id) }),
    /ValidationError: At least two subnets in two different Availability Zones must be specified/,
  ],
  [
    "a subnet outside of its VPC",
    ({ vpc }) =>
      void new aws.ec2.Subnet("outside", {
        vpcId: vpc.id,
        cidrBlock: "10.9.0.0/24",
        availabilityZone: "us-east-1a",
      }),
    /InvalidSubnet\.Range: The CIDR '10\.9\.0\.0\/24' is invalid/,
  ],
  [
    "a scalable target of a service that does not exist",
    () =>
      void new aws.appautoscaling.Target("nothing", {
        serviceNamespace: "ecs",
        scalableDimension: "ecs:service:DesiredCount",
        resourceId: "service/cluster/nothing",
        minCapacity: 1,
        maxCapacity: 2,
      }),
    /ValidationException: ECS service doesn't exist: service\/cluster\/nothing/,
  ],
  [
    "a missing property",
    ({ vpc }) =>
      void new aws.lb.TargetGroup("incomplete", { vpcId: vpc.id, protocol: "HTTP", targetType: "ip" }),
    /Missing required argument: the argument "port" is required/,
  ],
  [
    "a misspelt property",
    () => void new Untyped("aws:ecr/repository:Repository", "misspelt", { imageTagMutabilty: "IMMUTABLE" }),
    /Unsupported argument: an argument named "imageTagMutabilty" is not expected here/,
  ],
  [
    "a resource type that it does not know",
    () => void new Untyped("aws:quantum/computer:Computer", "computer", {}),
    /unrecognized resource type \(Check\): aws:quantum\/computer:Computer/,
  ],
];

const fixedResponse = {
  type: "fixed-response",
  fixedResponse: { statusCode: "200", contentType: "text/plain" },
};

function createRule(
  name: string,
  { arn }: aws.lb.Listener,
  priority: number,
  action: aws.types.input.lb.ListenerRuleAction,
  options = {},
): aws.lb.ListenerRule {
  const conditions = [{ pathPattern: { values: [`/${name}`] } }];
  return new aws.lb.ListenerRule(
    name,
    { listenerArn: arn, priority, conditions, actions: [action] },
    options,
  );
}

function createService(foundation: Foundation, { arn }: aws.lb.TargetGroup, options = {}): aws.ecs.Service {
  const { cluster, subnets } = foundation;
  return new aws.ecs.Service(
    "service",
    {
      cluster: cluster.arn,
      taskDefinition: createTaskDefinition(foundation).arn,
      launchType: "FARGATE",
      desiredCount: 0,
      networkConfiguration: { subnets: subnets.map(({ id }) => id) },
      loadBalancers: [{ targetGroupArn: arn, containerName: "web", containerPort: 80 }],
    },
    options,
  );
}

describe("the sandbox's account", function () {
  this.timeout(300_000);
  requireEngine();
  let sandbox: TestSandbox;
  let session: Session;

  before(async () => {
    sandbox = await TestSandbox.create();
    session = await sandbox.session(() => Promise.resolve());
    await up(() => void createFoundation());
  });

  after(async () => {
    await session.close();
    await sandbox.remove();
  });

  for (const [sentence, change, refusal] of refusals) {
    it(`refuses ${sentence}`, async () => {
      await assert.rejects(
        up(() => change(createFoundation())),
        refusal,
      );
    });
  }

  it("accepts the service once a rule forwards to its target group", async () => {
    await up(() => {
      const foundation = createFoundation();
      const targetGroup = createTargetGroup("attached", foundation);
      const rule = createRule("web", foundation.listener, 1, {
        type: "forward",
        targetGroupArn: targetGroup.arn,
      });
      createService(foundation, targetGroup, { dependsOn: [rule] });
    });
  });

  it("refuses to delete a target group that a rule still uses", async () => {
    let arn = "";
    await up(() => {
      const foundation = createFoundation();
      const targetGroup = createTargetGroup("used", foundation);
      targetGroup.arn.apply((value) => (arn = value));
      createRule("web", foundation.listener, 1, { type: "forward", targetGroupArn: targetGroup.arn });
    });

    const forgotten = up(() => {
      createRule("web", createFoundation().listener, 1, { type: "forward", targetGroupArn: arn });
    });

    await assert.rejects(
      forgotten,
      /ResourceInUse: Target group 'arn:\S+' is currently in use by a listener or a rule/,
    );
  });

  /** Brings the stack to a program; rejects with what the engine said. */
  async function up(program: () => void): Promise<void> {
    const inline: PulumiFn = () => Promise.resolve(program());
    await session.stack.up({ program: inline });
  }
});
