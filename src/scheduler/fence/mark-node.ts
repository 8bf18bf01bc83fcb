import type { Plan } from "../act/plan.ts";
import type { SchedulerNode } from "../node.ts";
import { fenceNode } from "../unpack/fence-node.ts";

/** Marks a node as one that has to be fenced; a guest by marking what it lives in as failed. */
export function markForFencing(plan: Plan, node: SchedulerNode, reason: string): void {
  fenceNode(node, reason, { connectionOf: (other) => plan.connectionOf(other) });
}
