import { readFileSync } from "node:fs";

/**
 * Whether the network namespace of a process has an address as its own. Read from /proc, without starting a program,
 * so that it can be asked every few milliseconds.
 */
export function nodeHasAddress(pid: number, address: string): boolean {
  try {
    if (address.includes(":")) return readFileSync(`/proc/${pid}/net/if_inet6`, "latin1").includes(`${unpackedIpv6(address)} `);
    return localIpv4Addresses(readFileSync(`/proc/${pid}/net/fib_trie`, "latin1")).has(address);
  } catch {
    // The node went away.
    return false;
  }
}

/** Addresses that the table marks as a host's own. Source: /proc/net/fib_trie, "|-- ADDRESS" followed by "/32 host LOCAL". */
export function localIpv4Addresses(table: string): ReadonlySet<string> {
  const found = new Set<string>();
  let leaf = "";
  for (const line of table.split("\n")) {
    const address = /\|-- (\S+)/.exec(line)?.[1];
    if (address !== undefined) leaf = address;
    else if (line.includes("/32 host LOCAL")) found.add(leaf);
  }
  return found;
}

/** An IPv6 address as 32 hex digits. */
export function unpackedIpv6(address: string): string {
  const [head = "", tail] = address.toLowerCase().split("::");
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(zeros).fill("0"), ...right].map((group) => group.padStart(4, "0")).join("");
}
