import { randomInt } from "node:crypto";
import { createServer } from "node:net";

const first = ipv4(127, 64, 0, 1);
const last = ipv4(127, 127, 255, 254);

/**
 * The addresses of tasks, out of 127.64.0.0/10: each task has one of its own, as awsvpc gives each an interface. They
 * are handed out in turn from a random one on, so that an address is not seen again soon, and two sandboxes on one
 * machine do not meet.
 */
export class LoopbackAddresses {
  private next = randomInt(first, last);
  private readonly leased = new Set<string>();

  /**
   * An address that nobody has, until it is released.
   *
   * @throws Error on a system that has 127.0.0.1 only.
   */
  async lease(): Promise<string> {
    for (let attempt = 0; attempt < 1000; attempt++) {
      const address = dotted(this.next);
      this.next = this.next === last ? first : this.next + 1;
      if (this.leased.has(address)) continue;
      this.leased.add(address);
      try {
        await probe(address);
        return address;
      } catch (error) {
        this.leased.delete(address);
        throw error;
      }
    }
    throw new Error("No loopback address is free: 1,000 in a row are in use by this sandbox's tasks.");
  }

  release(address: string): void {
    this.leased.delete(address);
  }
}

/**
 * Makes sure that a process can listen on an address.
 *
 * @throws Error with the remedy where the system has no such address.
 */
async function probe(address: string): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(0, address, resolve);
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EADDRNOTAVAIL") throw error;
    throw new Error(
      `This system has no loopback address ${address}: every task needs one of its own in 127.64.0.0/10. Linux has all of ` +
        "127.0.0.0/8; macOS has only 127.0.0.1, so run the sandbox in a Linux virtual machine or container there.",
      { cause: error },
    );
  } finally {
    server.close();
  }
}

function ipv4(a: number, b: number, c: number, d: number): number {
  return ((a * 256 + b) * 256 + c) * 256 + d;
}

function dotted(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}
