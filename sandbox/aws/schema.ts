import { z } from "zod";
import { randomBytes } from "node:crypto";

/** Tags of a resource. */
export const tags = z.record(z.string(), z.string()).optional();

/** A policy document as the SDK sends it: JSON text. */
export const policyDocument = z.string();

/** The id of an EC2 resource: prefix and 17 hexadecimal digits. */
export function ec2Id(prefix: string): string {
  return `${prefix}-${hex(17)}`;
}

/** Random hexadecimal digits, as AWS puts them into ids and ARNs. */
export function hex(digits: number): string {
  return randomBytes(digits).toString("hex").slice(0, digits);
}
