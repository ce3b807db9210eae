/** A line of a service's history, in ECS's words. */
export interface ServiceEvent {
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly message: string;
}

/** ECS shows the latest hundred events of a service. */
const mostEvents = 100;

/** What happened to a service, latest first. */
export class ServiceEvents {
  private readonly events: ServiceEvent[] = [];

  /** @param service Name of the service. */
  constructor(private readonly service: string) {}

  add(message: string): void {
    this.events.unshift({
      createdAt: new Date().toISOString(),
      message: `(service ${this.service}) ${message}`,
    });
    this.events.length = Math.min(this.events.length, mostEvents);
  }

  list(): readonly ServiceEvent[] {
    return [...this.events];
  }
}
