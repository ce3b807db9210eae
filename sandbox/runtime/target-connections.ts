import { Agent } from "node:http";
import type { Duplex } from "node:stream";

/**
 * A load balancer node's connections to one target, kept open between requests for as long as the target allows: one
 * that it announced to close, or that was silent for the time the target announced, is not used again.
 */
export class TargetConnections extends Agent {
  private retired = false;

  /** @param idleTimeout Milliseconds after which a silent connection is closed. */
  constructor(idleTimeout: number) {
    super({ keepAlive: true, timeout: idleTimeout, scheduling: "lifo" });
  }

  /** Takes no connection back any more and closes the idle ones; requests in flight finish on theirs. */
  retire(): void {
    this.retired = true;
    for (const idle of Object.values(this.freeSockets)) for (const socket of idle ?? []) socket.destroy();
  }

  /** Asked by Node.js whether a connection whose response is complete may be used again. */
  override keepSocketAlive(socket: Duplex): boolean {
    if (this.retired) return false;
    // Typed as returning nothing; it returns a boolean (https://nodejs.org/api/http.html#agentkeepsocketalivesocket).
    const kept: unknown = super.keepSocketAlive(socket);
    return kept !== false;
  }
}
