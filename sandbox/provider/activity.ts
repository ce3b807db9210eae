/** The operations on resources that are under way, in all packages of one account. */
export class Activity {
  private readonly running = new Set<Promise<unknown>>();

  /** Counts an operation as under way until it has ended. */
  track<T>(operation: Promise<T>): Promise<T> {
    this.running.add(operation);
    const end = () => void this.running.delete(operation);
    operation.then(end, end);
    return operation;
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.running.size > 0) await Promise.allSettled(this.running);
  }
}
