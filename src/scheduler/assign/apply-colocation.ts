import { parseBoolean } from "../../cib/document.ts";
import { addScores, INFINITY_SCORE } from "../../score/score.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { isAnyBlocked } from "../cluster/resource-state.ts";
import { roleRank } from "../cluster/role.ts";
import { type Colocation, isInfinite } from "../constrain/colocation.ts";
import { hasPlace } from "./colocated-scores.ts";
import { findPartner } from "./instance-partner.ts";
import type { Placement } from "./placement.ts";
import { unassign } from "./take-place.ts";

/**
 * Lets a colocation work on its dependent, or on the part of it that is asked: on its node scores or, once it has a
 * place, on its priority for promotion. Returns what was added to the priority.
 */
export function applyColocation(placement: Placement, dependent: Resource, primary: Resource, colocation: Colocation): number {
  if (dependent.kind === "group") return groupAsDependent(placement, dependent, primary, colocation);
  switch (primary.kind) {
    case "primitive":
      return withPrimitive(placement, dependent, primary, colocation);
    case "group":
      return withGroup(placement, dependent, primary, colocation);
    case "clone":
      return withClone(placement, dependent, primary, colocation);
    case "bundle":
      return withBundle(placement, dependent, primary, colocation);
  }
}

const isMandatory = (colocation: Colocation): boolean => colocation.score >= INFINITY_SCORE;

function groupAsDependent(placement: Placement, group: Resource, primary: Resource, colocation: Colocation): number {
  const [first] = group.children;
  if (!first) return 0;
  let delta = 0;
  if (group.isColocatedGroup) delta = applyColocation(placement, first, primary, colocation);
  else if (!isMandatory(colocation))
    for (const member of group.children) delta = addScores(delta, withPrimitive(placement, member, primary, colocation));
  if (delta !== 0) group.placementPriority = addScores(delta, group.placementPriority);
  return delta;
}

/** The last member stands for what has to be there, the first one for what is liked. */
function withGroup(placement: Placement, dependent: Resource, group: Resource, colocation: Colocation): number {
  if (!group.isAssigned) return 0;
  if (group.isColocatedGroup) {
    const member = isMandatory(colocation) ? group.children.at(-1) : group.children[0];
    return member ? withPrimitive(placement, dependent, member, colocation) : 0;
  }
  if (isMandatory(colocation)) return 0;
  return group.children.reduce((sum, member) => addScores(sum, withPrimitive(placement, dependent, member, colocation)), 0);
}

function withClone(placement: Placement, dependent: Resource, clone: Resource, colocation: Colocation): number {
  if (!clone.isAssigned) return 0;
  if (clone.clone?.isPromotable === true && colocation.primaryRole !== undefined) {
    if (!dependent.isAssigned) {
      withRole(placement, dependent, clone, colocation);
      return 0;
    }
    if (colocation.dependentRole === "Promoted") return promotedWithRole(placement, dependent, clone, colocation);
  }
  if (colocation.score > 0 && isInterleaved(colocation)) {
    const partner = findPartner(placement, dependent, clone, undefined);
    if (partner) return applyColocation(placement, dependent, partner, colocation);
    if (isMandatory(colocation)) unassign(placement, dependent, colocation.id);
    return 0;
  }
  if (isMandatory(colocation)) {
    const homes = noHomes(placement);
    for (let at = 0; at < clone.children.length; at += 1) {
      const instance = clone.children[at] as Resource;
      const { home } = instance;
      if (home && !isAnyBlocked(instance)) homes[home.index] = 1;
    }
    keepOnly(placement, dependent, homes, colocation.id);
    return 0;
  }
  const instances = isInterleaved(colocation) ? clone.children.filter(({ home }) => home !== undefined) : clone.children;
  return instances.reduce((sum, instance) => addScores(sum, applyToInstance(placement, dependent, instance, colocation)), 0);
}

function applyToInstance(placement: Placement, dependent: Resource, instance: Resource, colocation: Colocation): number {
  return instance.kind === "group"
    ? withGroup(placement, dependent, instance, colocation)
    : withPrimitive(placement, dependent, instance, colocation);
}

