import * as pulumi from "@pulumi/pulumi";
import { EcsSide } from "./ecs/side.js";
import { ecrRepositoryArn } from "./image-uri.js";
import { LoadBalancer, type EntranceSettings } from "./load-balancer.js";
import { Network, type NetworkSettings } from "./network.js";
import type { AvailableOrchestrator, RunningSide, RunningSideClass, Side } from "./orchestrator.js";
import { PlacedService, type BoardService, type ServiceSettings } from "./placed-service.js";
import { PullRoles } from "./pull-roles.js";
import { StackNames, type StackIdentity } from "./stack-names.js";
import { TrafficRule } from "./traffic-rule.js";

/** Everything that decides what a stack of the board looks like. */
export interface PlatformArgs {
  readonly identity: StackIdentity;
  /** The orchestrators that run the board; their weights add up to 100. */
  readonly sides: readonly Side[];
  readonly network: NetworkSettings;
  readonly entrance: EntranceSettings;
  readonly services: readonly BoardService[];
  readonly settings: ServiceSettings;
}

const sideClasses = { ecs: EcsSide } satisfies Record<AvailableOrchestrator, RunningSideClass>;

/** The whole board: what survives a move between orchestrators, the sides that run, and the traffic between them. */
export class Platform extends pulumi.ComponentResource {
  /** Address of the board. */
  readonly url: pulumi.Output<string>;
  /** By service name: the address of the service. */
  readonly serviceUrls: Readonly<Record<string, pulumi.Output<string>>>;
  /** By service name: where to push its image. */
  readonly repositoryUrls: Readonly<Record<string, pulumi.Output<string>>>;
  /** By service name: the image that runs, pinned by digest. */
  readonly imageUris: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: PlatformArgs, opts?: pulumi.ComponentResourceOptions) {
    super("switchyard:index:Platform", name, {}, opts);
    const names = new StackNames(args.identity);
    const child = { parent: this };

    const network = new Network(`${name}-network`, { names, ...args.network }, child);
    const loadBalancer = new LoadBalancer(
      `${name}-entrance`,
      { names, network, protectData: args.settings.protectData, ...args.entrance },
      child,
    );
    const pullRoles = new PullRoles(`${name}-pull`, { names, services: pulledServices(names, args) }, child);
    const services = args.services.map(
      (service) =>
        new PlacedService(
          `${name}-${service.spec.name}`,
          { names, service, settings: args.settings, network, loadBalancer, pullRoles },
          child,
        ),
    );
    const sides = args.sides.map((side) =>
      startSide(
        `${name}-${side.orchestrator}`,
        side,
        { names, network, loadBalancer, services, ...args.settings },
        this,
      ),
    );
    sendTraffic(name, args.sides, sides, services, { names, loadBalancer }, this);

    this.url = loadBalancer.url;
    this.serviceUrls = byService(services, ({ spec }) => pulumi.interpolate`${loadBalancer.url}${spec.path}`);
    this.repositoryUrls = byService(services, ({ registry }) => registry.repository.repositoryUrl);
    this.imageUris = byService(services, ({ imageUri }) => imageUri);
    this.registerOutputs({
      url: this.url,
      serviceUrls: this.serviceUrls,
      repositoryUrls: this.repositoryUrls,
      imageUris: this.imageUris,
    });
  }
}

function pulledServices(names: StackNames, { identity, services }: PlatformArgs) {
  return services.map(({ spec, imageUri }) => {
    const elsewhere = imageUri && ecrRepositoryArn(imageUri, identity);
    return {
      name: spec.name,
      repositoryArns: [names.repositoryArn(spec.name), ...(elsewhere ? [elsewhere] : [])],
    };
  });
}

function startSide(
  name: string,
  side: Side,
  args: Omit<ConstructorParameters<RunningSideClass>[1], "capacity">,
  parent: pulumi.Resource,
): RunningSide {
  return new sideClasses[side.orchestrator](name, { ...args, capacity: side.capacity }, { parent });
}

/** Each service's traffic goes to its sides only when every one of them is healthy. */
function sendTraffic(
  name: string,
  sides: readonly Side[],
  runningSides: readonly RunningSide[],
  services: readonly PlacedService[],
  shared: { readonly names: StackNames; readonly loadBalancer: LoadBalancer },
  parent: pulumi.Resource,
): void {
  const weights = Object.fromEntries(sides.map(({ orchestrator, weight }) => [orchestrator, weight]));
  for (const { spec, routes } of services) {
    const healthy = runningSides.flatMap((side) => side.healthy[spec.name] ?? []);
    new TrafficRule(
      `${name}-${spec.name}-traffic`,
      { ...shared, spec, routes, weights, healthy },
      { parent },
    );
  }
}

function byService<T>(
  services: readonly PlacedService[],
  value: (service: PlacedService) => T,
): Record<string, T> {
  return Object.fromEntries(services.map((service) => [service.spec.name, value(service)]));
}
