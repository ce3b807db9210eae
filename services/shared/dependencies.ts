import type { Clock } from "./clock.js";
import type { Logger } from "./logging.js";
import type { Neighbour } from "./neighbour.js";
import type { Store } from "./store.js";

/** What a service's application is built from; `Calls` are the names of the services that it calls. */
export interface Dependencies<Calls extends string = never> {
  /** Path of the service's collection, under which all its routes lie but the health check, e.g. `/users`. */
  readonly basePath: string;
  readonly store: Store;
  readonly neighbours: Readonly<Record<Calls, Neighbour>>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Whether the service is about to stop. */
  readonly isDraining: () => boolean;
}