/**
 * Instances of clones and bundles pair up on one node where the dependent asks for it and both fit. Only to be together:
 * what is to be apart is kept from every instance. (Pacemaker 3.0.2 keeps it from one of them, so that each plan has it
 * change places with another.)
 */
function isInterleaved({ dependent, primary }: Colocation): boolean {
  if (dependent.kind !== "clone" && dependent.kind !== "bundle") return false;
  if (parseBoolean(dependent.meta.get("interleave")) !== true) return false;
  return dependent.maxPerNode === primary.maxPerNode;
}

function withBundle(placement: Placement, dependent: Resource, bundle: Resource, colocation: Colocation): number {
  if (!bundle.isAssigned) return 0;
  if (colocation.score > 0 && (colocation.dependent.kind === "clone" || colocation.dependent.kind === "bundle")) {
    const partner = findPartner(placement, dependent, bundle, undefined);
    if (partner) return applyColocation(placement, dependent, partner, colocation);
    if (isMandatory(colocation)) unassign(placement, dependent, colocation.id);
    return 0;
  }
  let delta = 0;
  const homes = noHomes(placement);
  for (const { container, child } of bundle.bundle?.replicas ?? []) {
    if (!isMandatory(colocation)) {
      // There is nothing to be kept away from.
      if (colocation.score < 0 && !container.assigned) continue;
      delta = addScores(delta, withPrimitive(placement, dependent, container, colocation));
      continue;
    }
    const { home } = container;
    if (!home || isAnyBlocked(container)) continue;
    if (colocation.primaryRole === "Promoted" && child?.nextRole !== "Promoted") continue;
    homes[home.index] = 1;
  }
  if (isMandatory(colocation)) keepOnly(placement, dependent, homes, colocation.id);
  return delta;
}

/** Per node whether it is one of those that count; none is. */
function noHomes({ cluster }: Placement): Uint8Array {
  return new Uint8Array(cluster.nodes.length);
}

/** Bans all nodes but these. */
function keepOnly(placement: Placement, dependent: Resource, homes: Uint8Array, source: string): void {
  const { nodes } = placement.cluster;
  for (let at = 0; at < homes.length; at += 1)
    if (homes[at] !== 1 && dependent.isAllowedOn[at] === 1) placement.ban(dependent, nodes[at] as SchedulerNode, source);
}

/** A dependent without a place yet goes where the instances in the wanted role are. */
function withRole(placement: Placement, dependent: Resource, clone: Resource, colocation: Colocation): void {
  const homes = new Map<SchedulerNode, number>();
  for (const instance of clone.children) {
    const { home } = instance;
    if (!home || instance.roleOf("next") !== colocation.primaryRole) continue;
    homes.set(home, instance.primitives()[0]?.assignedScore ?? 0);
    if (isMandatory(colocation)) continue;
    const wanted = placement.values.on(home, clone, colocation.attribute);
    const values = placement.values.onAll(dependent, colocation.attribute);
    for (const node of placement.cluster.nodes) {
      if (dependent.isAllowedOn[node.index] !== 1) continue;
      if (values[node.index] === wanted) placement.add(dependent, node, colocation.score, colocation.id);
    }
  }
  const bothPromoted = colocation.dependentRole === "Promoted" && colocation.primaryRole === "Promoted";
  if (!isMandatory(colocation) || bothPromoted) return;
  const kept = noHomes(placement);
  for (const node of homes.keys()) kept[node.index] = 1;
  keepOnly(placement, dependent, kept, colocation.id);
  // What the instance's node is worth to it counts for the dependent too.
  for (const [node, score] of homes) if (dependent.isAllowedOn[node.index] === 1) placement.add(dependent, node, score, colocation.id);
}

function promotedWithRole(placement: Placement, dependent: Resource, clone: Resource, colocation: Colocation): number {
  const partner = findPartner(placement, dependent, clone, colocation.primaryRole, colocation.attribute);
  if (partner) {
    dependent.placementPriority = addScores(dependent.placementPriority, colocation.score);
    return colocation.score;
  }
  if (!isMandatory(colocation)) return 0;
  dependent.placementPriority = -INFINITY_SCORE;
  return -INFINITY_SCORE;
}

