import { isAvailable, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { assignEarly } from "./early-place.ts";
import { assignOne } from "./instance-place.ts";
import type { Placement } from "./placement.ts";

/** Gives places to the instances of a clone, or the containers of a bundle, in this order: first those that may stay. */
export function assignInstances(
  placement: Placement,
  collective: Resource,
  instances: readonly Resource[],
  maxTotal: number,
  maxPerNode: number,
): void {
  const { nodes } = placement.cluster;
  collective.instanceCountOn.fill(0);
  const available = nodes.filter((node) => collective.isAllowedOn[node.index] === 1 && isAvailable(node)).length;
  const optimalPerNode = Math.max(1, available > 0 ? Math.floor(maxTotal / available) : 1);
  let assigned = 0;
  for (const instance of instances) {
    if (assigned >= maxTotal) break;
    const current = mayStayOn(instance, optimalPerNode);
    if (current && assignEarly(placement, instance, current, maxPerNode, maxTotal - assigned)) assigned += 1;
  }
  for (const instance of instances) {
    if (instance.isAssigned) continue;
    if (assigned >= maxTotal) placement.banEverywhere(instance, "#clone-max");
    else if (assignOne(placement, instance, undefined, maxPerNode)) assigned += 1;
  }
}

/** The node an instance may stay on before the others are looked at: it is healthy there and there are not too many. */
function mayStayOn(instance: Resource, optimalPerNode: number): SchedulerNode | undefined {
  if (instance.activeOn.length === 0 || instance.isAssigned || instance.isFailed) return undefined;
  const node = instance.currentNode;
  // Its own list keeps the score the node had when the resource was found there.
  if (!node || !isAvailable(node) || node.baseScore < 0) return undefined;
  const holder = instance.parent;
  if (holder && holder.isAllowedOn[node.index] === 1 && (holder.instanceCountOn[node.index] ?? 0) >= optimalPerNode) return undefined;
  return node;
}
