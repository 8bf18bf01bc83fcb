import { leadingInteger } from "../../base/leading-integer.ts";
import { isAvailable, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Colocation, ColocationSide } from "../constrain/colocation.ts";
import type { Placement } from "./placement.ts";
import { scoreOnlyHere } from "./wish-on-node.ts";

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
  const score = afterWishes(placement, instance, thisWith, "primary", node, node.baseScore);
  return afterWishes(placement, instance, withThis, "dependent", node, score);
}

/** A score on a node after the wishes of one side of these colocations, as far as they are heeded. */
function afterWishes(
  placement: Placement,
  instance: Resource,
  colocations: readonly Colocation[],
  side: ColocationSide,
  node: SchedulerNode,
  before: number,
): number {
  const { chains, available, cluster } = placement;
  const joint = colocations.length === 0 ? undefined : chains.together(colocations, side, instance);
  const isJoint = joint !== undefined && (side === "primary" || joint.areAlwaysHeeded);
  if (isJoint && side === "dependent" && before === node.baseScore) {
    const alone = joint.scoreAlone(node, cluster.nodes, available);
    if (alone !== undefined) return alone;
  }
  const isAvailable = available[node.index] === 1;
  const gathering = { staysNonNegative: side === "dependent", keepsAvailable: false };
  let score = before;
  for (let at = 0; at < colocations.length; at += 1) {
    const colocation = colocations[at] as Colocation;
    if (side === "dependent" && !placement.hasInfluence(colocation, instance)) continue;
    const chain = (isJoint ? joint.chains[at] : undefined) ?? chains.of(colocation, side, instance);
    score = scoreOnlyHere(chain, node.index, score, isAvailable, gathering);
  }
  return score;
}
