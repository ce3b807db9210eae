import { checkInputs, type CheckFailure } from "./check.js";
import { diffInputs, type Difference } from "./diff.js";
import { type Call, type Package, type Properties, type ResourceModel, type World } from "./model.js";

/** The resource a request is about. */
export interface Subject {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
}

/** Id and state of a resource as the engine records it. */
export interface State {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/** A resource that exists but did not become ready: the engine records its state and fails the operation. */
export class NotReady extends Error {
  constructor(
    readonly state: State,
    reason: string,
  ) {
    super(reason);
    this.name = "NotReady";
  }
}

/** Answers the engine's questions about one package's resources from the account. */
export class Lifecycle {
  private cancellation = new AbortController();

  constructor(
    private readonly pkg: Package,
    private readonly world: World,
  ) {}

  /** Ends the long waits of every operation under way. */
  cancel(): void {
    this.cancellation.abort();
    this.cancellation = new AbortController();
  }

  check(
    subject: Subject,
    olds: Properties,
    news: Properties,
    randomSeed: Uint8Array,
  ): { inputs: Properties; failures: CheckFailure[] } {
    return checkInputs(this.model(subject, "Check"), subject.name, olds, news, randomSeed);
  }

  diff(
    subject: Subject,
    oldInputs: Properties,
    news: Properties,
    ignoreChanges: readonly string[],
  ): Difference {
    return diffInputs(this.model(subject, "Diff"), oldInputs, news, ignoreChanges);
  }

  async create(subject: Subject, inputs: Properties, gone: AbortSignal): Promise<State> {
    const model = this.model(subject, "Create");
    const call = this.call(subject, gone);
    const { id, attributes } = await model.create(inputs, call);
    return this.record(call, subject, id, inputs, attributes);
  }

  read(subject: Subject, id: string): State | undefined {
    const stored = this.world.account.get(this.model(subject, "Read"), id);
    return stored && { id, inputs: stored.inputs, outputs: { ...stored.inputs, ...stored.attributes } };
  }

  async update(subject: Subject, id: string, inputs: Properties, gone: AbortSignal): Promise<State> {
    const model = this.model(subject, "Update");
    const stored = this.world.account.get(model, id);
    if (!stored) throw new Error(`${subject.type} '${id}' does not exist any more`);
    if (!model.update) throw new Error(`${subject.type} cannot change in place`);
    const call = this.call(subject, gone);
    const attributes = await model.update(stored, inputs, call);
    return this.record(call, subject, id, inputs, attributes);
  }

  async delete(subject: Subject, id: string, gone: AbortSignal): Promise<void> {
    const model = this.model(subject, "Delete");
    const stored = this.world.account.get(model, id);
    if (!stored) return;
    const call = this.call(subject, gone);
    await model.delete?.(stored, call);
    this.world.account.remove(model.type, id);
    await model.deleted?.(stored, call);
  }

  private call(subject: Subject, gone: AbortSignal): Call {
    return { ...this.world, urn: subject.urn, signal: AbortSignal.any([this.cancellation.signal, gone]) };
  }

  private async record(
    call: Call,
    subject: Subject,
    id: string,
    inputs: Properties,
    attributes: Properties,
  ): Promise<State> {
    const stored = { type: subject.type, urn: subject.urn, id, inputs, attributes };
    this.world.account.put(stored);
    const state = { id, inputs, outputs: { ...inputs, ...attributes } };
    try {
      await this.model(subject, "Create").ready?.(stored, call);
    } catch (error) {
      throw new NotReady(state, error instanceof Error ? error.message : String(error));
    }
    return state;
  }

  private model(subject: Subject, rpc: string): ResourceModel {
    const model = this.pkg.resources.get(subject.type);
    if (!model) {
      throw new Error(
        `unrecognized resource type (${rpc}): ${subject.type}. The sandbox refuses what it does not model; sandbox/README.md lists what it does.`,
      );
    }
    return model;
  }
}
