import type { z } from "zod";
import type { Account } from "../aws/account.js";
import type { Registry } from "../docker-build/registry.js";

/** Properties as they travel between the engine and a provider. */
export type Properties = Readonly<Record<string, unknown>>;

/** A resource that exists in the sandbox's account. */
export interface Stored<Inputs = Properties, Attributes = Properties> {
  readonly type: string;
  readonly urn: string;
  readonly id: string;
  /** What the program asked for, after defaults and generated names. */
  readonly inputs: Inputs;
  /** What the account added: ARNs, addresses, generated ids. */
  readonly attributes: Attributes;
}

/** How a physical name is made from the logical one when the program gives none, as the bridged providers do. */
export interface Autoname {
  readonly property: string;
  readonly maxLength: number;
}

/** What handlers work on: the account's records, what runs in it, and its images. */
export interface World {
  readonly account: Account;
  readonly workloads: Workloads;
  readonly registry: Registry;
}

/** What a handler knows of the call it answers. */
export interface Call extends World {
  readonly urn: string;
  /** Aborted when the user cancels the operation: long waits end and report what they left behind. */
  readonly signal: AbortSignal;
}

/** What really runs in the account, as far as handlers need to know. */
export interface Workloads {
  /** Address at which the account's load balancer answers, e.g. `localhost:8080`. */
  readonly loadBalancerAddress: string;
  /** Resolves when a service's tasks run and are healthy; rejects with the reason why they will not. */
  waitForSteadyState(serviceId: string, signal: AbortSignal): Promise<void>;
  /** Resolves when a removed service's last task is gone. */
  drained(serviceId: string, signal: AbortSignal): Promise<void>;
}

/** A resource type of a package: what it accepts, and what the account does with it. */
export interface ResourceModel<Inputs = Properties, Attributes extends object = Properties> {
  /** Type token, e.g. `aws:lb/targetGroup:TargetGroup`. */
  readonly type: string;
  /** Every property the type has. A property that is missing here is refused, as a misspelt one. */
  readonly schema: z.ZodType<Inputs>;
  /** Top-level values that the provider fills in before the engine, and so every policy, sees the inputs. */
  readonly defaults?: Partial<Inputs>;
  readonly autoname?: Autoname;
  /** Properties that cannot change in place: a change replaces the resource. */
  readonly replaceOn: readonly (keyof Inputs & string)[];
  /** Makes the resource or refuses with an {@link AwsError}. */
  create(inputs: Inputs, call: Call): Promise<Created<Attributes>> | Created<Attributes>;
  /** Changes it in place; returns the new attributes. Without it every change replaces. */
  update?(stored: Stored<Inputs, Attributes>, inputs: Inputs, call: Call): Promise<Attributes> | Attributes;
  /**
   * Called when a new or changed resource is in the account. Resolves when it is ready; when it rejects, the engine
   * keeps the resource in its state and the operation fails with the reason.
   */
  ready?(stored: Stored<Inputs, Attributes>, call: Call): Promise<void>;
  /** Refuses with an {@link AwsError} while the resource is in use; the resource leaves the account when it returns. */
  delete?(stored: Stored<Inputs, Attributes>, call: Call): Promise<void> | void;
  /** Called when the resource has left the account, to wait for what it leaves behind. */
  deleted?(stored: Stored<Inputs, Attributes>, call: Call): Promise<void> | void;
}

/** What {@link ResourceModel.create} answers: the id and the attributes the account added. */
export interface Created<Attributes> {
  readonly id: string;
  readonly attributes: Attributes;
}

/** Lets the compiler infer a model's inputs from its schema. */
export function defineResource<Inputs, Attributes extends object>(
  model: ResourceModel<Inputs, Attributes>,
): ResourceModel<Inputs, Attributes> {
  return model;
}

/** A function of a package, e.g. `aws:index/getCallerIdentity:getCallerIdentity`. */
export type InvokeFunction = (args: Properties) => Properties | Promise<Properties>;

/** A provider package as the sandbox serves it to the engine. */
export interface Package {
  readonly name: string;
  /** Version that the engine is told; the one of the installed SDK. */
  readonly version: string;
  readonly resources: ReadonlyMap<string, ResourceModel>;
  readonly functions: ReadonlyMap<string, InvokeFunction>;
  /** Receives the provider's configuration; throws where the real provider refuses it. */
  configure(config: Properties): void;
}

/**
 * A package's resource types by token. A model's handlers only ever receive inputs that its own schema accepted,
 * so the table may forget what each of them expects.
 */
export function resourcesByType(
  models: readonly { readonly type: string }[],
): ReadonlyMap<string, ResourceModel> {
  return new Map(models.map((model) => [model.type, model as ResourceModel]));
}
