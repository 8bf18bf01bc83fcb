import { networkInterfaces } from "node:os";

/** An address of a network interface; numbers are IPv4 addresses as unsigned integers. */
export interface Interface {
  readonly address: string;
  readonly broadcast: string;
  readonly mask: number;
  readonly network: number;
}

/** First IPv4 address of a device. Throws an Error naming the directive when there is none. */
export function interfaceOf(device: string, directive: string): Interface {
  const found = networkInterfaces()[device]?.find((candidate) => candidate.family === "IPv4");
  if (!found) throw new Error(`${directive} ${device}: there is no such interface with an IPv4 address that is up`);
  const mask = toNumber(found.netmask);
  const own = toNumber(found.address);
  return { address: found.address, mask, network: (own & mask) >>> 0, broadcast: toDotted((own | ~mask) >>> 0) };
}

/** Whether the device exists with any IPv6 address. Throws otherwise. */
export function requireInterface6(device: string, directive: string): void {
  const found = networkInterfaces()[device]?.some((candidate) => candidate.family === "IPv6");
  if (!found) throw new Error(`${directive} ${device}: there is no such interface with an IPv6 address that is up`);
}

/** Whether an IPv4 address is one of the interface's network. */
export function isInNetwork(address: string, { mask, network }: Interface): boolean {
  return (toNumber(address) & mask) >>> 0 === network;
}

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => ((sum << 8) | Number(part)) >>> 0, 0);
}

function toDotted(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}
