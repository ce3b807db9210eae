import { Agent, request } from "node:http";
import { text } from "node:stream/consumers";

export interface Reply {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export interface SendOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly agent?: Agent;
}

/** Sends one request; over a connection of its own where no agent is given. */
export function send(
  url: string,
  { method = "GET", headers = {}, body, agent }: SendOptions = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: agent ?? false }, (response) => {
      text(response).then(
        (received) =>
          resolve({ status: response.statusCode ?? 0, body: received, headers: response.headers }),
        reject,
      );
    });
    sent.on("error", reject).end(body);
  });
}

/** What a load of requests met: how often each status, or, where there was none, each error. */
export type Outcomes = Readonly<Record<string, number>>;

/**
 * A constant load on one URL, half of it over connections that are kept open, half over new ones, until it is stopped.
 */
export class Load {
  private readonly outcomes: Record<string, number> = {};
  private readonly agent = new Agent({ keepAlive: true });
  private readonly workers: readonly Promise<void>[];
  private isStopping = false;

  constructor(
    private readonly url: string,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {
    this.workers = [this.agent, undefined, this.agent, undefined].map((agent) => this.work(agent));
  }

  get sent(): number {
    return Object.values(this.outcomes).reduce((sum, count) => sum + count, 0);
  }

  /** How often each status or error came. */
  async stop(): Promise<Outcomes> {
    this.isStopping = true;
    await Promise.all(this.workers);
    this.agent.destroy();
    return this.outcomes;
  }

  private async work(agent: Agent | undefined): Promise<void> {
    while (!this.isStopping) {
      const outcome = await send(this.url, { headers: this.headers, ...(agent ? { agent } : {}) }).then(
        ({ status }) => String(status),
        (error: NodeJS.ErrnoException) => error.code ?? error.message,
      );
      this.outcomes[outcome] = (this.outcomes[outcome] ?? 0) + 1;
    }
  }
}
