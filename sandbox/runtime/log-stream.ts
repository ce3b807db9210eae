import { closeSync, existsSync, openSync, renameSync, writeSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import type { Readable } from "node:stream";

/** A file that has grown to this size becomes the stream's one older file, in place of the one before. */
const mostBytes = 1024 * 1024;

/** Longest line; what is longer goes on in the next one (CloudWatch Logs: 256 KiB per event). */
const mostCharacters = 128 * 1024;

/** One container's log: lines become events, events become lines of a file. */
export class LogStream {
  private descriptor: number;
  private size = 0;

  /**
   * @param file Path; its older part is beside it with `.1` at the end.
   * @param eventOf Makes the event of a line.
   */
  constructor(
    private readonly file: string,
    private readonly eventOf: (message: string) => object,
  ) {
    this.descriptor = openSync(file, "a");
  }

  /** Takes all that a source prints, until it ends. */
  consume(source: Readable): void {
    const decoder = new StringDecoder("utf8");
    let rest = "";
    source.on("data", (chunk: Buffer) => {
      const lines = (rest + decoder.write(chunk)).split("\n");
      rest = lines.pop() ?? "";
      for (; rest.length > mostCharacters; rest = rest.slice(mostCharacters))
        lines.push(rest.slice(0, mostCharacters));
      this.write(lines);
    });
    source.on("end", () => {
      this.write([rest + decoder.end()].filter((line) => line !== ""));
    });
    // The other end was killed.
    source.on("error", () => undefined);
  }

  /** No source may be left that still prints. */
  close(): void {
    closeSync(this.descriptor);
    this.descriptor = -1;
  }

  private write(lines: readonly string[]): void {
    if (lines.length === 0 || this.descriptor === -1) return;
    const text = lines.map((line) => `${JSON.stringify(this.eventOf(line))}\n`).join("");
    // Written at once: a line must not be lost with the process that is about to die of what it says.
    this.size += writeSync(this.descriptor, text);
    if (this.size >= mostBytes) this.rotate();
  }

  private rotate(): void {
    closeSync(this.descriptor);
    if (existsSync(this.file)) renameSync(this.file, `${this.file}.1`);
    this.descriptor = openSync(this.file, "a");
    this.size = 0;
  }
}
