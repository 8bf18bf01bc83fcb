import { INFINITY_SCORE } from "../../score/score.ts";
import { isAvailable, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Placement } from "./placement.ts";
import { leavePlace } from "./take-place.ts";

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

/**
 * Tries to keep an instance where it is. If it wants to go elsewhere that place is set aside for another one, and the
 * try is repeated, as long as there are places left.
 */
function assignEarly(placement: Placement, instance: Resource, current: SchedulerNode, maxPerNode: number, available: number): boolean {
  const isOpen = instance.isAllowedOn[current.index] === 1 && (instance.scores[current.index] ?? 0) >= 0 && isAvailable(current);
  const { parent } = instance;
  if (!isOpen || !parent) return false;
  const tables = instance.withDescendants().map((one) => ({ one, scores: one.scores.slice(), isAllowed: one.isAllowedOn.slice() }));
  const position = placement.ledger?.position ?? 0;
  const parentScores = parent.scores.slice();
  const parentCounts = parent.instanceCountOn.slice();
  let chosen: SchedulerNode | undefined;
  for (let reserved = 0; reserved < available; ) {
    chosen = assignOne(placement, instance, current, maxPerNode);
    if (chosen === current) break;
    for (const { one, scores, isAllowed } of tables) {
      one.setTable(scores, isAllowed);
    }
    placement.ledger?.withdrawn(instance.withDescendants(), position);
    if (!chosen) {
      instance.isAssigned = false;
      break;
    }
    reserved += 1;
    leavePlace(instance);
    chosen = undefined;
  }
  parent.setScores(parentScores);
  placement.ledger?.withdrawn([parent], position);
  parent.instanceCountOn.set(parentCounts);
  if (!chosen) return false;
  countInstance(instance, chosen);
  return true;
}

function assignOne(
  placement: Placement,
  instance: Resource,
  preferred: SchedulerNode | undefined,
  maxPerNode: number,
): SchedulerNode | undefined {
  if (instance.isBeingAssigned) return undefined;
  closeNodes(placement, instance, maxPerNode);
  const chosen = placement.assign(instance, preferred, preferred === undefined);
  if (chosen) countInstance(instance, chosen);
  return chosen;
}

function countInstance(instance: Resource, node: SchedulerNode): void {
  const counts = instance.parent?.instanceCountOn;
  if (counts && instance.parent?.isAllowedOn[node.index] === 1) counts[node.index] = (counts[node.index] ?? 0) + 1;
}

/** Bans an instance, and its members, from nodes that cannot take one more. */
function closeNodes(placement: Placement, instance: Resource, maxPerNode: number): void {
  const { parent, children, isAllowedOn, isRemoved } = instance;
  const { available } = placement;
  const { nodes } = placement.cluster;
  const counts = parent?.instanceCountOn;
  for (let at = 0; at < isAllowedOn.length; at += 1) {
    if (isAllowedOn[at] !== 1) continue;
    const isFull = (counts?.[at] ?? 0) >= maxPerNode;
    const isClosed = isRemoved || available[at] !== 1 || parent?.isAllowedOn[at] !== 1 || (parent.scores[at] ?? 0) < 0;
    if (!isFull && !isClosed) continue;
    if (!isRemoved && available[at] === 1 && parent?.isAllowedOn[at] !== 1)
      placement.foreignNodes.push({ instance, node: nodes[at] as SchedulerNode });
    instance.setScore(at, -INFINITY_SCORE);
    for (let child = 0; child < children.length; child += 1) {
      const one = children[child] as Resource;
      if (one.isAllowedOn[at] === 1) one.setScore(at, -INFINITY_SCORE);
    }
    if (!placement.ledger) continue;
    const node = nodes[at] as SchedulerNode;
    for (const one of [instance, ...children])
      if (available[at] !== 1) placement.ledger.vetoed(one, node, "#unavailable");
      else if (isFull) placement.ledger.vetoed(one, node, "#instances");
      else placement.ledger.changedOn(one, node, isRemoved ? "#removed" : "#clone");
  }
}
