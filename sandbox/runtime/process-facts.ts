import { readFileSync } from "node:fs";

/*
 * What Linux tells about a process (proc(5)). The runtime needs Linux anyway: other systems lack the loopback addresses
 * that tasks have.
 */

/**
 * Tells a process from every other that ever had its number: the number alone is given again sooner or later.
 *
 * @param pid Process id.
 * @returns A string that holds in which boot and when the process started, or undefined where no such process lives; one
 *   that has ended and only waits to be collected does not.
 */
export function processIdentity(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // Fields after the name in brackets: state is the first, start time the 20th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, startTime] = [fields[0], fields[19]];
  if (state === "Z" || state === "X" || startTime === undefined) return undefined;
  return `${read("/proc/sys/kernel/random/boot_id")?.trim() ?? ""} ${startTime}`;
}

/** Memory that a process has resident, in bytes; undefined where it has ended. */
export function residentMemory(pid: number): number | undefined {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`) ?? "")?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** The kernel answers reads of these files at once, so they need not be asynchronous. */
function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}
