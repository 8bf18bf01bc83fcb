import { INFINITY_SCORE } from "../../score/score.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Placement } from "./placement.ts";
import { assignPrimitive } from "./primitive.ts";
import type { SteadyNodes } from "./steady-nodes.ts";

/**
 * Gives an instance a place on a node that can take one more of them; the preferred one if that is as good as any. `steady` is
 * told which nodes keep their scores while wishes are added.
 */
export function assignOne(
  placement: Placement,
  instance: Resource,
  preferred: SchedulerNode | undefined,
  maxPerNode: number,
  steady?: SteadyNodes,
): SchedulerNode | undefined {
  if (instance.isBeingAssigned) return undefined;
  closeNodes(placement, instance, maxPerNode);
  const isFinal = preferred === undefined;
  const chosen =
    instance.kind === "primitive"
      ? assignPrimitive(placement, instance, preferred, isFinal, steady)
      : placement.assign(instance, preferred, isFinal);
  if (chosen) countInstance(instance, chosen);
  return chosen;
}

/** Counts an instance among those that its clone or bundle has on a node. */
export function countInstance(instance: Resource, node: SchedulerNode): void {
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
