import { isAvailable, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { roleRank } from "../cluster/role.ts";
import { type Colocation, isInfinite } from "../constrain/colocation.ts";
import { applyColocation } from "./apply-colocation.ts";
import { considerDependents, hasPlace } from "./colocated-scores.ts";
import { bestNode } from "./node-order.ts";
import type { Placement } from "./placement.ts";
import type { SteadyNodes } from "./steady-nodes.ts";
import { takePlace } from "./take-place.ts";
import { banTooSmall } from "./utilization.ts";

/**
 * Assigns a primitive, and before it what it is part of and what it wants to be with. `steady` is told which nodes keep their
 * scores while wishes are added.
 */
export function assignPrimitive(
  placement: Placement,
  resource: Resource,
  preferred: SchedulerNode | undefined,
  isFinal: boolean,
  steady?: SteadyNodes,
): SchedulerNode | undefined {
  const { parent } = resource;
  if (parent && !parent.isBeingAssigned) placement.assign(parent, preferred, isFinal);
  if (resource.isAssigned) return resource.assigned;
  if (resource.isBeingAssigned) return undefined;
  resource.isBeingAssigned = true;
  gatherWishes(placement, resource, steady);
  const { options } = placement.cluster;
  if (resource.nextRole === "Stopped") placement.banEverywhere(resource, "#target-role");
  else if (isRaised(resource) && !options.hasQuorum && options.noQuorumPolicy === "freeze") resource.nextRole = resource.role;
  placeByScores(placement, resource, preferred, isFinal);
  resource.isBeingAssigned = false;
  if (resource.isRemoteConnection) tellNode(placement, resource);
  return resource.assigned;
}

/** Gives a primitive to which all wishes are added its place. */
export function placeByScores(
  placement: Placement,
  resource: Resource,
  preferred: SchedulerNode | undefined,
  isFinal: boolean,
): SchedulerNode | undefined {
  placement.note(resource, "primitive");
  choosePlace(placement, resource, preferred, isFinal);
  return resource.assigned;
}

function isRaised(resource: Resource): boolean {
  return roleRank(resource.nextRole) > roleRank(resource.role);
}

/** Mandatory colocations first, each time what this one wants before what others want of it. */
function gatherWishes(placement: Placement, resource: Resource, steady: SteadyNodes | undefined): void {
  const { lists } = placement;
  const thisWith = lists.thisWith(resource);
  const withThis = lists.withThis(resource);
  steady?.start(resource, placement.available);
  goWithAll(placement, resource, thisWith, true);
  considerDependents(placement, lists.part(withThis, "mandatory"), resource, steady);
  goWithAll(placement, resource, thisWith, false);
  considerDependents(placement, lists.part(withThis, "optional"), resource, steady);
  // What it wants to be with may be anywhere.
  if (thisWith.length > 0) steady?.clear();
}

function goWithAll(placement: Placement, resource: Resource, colocations: readonly Colocation[], isMandatory: boolean): void {
  for (let at = 0; at < colocations.length; at += 1) {
    const colocation = colocations[at] as Colocation;
    if (isInfinite(colocation) === isMandatory) goWith(placement, resource, colocation);
  }
}

function goWith(placement: Placement, resource: Resource, colocation: Colocation): void {
  const mayBeTakenBack = colocation.dependentRole === "Promoted" || (colocation.score < 0 && !isInfinite(colocation));
  const position = placement.ledger?.position ?? 0;
  const scores = mayBeTakenBack ? resource.scores.slice() : undefined;
  if (!colocation.primary.isAssigned) placement.assign(colocation.primary, undefined, true);
  applyColocation(placement, resource, colocation.primary, colocation);
  if (!scores || hasPlace(placement, { values: resource.scores, isAllowed: resource.isAllowedOn })) return;
  resource.setScores(scores);
  placement.ledger?.withdrawn([resource], position);
}

function choosePlace(placement: Placement, resource: Resource, preferred: SchedulerNode | undefined, isFinal: boolean): void {
  const { options, hasFenceDevice } = placement.cluster;
  if (options.isFencingEnabled && !hasFenceDevice) resource.isManaged = false;
  if (!resource.isManaged) {
    resource.nextRole = resource.role;
    takePlace(placement, resource, resource.currentNode, { isForced: true, isFinal });
  } else if (options.isStopAll) takePlace(placement, resource, undefined, { isForced: true, isFinal });
  else takeBest(placement, resource, preferred, isFinal);
}

function takeBest(placement: Placement, resource: Resource, preferred: SchedulerNode | undefined, isFinal: boolean): void {
  const roomiest = banTooSmall(placement, resource);
  // Something it is colocated with may have left it without a place for good.
  if (resource.isAssigned) return;
  const { nodes, options } = placement.cluster;
  const best = bestNode(nodes, resource, resource.currentNode, options.placementStrategy);
  const wanted = preferred ?? roomiest;
  const isWantedGood =
    wanted !== undefined &&
    best !== undefined &&
    resource.isAllowedOn[wanted.index] === 1 &&
    isUsable(resource, wanted) &&
    (resource.scores[wanted.index] ?? 0) >= (resource.scores[best.index] ?? 0);
  takePlace(placement, resource, isWantedGood ? wanted : best && orCurrent(resource, best), { isFinal });
}

/** The current node when it is as good as the best one, and that is better than nothing. */
function orCurrent(resource: Resource, best: SchedulerNode): SchedulerNode {
  const score = resource.scores[best.index] ?? 0;
  const isUniqueInstance = resource.parent?.clone?.isUnique === true;
  if (isUniqueInstance || score <= 0 || !isAvailable(best)) return best;
  const current = resource.currentNode;
  if (!current || !isAvailable(current) || current.baseScore < 0) return best;
  return resource.isAllowedOn[current.index] === 1 && resource.scores[current.index] === score ? current : best;
}

function isUsable(resource: Resource, node: SchedulerNode): boolean {
  return isAvailable(node) && (resource.scores[node.index] ?? 0) >= 0;
}

/** A connection that will be up makes its node available, one that will be down closes it. */
function tellNode(placement: Placement, connection: Resource): void {
  const node = placement.cluster.nodes.find((candidate) => candidate.connection === connection);
  if (!node) return;
  if (connection.assigned && connection.nextRole !== "Stopped") {
    node.isOnline = true;
    if (!node.isSeen) node.uncleanReason = undefined;
  } else node.isShuttingDown = true;
  placement.noteAvailability(node);
}
