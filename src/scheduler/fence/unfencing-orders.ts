import type { Plan } from "../act/plan.ts";
import type { SchedulerNode } from "../node.ts";
import { RELATION } from "../order/relation.ts";
import type { Resource } from "../resource.ts";
import { fenceAction } from "./fence-action.ts";

/** What needs unfencing is stopped before its node is unfenced, and started again after. */
export function orderRestartAroundUnfencing(plan: Plan, resource: Resource, node: SchedulerNode): void {
  const unfencing = fenceAction(plan, node, { operation: "on", isOptional: true });
  plan.orders.afterOperation(unfencing, resource, "stop", RELATION.ordered | RELATION.ifOnSameNode);
  plan.orders.beforeOperation(unfencing, resource, "start", RELATION.firstImpliesSameNodeThen | RELATION.ifOnSameNode);
}
