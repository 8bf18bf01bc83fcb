import type { Resource } from "../cluster/resource.ts";
import { roleRank } from "../cluster/role.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { bundleOrders, cloneOrders } from "./clone-orders.ts";
import { groupOrders } from "./group-orders.ts";
import { orderRestartAroundUnfencing } from "./unfencing-orders.ts";
import { utilizationOrders } from "./utilization-orders.ts";

const { ordered, firstImpliesThen, intermediateStop, promotedThenImpliesFirst, unrunnableFirstBlocks } = RELATION;

/** Orders that follow from what a resource is, without any constraint. Source: Pacemaker, internal constraints. */
export function internalOrders(plan: Plan, resource: Resource): void {
  switch (resource.kind) {
    case "primitive":
      primitiveOrders(plan, resource);
      return;
    case "group":
      groupOrders(plan, resource, internalOrders);
      return;
    case "clone":
      cloneOrders(plan, resource, internalOrders);
      return;
    case "bundle":
      bundleOrders(plan, resource, internalOrders);
  }
}

function primitiveOrders(plan: Plan, resource: Resource): void {
  if (!resource.isManaged) return;
  const { orders, cluster } = plan;
  orders.between(resource, "stop", resource, "start", ordered | firstImpliesThen | intermediateStop);
  if (resource.top.clone?.isPromotable || roleRank(resource.role) > roleRank("Unpromoted")) {
    orders.between(resource, "demote", resource, "stop", promotedThenImpliesFirst);
    orders.between(resource, "start", resource, "promote", unrunnableFirstBlocks);
  }
  if (resource.forgottenOn.size > 0)
    orders.between(resource, "lrm_delete", resource, "monitor", RELATION.ifOnSameNode | RELATION.thenCancelsFirst);
  if (plan.cluster.usesUnfencing && resource.needsUnfencing && !resource.isFenceDevice) {
    for (const node of cluster.nodes) if (resource.isAllowedOn[node.index] === 1) orderRestartAroundUnfencing(plan, resource, node);
  }
  utilizationOrders(plan, resource);
  launcherOrders(plan, resource);
}

/** What lives in something starts after it and stops before it. */
function launcherOrders(plan: Plan, resource: Resource): void {
  const { launcher } = resource;
  if (!launcher) return;
  const { orders } = plan;
  if (resource.isRemoteConnection) {
    // A probe that finds the launcher running makes the recovery of the connection needless.
    orders.between(launcher, "monitor", resource, "stop", ordered);
  } else if (launcher.isRemoteConnection || plan.guestConnectionOf(launcher)) return;
  orders.between(launcher, "start", resource, "start", firstImpliesThen | unrunnableFirstBlocks);
  orders.between(resource, "stop", launcher, "stop", RELATION.thenImpliesFirst);
}
