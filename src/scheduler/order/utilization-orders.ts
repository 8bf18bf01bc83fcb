import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { ACTION, type Action } from "../plan/action.ts";
import { plainPseudo } from "../plan/plain-action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";

/** Where places are given by capacity, what stops on a node makes room before anything comes to it. */
export function utilizationOrders(plan: Plan, resource: Resource): void {
  if (plan.cluster.options.placementStrategy === "default" || resource.utilization.size === 0) return;
  const flag = RELATION.ifOnSameNodeOrTarget;
  for (const node of resource.activeOn) plan.orders.afterOperation(loadStopped(plan, node), resource, "stop", flag);
  for (const node of plan.cluster.nodes) {
    if (resource.isAllowedOn[node.index] !== 1) continue;
    const freed = loadStopped(plan, node);
    plan.orders.beforeOperation(freed, resource, "start", flag);
    plan.orders.beforeOperation(freed, resource, "migrate_to", flag);
  }
}

function loadStopped(plan: Plan, node: SchedulerNode): Action {
  const made = plainPseudo(plan, `load_stopped_${node.name}`);
  if (!made.node) {
    made.node = node;
    made.clear(ACTION.optional);
  }
  return made;
}
