import { notifyAfterFencing } from "../act/notifications.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { isBundled, isNotified, primitivesOf } from "../cluster/resource-state.ts";
import { ACTION, type Action } from "../plan/action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";

const { guestAllowed, ordered, unrunnableFirstBlocks } = RELATION;

/** Orders what happens to resources relative to the fencing of a node, and declares done what the fencing implies. */
export function ordersAroundFencing(plan: Plan, fencing: Action): void {
  const { node } = fencing;
  if (!node) return;
  const resources = primitivesOf(plan.cluster.top);
  for (let at = 0; at < resources.length; at += 1) {
    const resource = resources[at] as Resource;
    if (!resource.isManaged) continue;
    startsAfterFencing(plan, resource, fencing, node);
    if (!mayHaveActionsOn(plan, resource, node)) continue;
    stopsByFencing(plan, resource, fencing, node);
    demotesByFencing(plan, resource, fencing, node);
  }
}

/** True when some action of a resource is on a node, or on none so far. */
function mayHaveActionsOn({ book }: Plan, resource: Resource, node: SchedulerNode): boolean {
  const own = book.of(resource);
  for (let at = 0; at < own.length; at += 1) {
    const place = own[at]?.node;
    if (place === undefined || place === node) return true;
  }
  return false;
}

function startsAfterFencing(plan: Plan, resource: Resource, fencing: Action, node: SchedulerNode): void {
  const own = plan.book.of(resource);
  for (let at = 0; at < own.length; at += 1) {
    const action = own[at] as Action;
    if (action.needs === "fencing") plan.book.relate(fencing, action, ordered);
    // What may be active on the lost node, for all we know, waits until it is gone.
    const isStart = action.needs === "quorum" && action.task === "start";
    if (isStart && resource.isAllowedOn[node.index] === 1 && !isKnownOn(resource, node))
      plan.book.relate(fencing, action, ordered | unrunnableFirstBlocks);
  }
}

function isKnownOn(resource: Resource, node: SchedulerNode): boolean {
  if (resource.probedOn.has(node.index)) return true;
  const { parent } = resource;
  return parent?.clone !== undefined && !resource.isUnique && parent.children.some((instance) => instance.probedOn.has(node.index));
}

/** With a guest, fencing is nothing but a stop: what it implies always comes after. */
function isOrderImplicit(plan: Plan, resource: Resource, node: SchedulerNode): boolean {
  return resource.requires === "fencing" || plan.isGuest(node);
}

function stopsByFencing(plan: Plan, resource: Resource, fencing: Action, node: SchedulerNode): void {
  const top = resource.top;
  const stops = plan.book.withTask(resource, "stop", node);
  const isAfter = isOrderImplicit(plan, resource, node);
  const topStop = stops.length > 0 && isAfter ? plan.book.newest(top, "stop") : undefined;
  for (const stop of stops) {
    if (resource.isFailed) plan.findings.push({ kind: "implied stop", resource, node, isAfter });
    stop.set(ACTION.pseudo | ACTION.runnable);
    if (isAfter) {
      if (!isBundled(resource)) plan.book.relate(fencing, stop, guestAllowed);
      plan.book.relate(fencing, topStop, guestAllowed);
    }
    if (isNotified(resource)) notifyAfterFencing(plan, resource, top, stop, fencing);
  }
}

function demotesByFencing(plan: Plan, resource: Resource, fencing: Action, node: SchedulerNode): void {
  if (!plan.book.newest(resource, "demote")) return;
  for (const demote of plan.book.withTask(resource, "demote", node)) {
    if (node.isOnline && node.uncleanReason === undefined && !resource.isFailed) continue;
    demote.set(ACTION.pseudo | ACTION.runnable);
    if (!isBundled(resource) && isOrderImplicit(plan, resource, node)) plan.book.relate(fencing, demote, guestAllowed | ordered);
  }
}