/** What a colocation with a primitive bears on. */
export function affectedBy(
  dependent: Resource,
  primary: Resource,
  colocation: Colocation,
  isPreview = false,
): "role" | "location" | "nothing" {
  if (!isPreview && !primary.isAssigned) return "nothing";
  const judged = inContainer(dependent);
  const isAboutRole = roleRank(colocation.dependentRole) >= roleRank("Unpromoted");
  if (isAboutRole && judged.isAssigned && judged.parent?.isPromotable === true) return "role";
  if (!isPreview && dependent.isAssigned) return "nothing";
  if (colocation.dependentRole !== undefined && colocation.dependentRole !== judged.nextRole) return "nothing";
  if (colocation.primaryRole !== undefined && colocation.primaryRole !== inContainer(primary).nextRole) return "nothing";
  return "location";
}

/** What has the role: the instance inside in case of a bundle's container. */
function inContainer(resource: Resource): Resource {
  return resource.parent?.bundle?.replicas.find((replica) => replica.container === resource)?.child ?? resource;
}

function withPrimitive(placement: Placement, dependent: Resource, primary: Resource, colocation: Colocation): number {
  if (primary.kind !== "primitive") return applyColocation(placement, dependent, primary, colocation);
  switch (affectedBy(dependent, primary, colocation)) {
    case "role":
      return toPriority(placement, dependent, primary, colocation);
    case "location":
      toScores(placement, dependent, primary, colocation);
      return 0;
    case "nothing":
      return 0;
  }
}

function toPriority({ values }: Placement, dependent: Resource, primary: Resource, colocation: Colocation): number {
  const own = dependent.assigned;
  const { assigned: home } = primary;
  if (!own) return 0;
  if (home && colocation.primaryRole !== undefined && colocation.primaryRole !== inContainer(primary).nextRole) return 0;
  let sign = 1;
  // What has no place is where the attribute is not set.
  const isSame = values.on(own, dependent, colocation.attribute) === values.on(home, primary, colocation.attribute);
  if (!isSame) {
    if (colocation.score !== INFINITY_SCORE || colocation.dependentRole !== "Promoted") return 0;
    sign = -1;
  } else if (colocation.dependentRole === "Unpromoted") sign = -1;
  dependent.placementPriority = addScores(sign * colocation.score, dependent.placementPriority);
  return sign * colocation.score;
}

function toScores(placement: Placement, dependent: Resource, primary: Resource, colocation: Colocation): void {
  const { assigned: home } = primary;
  const { score, attribute } = colocation;
  if (!home && score < 0) return;
  if (home && isMandatory(colocation) && !placement.ledger && placement.values.areDistinct(attribute)) {
    dependent.keepOnly(home.index);
    return;
  }
  const wanted = placement.values.on(home, primary, attribute);
  const valuesSeen = placement.values.onAll(dependent, attribute);
  const scores = dependent.scores.slice();
  const { isAllowedOn } = dependent;
  const banned: number[] | undefined = placement.ledger && [];
  /** What is added where the dependent would be with the primary, and elsewhere. */
  const here = !home ? -score : isMandatory(colocation) ? 0 : score;
  const elsewhere = !home ? -score : isMandatory(colocation) ? -INFINITY_SCORE : 0;
  for (let at = 0; at < scores.length; at += 1) {
    const added = valuesSeen[at] === wanted ? here : elsewhere;
    if (added === 0 || isAllowedOn[at] !== 1) continue;
    scores[at] = addScores(added, scores[at] as number);
    if (added <= -INFINITY_SCORE) banned?.push(at);
  }
  const isKept = isInfinite(colocation) || hasPlace(placement, { values: scores, isAllowed: dependent.isAllowedOn });
  if (!isKept) return;
  placement.replace(dependent, scores, colocation.id);
  for (const at of banned ?? []) placement.ledger?.vetoed(dependent, placement.cluster.nodes[at] as SchedulerNode, colocation.id);
}
