import { version } from "@pulumi/aws/package.json";
import { resourcesByType, type InvokeFunction, type Package } from "../provider/model.js";
import type { Account } from "./account.js";
import { scalableTarget, scalingPolicy } from "./appautoscaling/target.js";
import { table } from "./dynamodb/table.js";
import { eip, internetGateway, natGateway } from "./ec2/gateways.js";
import { route, routeTable, routeTableAssociation } from "./ec2/routes.js";
import { defaultSecurityGroup, egressRule, ingressRule, securityGroup } from "./ec2/security-group.js";
import { subnet } from "./ec2/subnet.js";
import { vpcEndpoint } from "./ec2/vpc-endpoint.js";
import { vpc } from "./ec2/vpc.js";
import { authorizationToken } from "./ecr/authorization.js";
import { lifecyclePolicy, repositoryPolicy } from "./ecr/repository-policy.js";
import { repository } from "./ecr/repository.js";
import { cluster, clusterCapacityProviders } from "./ecs/cluster.js";
import { service } from "./ecs/service.js";
import { taskDefinition } from "./ecs/task-definition.js";
import { listener, listenerRule } from "./elb/listener.js";
import { loadBalancer } from "./elb/load-balancer.js";
import { targetGroup } from "./elb/target-group.js";
import { role, rolePolicy } from "./iam/role.js";
import { logGroup } from "./logs/log-group.js";
import { discoveryService, privateDnsNamespace } from "./servicediscovery/service.js";

/** The resource types of the `aws` package that the sandbox models. */
export const awsResources = [
  vpc, subnet, internetGateway, eip, natGateway, routeTable, route, routeTableAssociation, vpcEndpoint,
  securityGroup, defaultSecurityGroup, ingressRule, egressRule,
  role, rolePolicy,
  repository, repositoryPolicy, lifecyclePolicy,
  logGroup, table,
  loadBalancer, targetGroup, listener, listenerRule,
  cluster, clusterCapacityProviders, taskDefinition, service,
  privateDnsNamespace, discoveryService,
  scalableTarget, scalingPolicy,
]; // prettier-ignore

/** The `aws` package, over one account. */
export function awsPackage(account: Account): Package {
  return {
    name: "aws",
    version,
    resources: resourcesByType(awsResources),
    functions: awsFunctions(account),
    configure({ region }) {
      if (typeof region !== "string" || region === "") {
        throw new Error("Invalid AWS Region: set it with `pulumi config set aws:region <region>`");
      }
      account.region = region;
    },
  };
}

function awsFunctions(account: Account): ReadonlyMap<string, InvokeFunction> {
  const { accountId, partition, callerArn } = account.identity;
  return new Map<string, InvokeFunction>([
    [
      "aws:index/getCallerIdentity:getCallerIdentity",
      () => ({ id: accountId, accountId, arn: callerArn, userId: "AIDASANDBOXDEVELOPER1" }),
    ],
    [
      "aws:index/getPartition:getPartition",
      () => ({ id: partition, partition, dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" }),
    ],
    [
      "aws:index/getRegion:getRegion",
      () => ({
        id: account.region,
        region: account.region,
        name: account.region,
        endpoint: `ec2.${account.region}.amazonaws.com`,
        description: account.region,
      }),
    ],
    ["aws:ecr/getAuthorizationToken:getAuthorizationToken", () => authorizationToken(account)],
  ]);
}
