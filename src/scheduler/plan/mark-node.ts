import type { SchedulerNode } from "../cluster/node.ts";
import { fenceNode } from "../unpack/history/fence-node.ts";
import { fenceAction } from "./fence-action.ts";
import type { Plan } from "./plan.ts";

/**
 * Marks a node as one that has to be fenced, a guest by marking what it lives in as failed. The fencing is made at once:
 * it stands in the plan where its need showed. Whether it is required is decided later.
 */
export function markForFencing(plan: Plan, node: SchedulerNode, reason: string): void {
  const isNew = fenceNode(node, reason, { connectionOf: (other) => plan.connectionOf(other) });
  if (isNew) plan.findings.push({ kind: "fencing", node, launcher: plan.launcherOf(node), reason });
  if (node.uncleanReason !== undefined && !plan.isGuest(node)) fenceAction(plan, node, { isOptional: true });
}
