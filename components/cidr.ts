/**
 * One of the equal parts of an IPv4 block.
 *
 * @param block the whole, e.g. `10.0.0.0/16`
 * @param bits how many bits longer the part's prefix is: 4 bits make 16 parts
 * @param index which part, from 0
 */
export function subnetCidr(block: string, bits: number, index: number): string {
  const { network, prefix } = parseCidr(block);
  const size = 2 ** (32 - prefix - bits);
  return `${toText(network + index * size)}/${String(prefix + bits)}`;
}

/** Whether the address of an IPv4 block is the block's first, as AWS wants it: `10.0.0.0/16`, not `10.0.0.1/16`. */
export function isNetworkAddress(block: string): boolean {
  const { network, prefix } = parseCidr(block);
  return network % 2 ** (32 - prefix) === 0;
}

/** Prefix length of an IPv4 block: 16 for `10.0.0.0/16`. */
export function prefixLength(block: string): number {
  return parseCidr(block).prefix;
}

function parseCidr(block: string): { network: number; prefix: number } {
  const [address = "", prefix = ""] = block.split("/");
  return {
    network: address.split(".").reduce((number, octet) => number * 256 + Number(octet), 0),
    prefix: Number(prefix),
  };
}

function toText(address: number): string {
  return [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join(".");
}
