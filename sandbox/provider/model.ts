import type { z } from "zod";

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

/** What a handler knows of the call it answers. */
export interface Call {
  readonly urn: string;
  /** Aborted when the user cancels the operation: long waits end and report what they left behind. */
  readonly signal: AbortSignal;
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
  /**
   * Makes the resource or refuses with an {@link AwsError}.
   * Throws {@link CreatedButNotReady} when it exists but did not become ready.
   */
  create(inputs: Inputs, call: Call): Promise<Created<Attributes>> | Created<Attributes>;
  /** Changes it in place; returns the new attributes. Without it every change replaces. */
  update?(stored: Stored<Inputs, Attributes>, inputs: Inputs, call: Call): Promise<Attributes> | Attributes;
  /** Called before the resource leaves the account; refuses with an {@link AwsError} while it is in use. */
  delete?(stored: Stored<Inputs, Attributes>, call: Call): Promise<void> | void;
}

/** What {@link ResourceModel.create} answers: the id and the attributes the account added. */
export interface Created<Attributes> {
  readonly id: string;
  readonly attributes: Attributes;
}

/** The resource exists, but something in it did not become ready: the engine keeps it in the state and fails the operation. */
export class CreatedButNotReady extends Error {
  constructor(
    readonly id: string,
    readonly attributes: object,
    reason: string,
  ) {
    super(reason);
    this.name = "CreatedButNotReady";
  }
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
