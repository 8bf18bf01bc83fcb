import type { PendingOperation } from "../status/pending-operations.ts";

/** How long an operation of an earlier plan may hold others back before its member is asked about it. */
const INQUIRY_MS = 5000;

/** Operations that hold others back, and when their members have to be asked whether they still run. */
export class PendingWatch {
  readonly #askAtMs = new Map<string, number>();

  /** Notes that this operation holds something back now; true when its member should be asked about it. */
  isInquiryDue(operation: PendingOperation, nowMs: number): boolean {
    const key = `${operation.node} ${operation.resourceId} ${operation.transitionKey}`;
    const askAtMs = this.#askAtMs.get(key);
    if (askAtMs !== undefined && askAtMs > nowMs) return false;
    this.#askAtMs.set(key, nowMs + INQUIRY_MS);
    return askAtMs !== undefined;
  }

  /** Nothing is held back any more. */
  clear(): void {
    this.#askAtMs.clear();
  }

  /** Time of the next inquiry, undefined when nothing is held back. */
  deadlineMs(): number | undefined {
    return this.#askAtMs.size === 0 ? undefined : Math.min(...this.#askAtMs.values());
  }
}
