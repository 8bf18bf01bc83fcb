import { INFINITY_SCORE } from "../../score/score.ts";
import { isAvailable, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { assignOne, countInstance } from "./instance-place.ts";
import type { Placement } from "./placement.ts";
import { placeByScores } from "./primitive.ts";
import { SteadyNodes } from "./steady-nodes.ts";
import { leavePlace } from "./take-place.ts";

/**
 * Tries to keep an instance where it is. If it wants to go elsewhere that place is set aside for another one, and the
 * try is repeated, as long as there are places left.
 */
export function assignEarly(
  placement: Placement,
  instance: Resource,
  current: SchedulerNode,
  maxPerNode: number,
  available: number,
): boolean {
  const isOpen = instance.isAllowedOn[current.index] === 1 && (instance.scores[current.index] ?? 0) >= 0 && isAvailable(current);
  const { parent } = instance;
  if (!isOpen || !parent) return false;
  const tables = instance.withDescendants().map((one) => ({ one, scores: one.scores.slice(), isAllowed: one.isAllowedOn.slice() }));
  const position = placement.ledger?.position ?? 0;
  const parentScores = parent.scores.slice();
  const parentCounts = parent.instanceCountOn.slice();
  const foreignBefore = placement.foreignNodes.length;
  const steady = isRepeatable(placement, instance) ? new SteadyNodes(placement.available.length) : undefined;
  let chosen: SchedulerNode | undefined;
  let isAgain = false;
  for (let reserved = 0; reserved < available; ) {
    chosen = isAgain ? assignAgain(placement, instance, current) : assignOne(placement, instance, current, maxPerNode, steady);
    if (chosen === current) break;
    if (chosen) {
      reserved += 1;
      leavePlace(instance);
      // Each try takes note of nodes that the collective does not know.
      const isAlike = reserved < available && placement.foreignNodes.length === foreignBefore;
      isAgain = isAlike && steady !== undefined && closeForAgain(instance, chosen, maxPerNode, steady);
    } else instance.isAssigned = false;
    if (!isAgain) {
      for (const { one, scores, isAllowed } of tables) one.setTable(scores, isAllowed);
      placement.ledger?.withdrawn(instance.withDescendants(), position);
    }
    if (!chosen) break;
    chosen = undefined;
  }
  parent.setScores(parentScores);
  placement.ledger?.withdrawn([parent], position);
  parent.instanceCountOn.set(parentCounts);
  if (!chosen) return false;
  countInstance(instance, chosen);
  return true;
}

/** True when a place is looked for by scores alone: what is tried changes nothing else, and comes out the same again. */
function isRepeatable({ cluster, ledger }: Placement, { kind, isRemoteConnection }: Resource): boolean {
  return kind === "primitive" && !isRemoteConnection && cluster.options.placementStrategy === "default" && ledger === undefined;
}

/**
 * Closes a node that is set aside, if it cannot take one more. True when the scores on the others are what they would be if
 * all wishes were added once more.
 */
function closeForAgain(instance: Resource, { index }: SchedulerNode, maxPerNode: number, steady: SteadyNodes): boolean {
  const isFull = (instance.parent?.instanceCountOn[index] ?? 0) >= maxPerNode;
  if (isFull) {
    instance.setScore(index, -INFINITY_SCORE);
    steady.drop(index);
  }
  return steady.isAny;
}

/** The same try without adding the wishes once more. */
function assignAgain(placement: Placement, instance: Resource, current: SchedulerNode): SchedulerNode | undefined {
  const chosen = placeByScores(placement, instance, current, false);
  if (chosen) countInstance(instance, chosen);
  return chosen;
}
