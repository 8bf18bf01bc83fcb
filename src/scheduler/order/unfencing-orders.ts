import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { fenceAction } from "../plan/fence-action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";

/** What needs unfencing is stopped before its node is unfenced, and started again after. */
export function orderRestartAroundUnfencing(plan: Plan, resource: Resource, node: SchedulerNode): void {
  const unfencing = fenceAction(plan, node, { operation: "on", isOptional: true });
  plan.orders.afterOperation(unfencing, resource, "stop", RELATION.ordered | RELATION.ifOnSameNode);
  plan.orders.beforeOperation(unfencing, resource, "start", RELATION.firstImpliesSameNodeThen | RELATION.ifOnSameNode);
}
