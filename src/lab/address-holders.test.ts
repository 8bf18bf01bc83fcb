import { describe, expect, it } from "vitest";
import { localIpv4Addresses, nodeHasAddress, unpackedIpv6 } from "./address-holders.ts";

describe("address holders", () => {
  it("reads the host's own addresses, not its networks and broadcasts", () => {
    const table = `Main:
  +-- 0.0.0.0/0 3 0 5
     +-- 192.168.0.0/24 2 0 1
        |-- 192.168.0.0
           /24 link UNICAST
        |-- 192.168.0.181
           /32 host LOCAL
        |-- 192.168.0.255
           /32 link BROADCAST
`;
    expect([...localIpv4Addresses(table)]).toEqual(["192.168.0.181"]);
  });

  it.each([
    ["::1", "00000000000000000000000000000001"],
    ["fd00::50", "fd000000000000000000000000000050"],
    ["FE80:1:2:3:4:5:6:7", "fe800001000200030004000500060007"],
  ])("unpacks %s", (address, digits) => {
    expect(unpackedIpv6(address)).toBe(digits);
  });

  it("knows this process's loopback", () => {
    expect(nodeHasAddress(process.pid, "127.0.0.1")).toBe(true);
    expect(nodeHasAddress(process.pid, "203.0.113.77")).toBe(false);
  });
});
