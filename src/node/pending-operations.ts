import { OPERATION_STATUS } from "../model/exit-code.ts";
import type { XmlElement } from "../xml/element.ts";

/** An operation that was sent to a member and has no result in the status yet. */
export interface PendingOperation {
  readonly node: string;
  readonly resourceId: string;
  readonly operation: string;
  readonly transitionKey: string;
}

/** One-shot operations of a resource (of all when undefined) on `nodes` that the status records as pending. */
export function pendingOperations(cib: XmlElement, resourceId: string | undefined, nodes: readonly string[]): PendingOperation[] {
  const found: PendingOperation[] = [];
  for (const state of cib.child("status")?.children ?? []) {
    const node = state.get("uname") ?? "";
    if (!nodes.includes(node)) continue;
    const resources = state.descend("lrm", "lrm_resources");
    const only = resourceId === undefined ? undefined : resources?.child("lrm_resource", resourceId);
    for (const holder of resourceId === undefined ? (resources?.children ?? []) : only ? [only] : []) {
      for (const entry of holder.children) {
        if (entry.get("op-status") !== String(OPERATION_STATUS.pending) || Number(entry.get("interval") ?? 0) > 0) continue;
        const transitionKey = entry.get("transition-key") ?? "";
        found.push({ node, resourceId: holder.id ?? "", operation: entry.get("operation") ?? "", transitionKey });
      }
    }
  }
  return found;
}

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
