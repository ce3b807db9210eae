import type { Account } from "../aws/account.js";
import { checkInputs, type CheckFailure } from "./check.js";
import { diffInputs, type Difference } from "./diff.js";
import { CreatedButNotReady, type Package, type Properties, type ResourceModel } from "./model.js";

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

/** Answers the engine's questions about one package's resources from the account. */
export class Lifecycle {
  private cancellation = new AbortController();

  constructor(
    private readonly account: Account,
    private readonly pkg: Package,
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

  async create(subject: Subject, inputs: Properties): Promise<State> {
    const model = this.model(subject, "Create");
    const call = { urn: subject.urn, signal: this.cancellation.signal };
    try {
      const { id, attributes } = await model.create(inputs, call);
      return this.record(subject, id, inputs, attributes);
    } catch (error) {
      if (error instanceof CreatedButNotReady)
        this.record(subject, error.id, inputs, error.attributes as Properties);
      throw error;
    }
  }

  read(subject: Subject, id: string): State | undefined {
    const stored = this.account.get(this.model(subject, "Read"), id);
    return stored && { id, inputs: stored.inputs, outputs: { ...stored.inputs, ...stored.attributes } };
  }

  async update(subject: Subject, id: string, inputs: Properties): Promise<State> {
    const model = this.model(subject, "Update");
    const stored = this.account.get(model, id);
    if (!stored)
      throw new Error(
        `${subject.type} '${id}' does not exist: it was removed outside of this program. 'refresh' shows what is left.`,
      );
    if (!model.update) throw new Error(`${subject.type} cannot change in place`);
    const attributes = await model.update(stored, inputs, {
      urn: subject.urn,
      signal: this.cancellation.signal,
    });
    return this.record(subject, id, inputs, attributes);
  }

  async delete(subject: Subject, id: string): Promise<void> {
    const model = this.model(subject, "Delete");
    const stored = this.account.get(model, id);
    if (!stored) return;
    await model.delete?.(stored, { urn: subject.urn, signal: this.cancellation.signal });
    this.account.remove(model.type, id);
  }

  private record(subject: Subject, id: string, inputs: Properties, attributes: Properties): State {
    this.account.put({ type: subject.type, urn: subject.urn, id, inputs, attributes });
    return { id, inputs, outputs: { ...inputs, ...attributes } };
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
