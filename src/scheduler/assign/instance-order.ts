import { leadingInteger } from "../../base/leading-integer.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import { isAvailable, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { addAllWishes, type ScoreTable } from "./colocated-scores.ts";
import type { Placement } from "./placement.ts";

/** An order of instances as they are now; what it computes for an instance it computes once. */
export function instanceOrder(placement: Placement): (a: Resource, b: Resource) => number {
  const colocated = new Map<Resource, number>();
  return (a, b) =>
    compareInstances(a, b, (instance, node) => {
      const score = colocated.get(instance) ?? colocatedScore(placement, instance, node);
      colocated.set(instance, score);
      return score;
    });
}

/**
 * Which of two instances of a clone, or containers of a bundle, is placed first: negative for the first one. Not a
 * transitive order: some rules hold only where both are active.
 */
function compareInstances(a: Resource, b: Resource, colocated: (instance: Resource, node: SchedulerNode) => number): number {
  if (a.activeOn.length > 0 && b.activeOn.length > 0 && a.activeOn.length !== b.activeOn.length)
    return a.activeOn.length - b.activeOn.length;
  const nodeA = a.currentNode;
  const nodeB = b.currentNode;
  const isAllowedA = nodeA === undefined || isAllowed(a, nodeA);
  const isAllowedB = nodeB === undefined || isAllowed(b, nodeB);
  if (isAllowedA !== isAllowedB) return isAllowedA ? -1 : 1;
  if (a.placementPriority !== b.placementPriority) return b.placementPriority - a.placementPriority;
  const ownA = isAllowedA ? nodeA : undefined;
  const ownB = isAllowedB ? nodeB : undefined;
  if (!ownA || !ownB) return Number(ownA === undefined) - Number(ownB === undefined);
  if (isAvailable(ownA) !== isAvailable(ownB)) return isAvailable(ownA) ? -1 : 1;
  const holderA = a.parent ?? a;
  const holderB = b.parent ?? b;
  const isListedA = holderA.isAllowedOn[ownA.index] === 1;
  const isListedB = holderB.isAllowedOn[ownB.index] === 1;
  if (!isListedA || !isListedB) return Number(isListedB) - Number(isListedA);
  return (
    (holderA.instanceCountOn[ownA.index] ?? 0) - (holderB.instanceCountOn[ownB.index] ?? 0) ||
    Number(a.someBelow((one) => one.isFailed)) - Number(b.someBelow((one) => one.isFailed)) ||
    colocated(b, ownB) - colocated(a, ownA) ||
    numberOf(a) - numberOf(b)
  );
}

function isAllowed(resource: Resource, node: SchedulerNode): boolean {
  return resource.isAllowedOn[node.index] === 1 && (resource.scores[node.index] ?? 0) >= 0;
}

/** Number of an instance, or of a replica's container. */
export function numberOf(instance: Resource): number {
  return instance.instanceNumber ?? leadingInteger(/[:-](\d+)$/.exec(instance.id)?.[1], 0);
}

/** Score of an instance's current node when what it is colocated with is taken in. */
function colocatedScore(placement: Placement, instance: Resource, node: SchedulerNode): number {
  const thisWith = placement.lists.thisWith(instance);
  const withThis = placement.lists.withThis(instance);
  if (thisWith.length === 0 && withThis.length === 0) return node.baseScore;
  const { length } = placement.cluster.nodes;
  const isAllowed = new Uint8Array(length);
  isAllowed[node.index] = 1;
  const table: ScoreTable = { values: new Int32Array(length).fill(-INFINITY_SCORE), isAllowed };
  table.values[node.index] = node.baseScore;
  addAllWishes(placement, thisWith, "primary", instance, table, { staysNonNegative: false, keepsAvailable: false });
  addAllWishes(placement, withThis, "dependent", instance, table, { staysNonNegative: true, keepsAvailable: false });
  return table.values[node.index] ?? 0;
}
