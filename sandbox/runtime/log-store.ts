import { EventEmitter, on } from "node:events";
import { mkdirSync, readdirSync, readFileSync, statSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { LogStream } from "./log-stream.js";

/** A line that a task printed. */
export interface LogEvent {
  /** ISO 8601, UTC: when the line arrived. */
  readonly timestamp: string;
  /** Name of the service. */
  readonly service: string;
  readonly logGroup: string;
  /** As the awslogs driver names it: `<prefix>/<container>/<task id>`. */
  readonly logStream: string;
  readonly message: string;
}

export interface ReadLogsOptions {
  /** Name of a service; all services' lines where it is not given. */
  readonly service?: string;
  /** Goes on with new lines until the signal aborts; default false. */
  readonly follow?: boolean;
  readonly signal?: AbortSignal;
}

/** So many streams of a group are kept; opening one more deletes the oldest. */
const mostStreams = 20;

/** What tasks print, in one file of JSON lines per log stream, bounded in size and number. */
export class LogStore {
  private readonly events = new EventEmitter().setMaxListeners(0);

  /** @param directory Folder with one folder per log group. */
  constructor(private readonly directory: string) {
    mkdirSync(directory, { recursive: true });
  }

  /** A new log stream for what one container prints. */
  open(stream: Pick<LogEvent, "service" | "logGroup" | "logStream">): LogStream {
    const folder = join(this.directory, encodeURIComponent(stream.logGroup));
    mkdirSync(folder, { recursive: true });
    deleteOldest(folder);
    return new LogStream(join(folder, `${encodeURIComponent(stream.logStream)}.jsonl`), (message) => {
      const event: LogEvent = { timestamp: new Date().toISOString(), ...stream, message };
      this.events.emit("event", event);
      return event;
    });
  }

  /** The lines that are kept, oldest first, then, if asked to follow, those to come. */
  async *read({ service, follow = false, signal }: ReadLogsOptions): AsyncGenerator<LogEvent, void> {
    const wanted = (event: LogEvent) => service === undefined || event.service === service;
    // Listening begins before reading, so that no line falls between the two.
    const coming = follow ? on(this.events, "event", signal ? { signal } : {}) : undefined;
    yield* this.kept().filter(wanted);
    if (!coming) return;
    try {
      for await (const [event] of coming as AsyncIterable<[LogEvent]>) if (wanted(event)) yield event;
    } catch (error) {
      if (!signal?.aborted) throw error;
    }
  }

  private kept(): LogEvent[] {
    const files = readdirSync(this.directory, { recursive: true, withFileTypes: true });
    return files
      .filter((file) => file.isFile())
      .flatMap((file) => readFileSync(join(file.parentPath, file.name), "utf8").split("\n"))
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as LogEvent)
      .sort((one, other) => (one.timestamp < other.timestamp ? -1 : one.timestamp > other.timestamp ? 1 : 0));
  }
}

function deleteOldest(folder: string): void {
  const files = readdirSync(folder).map((name) => join(folder, name));
  const streams = files.filter((file) => file.endsWith(".jsonl"));
  if (streams.length < mostStreams) return;
  const byAge = streams.sort((one, other) => statSync(one).mtimeMs - statSync(other).mtimeMs);
  for (const stream of byAge.slice(0, streams.length - mostStreams + 1)) {
    for (const file of files) if (file.startsWith(stream) && dirname(file) === folder) unlinkSync(file);
  }
}
