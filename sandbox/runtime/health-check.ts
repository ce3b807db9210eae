import { request } from "node:http";
import type { TargetGroupSpec } from "./desired.js";

export type HealthCheckResult =
  { readonly passed: true } | { readonly passed: false; readonly reason: string };

/**
 * Asks a target once whether it is healthy, over a connection of its own.
 *
 * @param timeout Milliseconds within which the answer's head has to arrive.
 * @returns The result, with the reason in AWS's words where the check failed.
 */
export function checkHealth(
  address: string,
  port: number,
  { path, matcher }: TargetGroupSpec["healthCheck"],
  timeout: number,
): Promise<HealthCheckResult> {
  return new Promise((resolve) => {
    const failed = (reason: string) => resolve({ passed: false, reason });
    const headers = { "user-agent": "ELB-HealthChecker/2.0", connection: "close" };
    const check = request({ host: address, port, path, headers, agent: false }, (response) => {
      const status = response.statusCode ?? 0;
      response.on("error", () => undefined).resume();
      if (matches(matcher, status)) resolve({ passed: true });
      else failed(`Health checks failed with these codes: [${status}]`);
    });
    const timer = setTimeout(() => {
      failed("Request timed out");
      check.destroy();
    }, timeout);
    check
      .on("error", () => failed("Health checks failed"))
      .on("close", () => clearTimeout(timer))
      .end();
  });
}

/**
 * Whether a status counts as healthy.
 *
 * @param matcher Codes and ranges of codes, separated by commas: `200`, `200,202`, `200-299`.
 */
export function matches(matcher: string, status: number): boolean {
  return matcher.split(",").some((part) => {
    const [from, to = from] = part.split("-").map(Number);
    return from !== undefined && to !== undefined && status >= from && status <= to;
  });
}
