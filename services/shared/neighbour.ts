import { Agent, request, type ClientRequest, type IncomingMessage } from "node:http";
import { isIdentifier } from "./identifiers.js";
import { unavailable } from "./problem.js";

/** Another service of the board, asked whether what a request refers to exists. */
export interface Neighbour {
  /**
   * Whether the neighbour has a resource with this id. A string that cannot be an id is answered without asking.
   *
   * @param id Id as the client sent it.
   * @param requestId Sent along, so that both services' log lines can be matched.
   * @throws Problem 503 where the neighbour does not answer in time, or neither 200 nor 404.
   */
  exists(id: string, requestId: string): Promise<boolean>;
  /** Lets go of the connections. */
  close(): void;
}

export interface HttpNeighbourOptions {
  /** Name of the service, for what is said about it: `users`. */
  readonly name: string;
  /** Where its collection is; an id is appended to the path. For example `http://users.board.internal:8080/users`. */
  readonly url: URL;
  /** Limit of one question, its retry included, in milliseconds; default 2000. */
  readonly timeout?: number;
}

/** Errors of a connection over which the neighbour cannot have answered: a `GET` may be asked once more. */
const connectionErrors = new Set(["ECONNREFUSED", "ECONNRESET", "EPIPE"]);

/** A neighbour behind HTTP, asked over connections that are kept open. */
export class HttpNeighbour implements Neighbour {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 256 });
  private readonly name: string;
  private readonly timeout: number;
  private readonly origin: { readonly host: string; readonly port: string };
  private readonly path: string;

  constructor({ name, url, timeout = 2000 }: HttpNeighbourOptions) {
    this.name = name;
    this.timeout = timeout;
    // `URL` keeps the brackets of an IPv6 address, a socket wants none.
    this.origin = { host: url.hostname.replace(/^\[|\]$/g, ""), port: url.port || "80" };
    this.path = `${url.pathname.replace(/\/$/, "")}/`;
  }

  async exists(id: string, requestId: string): Promise<boolean> {
    if (!isIdentifier(id)) return false;
    const status = await this.statusOf(this.path + encodeURIComponent(id), requestId);
    switch (status) {
      case 200:
        return true;
      case 404:
        return false;
      default:
        throw unavailable(`The ${this.name} service answered with status ${status}.`);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private statusOf(path: string, requestId: string): Promise<number> {
    return new Promise((resolve, reject) => {
      let current: ClientRequest;
      const timer = setTimeout(() => {
        current.destroy(new Error(`No answer within ${this.timeout} ms.`));
      }, this.timeout);
      const answered = (response: IncomingMessage) => {
        clearTimeout(timer);
        response.on("error", ignore).resume();
        resolve(response.statusCode ?? 0);
      };
      const failed = (error: Error) => {
        clearTimeout(timer);
        reject(unavailable(`The ${this.name} service did not answer in time.`, error));
      };
      const ask = (agent: Agent | false) =>
        request({ ...this.origin, path, agent, headers: { "x-request-id": requestId } }, answered);

      current = ask(this.agent).on("error", (error: NodeJS.ErrnoException) => {
        if (!connectionErrors.has(error.code ?? "")) return failed(error);
        // Over a connection of its own: those kept open may all lead to a neighbour that has gone.
        current = ask(false).on("error", failed).end();
      });
      current.end();
    });
  }
}

/** The answer's status is known; that its body broke off changes nothing. */
function ignore(): void {}
