import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { LoadBalancer } from "./load-balancer.js";
import type { Network } from "./network.js";
import type { CpuArchitecture } from "./orchestrator.js";
import type { PullRole, PullRoles } from "./pull-roles.js";
import type { RepositoryAccess } from "./repository-policy.js";
import { ServiceImage } from "./service-image.js";
import { ServiceRegistry } from "./service-registry.js";
import { ServiceRoutes } from "./service-routes.js";
import { ServiceTable } from "./service-table.js";
import type { ServiceSpec } from "./service.js";
import type { StackNames } from "./stack-names.js";

/** A service of the board, with what its stack's config says of it. */
export interface BoardService {
  readonly spec: ServiceSpec;
  /** Who may push to, pull from and administer its repository, the roles of the stack included. */
  readonly access: RepositoryAccess;
  /** Image built elsewhere, pinned by digest; undefined to build it from this repository. */
  readonly imageUri: string | undefined;
}

/** Settings that are the same for every service and every orchestrator. */
export interface ServiceSettings {
  readonly cpuArchitecture: CpuArchitecture;
  /** Seconds for which a replica that leaves the load balancer may finish its requests, from 0 to 3600. */
  readonly deregistrationDelaySeconds: number;
  /** Seconds for which a replica keeps answering after it was told to stop. */
  readonly shutdownDelaySeconds: number;
  /** Days for which log lines are kept. */
  readonly logRetentionDays: number;
  /** Whether what holds data is refused to be deleted. */
  readonly protectData: boolean;
}

export interface PlacedServiceArgs {
  readonly names: StackNames;
  readonly service: BoardService;
  readonly settings: ServiceSettings;
  readonly network: Network;
  readonly loadBalancer: LoadBalancer;
  readonly pullRoles: PullRoles;
}

/** What a service has on any orchestrator: repository, image, table, log group, and its place at the load balancer. */
export class PlacedService extends pulumi.ComponentResource {
  readonly spec: ServiceSpec;
  readonly registry: ServiceRegistry;
  /** Image of the service, pinned by digest. */
  readonly imageUri: pulumi.Output<string>;
  readonly logGroup: aws.cloudwatch.LogGroup;
  readonly table: aws.dynamodb.Table;
  readonly routes: ServiceRoutes;
  /** Role with which ECS pulls the image and writes the logs. */
  readonly ecsExecutionRole: PullRole;

  constructor(name: string, args: PlacedServiceArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:index:PlacedService", name, {}, opts);
    const { names, settings, loadBalancer, network } = args;
    const { spec, access, imageUri } = args.service;
    const { protectData, cpuArchitecture, deregistrationDelaySeconds } = settings;
    const service = spec.name;
    const child = { parent: this };

    this.spec = spec;
    this.registry = new ServiceRegistry(
      name,
      { names, service, access, protectData, namedRoles: args.pullRoles },
      child,
    );
    const image = new ServiceImage(
      name,
      { names, service, registry: this.registry, cpuArchitecture, imageUri },
      child,
    );
    this.imageUri = image.uri;
    this.logGroup = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      {
        name: names.logGroup(service),
        retentionInDays: settings.logRetentionDays,
        tags: names.tags({ service }),
      },
      child,
    );
    this.table = new ServiceTable(name, { names, service, protectData }, child).table;
    this.routes = new ServiceRoutes(
      name,
      { names, spec, vpcId: network.vpcId, loadBalancer, deregistrationDelaySeconds },
      child,
    );
    this.ecsExecutionRole = executionRoleOf(args.pullRoles, service);

    this.registerOutputs({ imageUri: this.imageUri, logGroup: this.logGroup, table: this.table });
  }
}

function executionRoleOf(pullRoles: PullRoles, service: string): PullRole {
  const role = pullRoles.ecsExecution[service];
  if (!role) throw new Error(`No ECS execution role was made for the service ${service}.`);
  return role;
}
