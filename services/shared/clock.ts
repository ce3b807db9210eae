/** The time in epoch milliseconds. */
export type Clock = () => number;

/** Epoch milliseconds as the epoch seconds of DynamoDB's time to live. */
export function epochSeconds(milliseconds: number): number {
  return Math.floor(milliseconds / 1000);
}
