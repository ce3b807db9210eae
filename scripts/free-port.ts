import { createServer } from "node:net";

/** The port if nothing listens on it, else any free one. */
export async function freePort(preferred: number): Promise<number> {
  return bound(preferred).catch(() => bound(0));
}

function bound(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(port, "localhost", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : port));
    });
  });
}
