import { isIPv4 } from "node:net";
import { AwsError } from "../errors.js";

/** An IPv4 block: the number of its first address and the length of its prefix. */
export interface Cidr {
  readonly first: number;
  readonly prefix: number;
}

/** Parses `10.0.0.0/16`; refuses as EC2 does when it is no block or has host bits set. */
export function parseCidr(text: string, operation: string): Cidr {
  const [address = "", length = ""] = text.split("/");
  const prefix = Number(length);
  if (!isIPv4(address) || !/^\d+$/.test(length) || prefix > 32) {
    throw new AwsError(
      "EC2",
      operation,
      "InvalidParameterValue",
      `Value (${text}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  const first = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return { first: first - (first % size(prefix)), prefix };
}

/** Whether `inner` lies wholly inside `outer`. */
export function contains(outer: Cidr, inner: Cidr): boolean {
  return inner.first >= outer.first && inner.first + size(inner.prefix) <= outer.first + size(outer.prefix);
}

/** Whether two blocks share an address. */
export function overlaps(one: Cidr, other: Cidr): boolean {
  return contains(one, other) || contains(other, one);
}

function size(prefix: number): number {
  return 2 ** (32 - prefix);
}
