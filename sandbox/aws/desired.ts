import type { ResourceModel, Stored } from "../provider/model.js";
import type {
  ActionSpec,
  ConditionSpec,
  ContainerSpec,
  Desired,
  ListenerSpec,
  LoadBalancerSpec,
  ServiceSpec,
  TargetGroupSpec,
} from "../runtime/desired.js";
import type { Account } from "./account.js";
import { scalableTarget } from "./appautoscaling/target.js";
import { table } from "./dynamodb/table.js";
import type { ContainerDefinition } from "./ecs/container.js";
import { service } from "./ecs/service.js";
import { containersOf, taskDefinition } from "./ecs/task-definition.js";
import type { Action } from "./elb/action.js";
import type { Condition } from "./elb/condition.js";
import { listener, listenerRule } from "./elb/listener.js";
import { loadBalancer } from "./elb/load-balancer.js";
import { targetGroup } from "./elb/target-group.js";
import { discoveryService, privateDnsNamespace } from "./servicediscovery/service.js";

/** What the account's resources ask to be running. */
export function desiredOf(account: Account): Desired {
  return {
    loadBalancers: account.list(loadBalancer).map(({ id }) => loadBalancerSpec(account, id)),
    targetGroups: account.list(targetGroup).map(targetGroupSpec),
    services: account.list(service).flatMap((stored) => serviceSpec(account, stored)),
    tables: account.list(table).map(({ inputs, attributes }) => ({
      arn: attributes.arn,
      name: inputs.name,
      keys: [inputs.hashKey, ...(inputs.rangeKey === undefined ? [] : [inputs.rangeKey])],
      attributes: inputs.attributes,
    })),
  };
}

function loadBalancerSpec(account: Account, arn: string): LoadBalancerSpec {
  const listeners = account.list(listener).filter(({ inputs }) => inputs.loadBalancerArn === arn);
  return {
    arn,
    listeners: listeners.map(({ id, inputs }) =>
      listenerSpec(account, id, inputs.port, inputs.defaultActions),
    ),
  };
}

function listenerSpec(
  account: Account,
  arn: string,
  port: number,
  defaultActions: readonly Action[],
): ListenerSpec {
  const rules = account
    .list(listenerRule)
    .filter(({ inputs }) => inputs.listenerArn === arn)
    .map(({ id, inputs }) => ({
      arn: id,
      priority: inputs.priority,
      conditions: inputs.conditions.map(conditionSpec),
      action: actionSpec(inputs.actions),
    }))
    .sort((one, other) => one.priority - other.priority);
  return { arn, port, rules, defaultAction: actionSpec(defaultActions) };
}

function conditionSpec({ pathPattern, hostHeader, httpHeader }: Condition): ConditionSpec {
  if (pathPattern) return { field: "path-pattern", values: pathPattern.values };
  if (hostHeader) return { field: "host-header", values: hostHeader.values };
  if (httpHeader) return { field: "http-header", name: httpHeader.httpHeaderName, values: httpHeader.values };
  throw new Error("a condition has exactly one field");
}

function actionSpec([action]: readonly Action[]): ActionSpec {
  if (!action) throw new Error("a listener and a rule have exactly one action");
  switch (action.type) {
    case "forward": {
      const groups = action.forward?.targetGroups ?? [{ arn: action.targetGroupArn ?? "", weight: 1 }];
      return { type: "forward", targetGroups: groups.map(({ arn, weight = 1 }) => ({ arn, weight })) };
    }
    case "fixed-response": {
      const { statusCode, contentType, messageBody = "" } = action.fixedResponse;
      return { type: "fixed-response", status: Number(statusCode), contentType, body: messageBody };
    }
    case "redirect": {
      const {
        statusCode,
        protocol = "#{protocol}",
        host = "#{host}",
        port = "#{port}",
        path = "/#{path}",
        query = "#{query}",
      } = action.redirect;
      return {
        type: "redirect",
        status: Number(statusCode.replace("HTTP_", "")),
        location: { protocol, host, port, path, query },
      };
    }
  }
}

function targetGroupSpec({ id, inputs }: StoredOf<typeof targetGroup>): TargetGroupSpec {
  const {
    path = "/",
    interval = 30,
    timeout = 5,
    healthyThreshold = 3,
    unhealthyThreshold = 3,
    matcher = "200",
  } = inputs.healthCheck ?? {};
  return {
    arn: id,
    name: inputs.name,
    deregistrationDelaySeconds: inputs.deregistrationDelay ?? 300,
    healthCheck: {
      path,
      intervalSeconds: interval,
      timeoutSeconds: timeout,
      healthyThreshold,
      unhealthyThreshold,
      matcher,
    },
  };
}

function serviceSpec(account: Account, { id, inputs }: StoredOf<typeof service>): readonly ServiceSpec[] {
  const definition = account.get(taskDefinition, inputs.taskDefinition);
  if (!definition) return [];
  const [, cluster = "", name = ""] = id.split("/");
  return [
    {
      id,
      name,
      cluster,
      desiredCount: withinBounds(account, `service/${cluster}/${name}`, inputs.desiredCount ?? 1),
      revision: definition.id,
      task: {
        containers: containersOf(definition.inputs).map((container) =>
          containerSpec(container, definition.inputs.memory),
        ),
      },
      targetGroups: (inputs.loadBalancers ?? []).map(({ targetGroupArn, containerPort }) => ({
        arn: targetGroupArn,
        containerPort,
      })),
      discovery: discoverySpec(account, inputs.serviceRegistries?.registryArn),
      deployment: {
        minimumHealthyPercent: inputs.deploymentMinimumHealthyPercent ?? 100,
        maximumPercent: inputs.deploymentMaximumPercent ?? 200,
        circuitBreaker: inputs.deploymentCircuitBreaker ?? { enable: false, rollback: false },
      },
      healthCheckGracePeriodSeconds: inputs.healthCheckGracePeriodSeconds ?? 0,
    },
  ];
}

/** Application Auto Scaling moves a count outside of its bounds to the nearest one. */
function withinBounds(account: Account, resourceId: string, count: number): number {
  const target = account.get(scalableTarget, resourceId);
  if (!target) return count;
  return Math.min(Math.max(count, target.inputs.minCapacity), target.inputs.maxCapacity);
}

function discoverySpec(account: Account, registryArn: string | undefined): ServiceSpec["discovery"] {
  const found = account.find(discoveryService, ({ attributes }) => attributes.arn === registryArn);
  const namespace = found && account.get(privateDnsNamespace, found.inputs.dnsConfig.namespaceId);
  if (!found || !namespace) return undefined;
  return {
    hostname: `${found.inputs.name}.${namespace.inputs.name}`,
    ttlSeconds: found.inputs.dnsConfig.dnsRecords[0]?.ttl ?? 60,
  };
}

function containerSpec(container: ContainerDefinition, taskMemory: string | undefined): ContainerSpec {
  const options = container.logConfiguration?.options ?? {};
  return {
    name: container.name,
    image: container.image,
    memoryMib: container.memory ?? Number(taskMemory),
    environment: Object.fromEntries((container.environment ?? []).map(({ name, value }) => [name, value])),
    stopTimeoutSeconds: container.stopTimeout ?? 30,
    essential: container.essential ?? true,
    logGroup: options["awslogs-group"],
    logStreamPrefix: options["awslogs-stream-prefix"] ?? "",
  };
}

type StoredOf<Model> =
  Model extends ResourceModel<infer Inputs, infer Attributes> ? Stored<Inputs, Attributes> : never;
