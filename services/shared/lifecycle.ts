import type { FastifyInstance } from "fastify";
import type { Logger } from "./logging.js";

/** How long requests in flight may take after the service has stopped accepting; far above their own time limit. */
const finishSeconds = 10;

/**
 * Stops a service without a failed request. While its load balancer has not yet learned that it goes, it answers on
 * as before, health checks too; it only asks clients to open their next connection elsewhere. Then it stops
 * accepting, finishes what is in flight and lets go of its connections.
 */
export class Lifecycle {
  private draining = false;
  private stopping: Promise<void> | undefined;
  private endDelay: () => void = () => undefined;

  constructor(private readonly logger: Logger) {}

  readonly isDraining = (): boolean => this.draining;

  /**
   * Stops the application on SIGTERM, after the delay, and on SIGINT at once. The process then ends by itself with
   * code 0, or is ended with code 1 if requests do not finish.
   *
   * @param app The listening application.
   * @param delaySeconds How long to keep answering after SIGTERM.
   * @param release Lets go of what would keep the process alive.
   */
  stopOnSignal(app: FastifyInstance, delaySeconds: number, release: () => void): void {
    const stop = (delay: number) => {
      this.stopping ??= this.stop(app, delay, release);
    };
    process.on("SIGTERM", () => stop(delaySeconds));
    process.on("SIGINT", () => {
      stop(0);
      this.endDelay();
    });
  }

  private async stop(app: FastifyInstance, delaySeconds: number, release: () => void): Promise<void> {
    this.draining = true;
    this.logger.info({ delaySeconds }, "stopping: still answering");
    await this.delay(delaySeconds);
    const limit = setTimeout(() => {
      this.logger.error({ finishSeconds }, "requests did not finish: ending them");
      this.logger.flush(() => process.exit(1));
    }, finishSeconds * 1000).unref();
    await app.close();
    clearTimeout(limit);
    release();
    this.logger.info("stopped");
  }

  private delay(seconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, seconds * 1000);
      this.endDelay = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
