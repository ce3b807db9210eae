import assert from "node:assert/strict";
import fc from "fast-check";
import { isNetworkAddress, subnetCidr } from "../../components/cidr.js";

describe("the blocks of a network", () => {
  const cases: readonly (readonly [string, number, number, string])[] = [
    ["10.0.0.0/16", 4, 0, "10.0.0.0/20"],
    ["10.0.0.0/16", 4, 15, "10.0.240.0/20"],
    ["192.168.8.0/22", 4, 9, "192.168.10.64/26"],
    ["255.255.0.0/16", 4, 15, "255.255.240.0/20"],
  ];
  for (const [block, bits, index, part] of cases) {
    it(`of ${block}: number ${String(index)} of ${String(2 ** bits)} is ${part}`, () => {
      assert.equal(subnetCidr(block, bits, index), part);
    });
  }

  it("start at an address that fits their size, whatever the network", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 255 }),
        fc.integer({ min: 16, max: 22 }),
        fc.integer({ min: 0, max: 15 }),
        (octet, prefix, index) =>
          isNetworkAddress(subnetCidr(`10.${String(octet)}.0.0/${String(prefix)}`, 4, index)),
      ),
    );
  });

  it("are refused a start inside themselves", () => {
    assert.equal(isNetworkAddress("10.0.4.0/22"), true);
    assert.equal(isNetworkAddress("10.0.5.0/22"), false);
  });
});
