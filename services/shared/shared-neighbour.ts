import type { Neighbour } from "./neighbour.js";

/**
 * Asks a neighbour one question about an id at a time, however many requests want to know: on a busy topic, every
 * message refers to the same one. A request never gets an answer to a question that was asked before it came, so what
 * was deleted before the request is never found; it may wait for the question under way to end.
 */
export class SharedNeighbour implements Neighbour {
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly next = new Map<string, Promise<boolean>>();

  constructor(private readonly neighbour: Neighbour) {}

  exists(id: string, requestId: string): Promise<boolean> {
    const joined = this.next.get(id);
    if (joined) return joined;
    const before = this.underWay.get(id);
    if (!before) return this.ask(id, requestId);
    const question = before.then(() => {
      this.next.delete(id);
      return this.ask(id, requestId);
    });
    this.next.set(id, question);
    return question;
  }

  close(): void {
    this.neighbour.close();
  }

  private ask(id: string, requestId: string): Promise<boolean> {
    const answer = this.neighbour.exists(id, requestId);
    const forget = () => {
      this.underWay.delete(id);
    };
    this.underWay.set(id, answer.then(forget, forget));
    return answer;
  }
}
