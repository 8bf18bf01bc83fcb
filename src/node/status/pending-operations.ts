import { OPERATION_STATUS } from "../../model/exit-code.ts";
import type { XmlElement } from "../../xml/element.ts";

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
