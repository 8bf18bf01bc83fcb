import { createHash, randomBytes } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeFileAtomically } from "./atomic-file.ts";

/**
 * Next heartbeat generation of this node, on disk before it is used: one more than the last, starting from the wall
 * clock; with `isFromClock` (`hbgenmethod time`) never less than the clock's seconds. Format as heartbeat 3.0.6's
 * `hb_generation`.
 */
export function nextGeneration(folder: string, isFromClock = false): number {
  const path = join(folder, "hb_generation");
  const last = existsSync(path) ? Number.parseInt(readFileSync(path, "utf8"), 10) : Number.NaN;
  const fromClock = Math.floor(Date.now() / 1000) + 1;
  const hasLast = Number.isSafeInteger(last) && last > 0;
  const next = !hasLast ? fromClock : isFromClock ? Math.max(last + 1, fromClock) : last + 1;
  writeFileAtomically(path, `${String(next).padStart(15)}\n`, 0o644);
  return next;
}

/**
 * This node's uuid, 16 raw bytes in `hb_uuid` (one character each here), made at the first start; or, with a name
 * (`uuidfrom nodename`), made from that name alone.
 */
export function nodeUuid(folder: string, fromName?: string): string {
  if (fromName !== undefined) return createHash("sha256").update(`node ${fromName}`).digest().subarray(0, 16).toString("latin1");
  const path = join(folder, "hb_uuid");
  if (existsSync(path)) {
    const bytes = readFileSync(path);
    if (bytes.length === 16) return bytes.toString("latin1");
  }
  const made = randomBytes(16);
  made[6] = ((made[6] ?? 0) & 0x0f) | 0x40;
  made[8] = ((made[8] ?? 0) & 0x3f) | 0x80;
  writeFileAtomically(path, made.toString("latin1"), 0o644, "latin1");
  return made.toString("latin1");
}

/** Usual text form of a uuid of 16 bytes. */
export function formatUuid(bytes: string): string {
  const hex = Buffer.from(bytes, "latin1").toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
