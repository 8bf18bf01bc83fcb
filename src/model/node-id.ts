import { md5Hex } from "../base/md5.ts";

/** Hex digits that make a number every program can hold exactly. */
const DIGITS = 12;

/**
 * The id a node has in the CIB: a number, for crmsh takes nothing else for an id, made from heartbeat's UUID of the node,
 * so that it stays the same for life. 48 bits: two of a hundred nodes have the same once in 10^10 clusters.
 */
export function nodeIdOf(uuid: string): string {
  return String(Number.parseInt(md5Hex(uuid).slice(0, DIGITS), 16) || 1);
}
