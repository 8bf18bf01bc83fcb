import { isAvailable, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Placement } from "./placement.ts";

/**
 * Gives a resource, and everything below it, a node or none. A node that cannot take it is refused unless forced; a
 * resource without a place stops, unless this is only a try.
 */
export function takePlace(
  placement: Placement,
  resource: Resource,
  wanted: SchedulerNode | undefined,
  { isForced = false, isFinal = true, source = "" }: { isForced?: boolean; isFinal?: boolean; source?: string },
): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) takePlace(placement, child, wanted, { isForced, isFinal, source });
    return;
  }
  placement.ledger?.placed(resource, placement.cluster.nodes, source);
  const node = wanted && (isForced || canTake(resource, wanted)) ? wanted : undefined;
  if (wanted && !node && isFinal) resource.nextRole = "Stopped";
  leavePlace(resource);
  resource.isAssigned = true;
  if (!node) {
    if (!isFinal) return;
    resource.nextRole = "Stopped";
    resource.hasLackedPlace = true;
    return;
  }
  resource.assigned = node;
  resource.assignedScore = isForced ? node.baseScore : (resource.scores[node.index] ?? 0);
  node.assignedCount += 1;
  changeCapacity(node, resource, -1);
  placement.scoreNotes.takeUse(resource, node);
}

function canTake(resource: Resource, node: SchedulerNode): boolean {
  const score = resource.scores[node.index] ?? 0;
  return score >= 0 && (isAvailable(node) || node.connection?.launcher !== undefined);
}

/** Leaves a resource, and everything below it, without a place for good; `source` is who says so. */
export function unassign(placement: Placement, resource: Resource, source: string): void {
  takePlace(placement, resource, undefined, { isForced: true, source });
}

/** Takes a place back: the resource can be assigned again. */
export function leavePlace(resource: Resource): void {
  const { assigned, children } = resource;
  resource.isAssigned = false;
  for (let at = 0; at < children.length; at += 1) leavePlace(children[at] as Resource);
  if (!assigned || children.length > 0) return;
  resource.assigned = undefined;
  assigned.assignedCount -= 1;
  changeCapacity(assigned, resource, 1);
}

function changeCapacity(node: SchedulerNode, resource: Resource, sign: 1 | -1): void {
  if (resource.utilization.size === 0) return;
  for (const [name, amount] of resource.utilization) {
    node.capacity.set(name, (node.capacity.get(name) ?? 0) + sign * amount);
  }
}
