import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { decode, encode, type Answer, type Packet, type Question } from "dns-packet";

/** Cloud Map answers a multivalue query with at most eight addresses. */
const mostAnswers = 8;

/**
 * Answers address queries for the names under which tasks are found, as the VPC's resolver does for Cloud Map's
 * multivalue routing. Authoritative for the zones of all names it ever knew; it refuses any other name, so that a client
 * can ask elsewhere.
 */
export class NameServer {
  private readonly socket: Socket = createSocket("udp4");
  private readonly zones = new Set<string>();
  private readonly names = new Map<string, { ttl: number; readonly addresses: Set<string> }>();

  /** Starts to answer, on a free UDP port of 127.0.0.1. */
  async start(): Promise<void> {
    this.socket.on("message", (message, { port, address }) => {
      const reply = this.reply(message);
      if (reply) this.socket.send(reply, port, address);
    });
    this.socket.bind(0, "127.0.0.1");
    await once(this.socket, "listening");
    // A client that has gone answers with "port unreachable", which is nobody's concern.
    this.socket.on("error", () => undefined);
  }

  /** Where clients ask, as `127.0.0.1:53535`. */
  get address(): string {
    const { address, port } = this.socket.address();
    return `${address}:${port}`;
  }

  /**
   * Adds an address to a name. Registering it again changes nothing but the time to live.
   *
   * @param ttl Time to live in seconds.
   */
  register(hostname: string, ttl: number, address: string): void {
    const name = hostname.toLowerCase();
    this.zones.add(zoneOf(name));
    const records = this.names.get(name) ?? { ttl, addresses: new Set() };
    records.ttl = ttl;
    records.addresses.add(address);
    this.names.set(name, records);
  }

  deregister(hostname: string, address: string): void {
    this.names.get(hostname.toLowerCase())?.addresses.delete(address);
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.socket.close(resolve));
  }

  private reply(message: Buffer): Buffer | undefined {
    let query: Packet;
    try {
      query = decode(message);
    } catch {
      return undefined;
    }
    const [question] = query.questions ?? [];
    if (query.type !== "query" || !question) return undefined;
    const { code, answers } = this.answer(question);
    return encode({
      type: "response",
      id: query.id ?? 0,
      flags: authoritative | ((query.flags ?? 0) & recursionDesired) | code,
      questions: [question],
      answers: [...answers],
    });
  }

  private answer({ type, name }: Question): { code: number; answers: readonly Answer[] } {
    const known = name.toLowerCase();
    if (!this.zones.has(zoneOf(known))) return { code: refused, answers: [] };
    const records = this.names.get(known);
    if (!records || records.addresses.size === 0) return { code: noSuchName, answers: [] };
    if (type !== "A") return { code: 0, answers: [] };
    const answers = shuffled([...records.addresses])
      .slice(0, mostAnswers)
      .map((data): Answer => ({ type: "A", name, ttl: records.ttl, data }));
    return { code: 0, answers };
  }
}

/** Flags and response codes of RFC 1035, section 4.1.1. */
const authoritative = 1 << 10;
const recursionDesired = 1 << 8;
const noSuchName = 3;
const refused = 5;

/** All of a name but its first label: the namespace that it belongs to. */
function zoneOf(name: string): string {
  return name.slice(name.indexOf(".") + 1);
}

function shuffled<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}
