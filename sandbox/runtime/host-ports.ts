/**
 * Where listeners are found on this host: port 80 at the port that the runtime was given, any other port as far above
 * it as it is above 80 (with 8080: 443 at 8443). A port that another listener has, or that would be above 65535, gives
 * way to a free one; so do all of them where the given port is 0.
 */
export class HostPorts {
  private readonly taken = new Set<number>();

  /** @param base Host port of port 80, or 0 for any free one. */
  constructor(private readonly base: number) {}

  /** The host port to listen on for a listener's port, 0 for any free one. It is taken until it is released. */
  take(listenerPort: number): number {
    const port = this.usual(listenerPort);
    if (this.base === 0 || this.taken.has(port) || port < 1 || port > 65535) return 0;
    this.taken.add(port);
    return port;
  }

  release(port: number): void {
    this.taken.delete(port);
  }

  /** Where a listener's port is usually found. */
  usual(listenerPort: number): number {
    return this.base + listenerPort - 80;
  }
}
