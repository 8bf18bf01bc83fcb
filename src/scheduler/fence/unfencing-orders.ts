import type { Plan } from "../act/plan.ts";
import type { SchedulerNode } from "../node.ts";
import { madeAction, operation } from "../order/order-requests.ts";
import { RELATION } from "../order/relation.ts";
import type { Resource } from "../resource.ts";
import { fenceAction } from "./fence-action.ts";

/** What needs unfencing is stopped before its node is unfenced, and started again after. */
export function orderRestartAroundUnfencing(plan: Plan, resource: Resource, node: SchedulerNode): void {
  const unfencing = madeAction(fenceAction(plan, node, { operation: "on", isOptional: true }));
  plan.orders.add(operation(resource, "stop"), unfencing, RELATION.ordered | RELATION.ifOnSameNode);
  plan.orders.add(unfencing, operation(resource, "start"), RELATION.firstImpliesSameNodeThen | RELATION.ifOnSameNode);
}
