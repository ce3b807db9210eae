import { randomBytes } from "node:crypto";

/** An answer of the board, read whole. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Asks the board over HTTP, as any client would. */
export class BoardClient {
  constructor(readonly url: string) {}

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.request("GET", path, undefined, headers);
  }

  delete(path: string): Promise<Answer> {
    return this.request("DELETE", path, undefined, {});
  }

  post(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.request("POST", path, JSON.stringify(body), {
      "content-type": "application/json",
      ...headers,
    });
  }

  async request(
    method: string,
    path: string,
    body: string | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const response = await fetch(this.url + path, { method, headers, ...(body !== undefined && { body }) });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json");
    return {
      status: response.status,
      headers: response.headers,
      body: (isJson ? JSON.parse(text) : {}) as Record<string, unknown>,
    };
  }

  /** Creates a user with a name of its own and answers its id. */
  async newUser(): Promise<string> {
    const { body } = await this.post("/users", { username: uniqueName(), displayName: "Somebody" });
    return String(body.id);
  }

  async newTopic(userId: string, title = "A topic"): Promise<string> {
    const { body } = await this.post("/topics", { title, userId });
    return String(body.id);
  }

  async newMessage(topicId: string, userId: string, text = "A message"): Promise<string> {
    const { body } = await this.post("/messages", { topicId, userId, text });
    return String(body.id);
  }
}

/** A username that nobody has. */
export function uniqueName(): string {
  return `user_${randomBytes(8).toString("hex")}`;
}
