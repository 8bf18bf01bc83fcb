import { addScores, INFINITY_SCORE } from "../../score/score.ts";
import type { Colocation } from "../constrain/colocation.ts";
import { type Resource, roleRank } from "../resource.ts";
import { colocationValue } from "./node-values.ts";
import type { Placement } from "./placement.ts";

/** Scores by node, as one resource's table has them while the wishes of others are gathered. */
export interface ScoreTable {
  values: Int32Array;
  readonly isAllowed: Uint8Array;
}

/** How wishes are gathered. */
export interface Gathering {
  /** Follow what the resource wants to be with, instead of what wants to be with it. */
  readonly followsPrimaries: boolean;
  /** A score that is not negative does not become so. */
  readonly staysNonNegative: boolean;
  /** Wishes that would leave no node are dropped. */
  readonly keepsAvailable: boolean;
}

/** Stands for a node that dropped below zero while only results of at least zero count. */
const UNUSABLE = -100 * INFINITY_SCORE;

/** Factor of a colocation, single precision as in the reference. */
export function factorOf(colocation: Colocation, factor = 1): number {
  return Math.fround(Math.fround(factor * colocation.score) / INFINITY_SCORE);
}

/** Adds what the dependent of a colocation, and its own dependents, wish for to the primary's scores. */
export function considerDependent(placement: Placement, colocation: Colocation, primary: Resource): void {
  if (!placement.hasInfluence(colocation)) return;
  const table: ScoreTable = { values: primary.scores, isAllowed: primary.isAllowedOn };
  const gathering = { followsPrimaries: false, staysNonNegative: primary.kind === "clone", keepsAvailable: true };
  addColocatedScores(placement, colocation.dependent, primary, table, colocation, factorOf(colocation), gathering);
  primary.scores.set(table.values);
  placement.ledger?.changed(primary, colocation.id);
}

/**
 * Adds the scores of `source`, times the factor, to a table, then those of what is colocated with it in turn.
 * Source: Pacemaker, node scores of colocated resources.
 */
export function addColocatedScores(
  placement: Placement,
  source: Resource,
  target: Resource,
  table: ScoreTable,
  colocation: Colocation,
  factor: number,
  gathering: Gathering,
): void {
  if (placement.gathering.has(source)) return;
  placement.gathering.add(source);
  const first = source.kind === "group" ? source.children[0] : undefined;
  if (first) addColocatedScores(placement, first, target, table, colocation, factor, gathering);
  else if (source.kind !== "group") {
    const values = table.values.slice();
    addMatching(placement, { values, isAllowed: table.isAllowed }, source, target, colocation, factor, gathering.staysNonNegative);
    follow(placement, source, target, table, values, factor, gathering);
  }
  placement.gathering.delete(source);
}

/** Scores of a resource together with what it wants to be with, for the order in which resources are placed. */
export function scoresWithPrimaries(placement: Placement, resource: Resource): ScoreTable {
  const source = resource.kind === "group" ? (resource.children.at(-1) ?? resource) : resource;
  const table: ScoreTable = { values: source.scores.slice(), isAllowed: source.isAllowedOn };
  placement.gathering.add(resource).add(source);
  const gathering = { followsPrimaries: true, staysNonNegative: false, keepsAvailable: false };
  follow(placement, source, source, table, table.values.slice(), 1, gathering);
  placement.gathering.delete(source);
  placement.gathering.delete(resource);
  return table;
}

function follow(
  placement: Placement,
  source: Resource,
  target: Resource,
  table: ScoreTable,
  values: Int32Array,
  factor: number,
  gathering: Gathering,
): void {
  const work: ScoreTable = { values, isAllowed: table.isAllowed };
  if (hasPlace(placement, work)) {
    const { followsPrimaries } = gathering;
    const next = { ...gathering, keepsAvailable: true };
    const list = followsPrimaries ? placement.lists.thisWith(source) : placement.lists.withThis(source);
    for (const other of list) {
      if (!followsPrimaries && !placement.hasInfluence(other)) continue;
      const resource = followsPrimaries ? other.primary : other.dependent;
      addColocatedScores(placement, resource, target, work, other, factorOf(other, factor), next);
    }
  } else if (gathering.keepsAvailable) return;
  const gathered = work.values;
  if (gathering.staysNonNegative) for (const { index } of placement.cluster.nodes) if (gathered[index] === UNUSABLE) gathered[index] = 1;
  table.values = gathered;
}

/** True when some node of the table can take a resource. */
export function hasPlace({ available }: Placement, { values, isAllowed }: ScoreTable): boolean {
  for (let at = 0; at < values.length; at += 1) if (isAllowed[at] === 1 && available[at] === 1 && (values[at] ?? 0) >= 0) return true;
  return false;
}

function addMatching(
  placement: Placement,
  table: ScoreTable,
  source: Resource,
  target: Resource,
  colocation: Colocation,
  factor: number,
  staysNonNegative: boolean,
): void {
  const best = bestScores(placement, source, target, colocation);
  const { values, isAllowed } = table;
  let isAlone: boolean | undefined;
  for (let at = 0; at < values.length; at += 1) {
    if (isAllowed[at] !== 1) continue;
    const score = best[at] ?? 0;
    if (factor < 0 && score < 0) {
      // A wish to be apart from something that cannot be here counts only where it can move nothing else.
      if (colocation.primary.stickiness >= -score) continue;
      isAlone ??= placement.hasInfluence(colocation) && isAllowedOnce(colocation.dependent);
      if (!isAlone) continue;
    }
    const before = values[at] ?? 0;
    if (before === UNUSABLE) continue;
    const after = addScores(weighted(factor, score), before);
    if (staysNonNegative && after < 0 && before >= 0) {
      if (before > 0) values[at] = UNUSABLE;
      continue;
    }
    values[at] = after;
  }
}

/** True when there is exactly one node a resource may run on. */
function isAllowedOnce({ scores, isAllowedOn }: Resource): boolean {
  let allowed = 0;
  for (let at = 0; at < scores.length; at += 1) if (isAllowedOn[at] === 1 && (scores[at] ?? 0) >= 0) allowed += 1;
  return allowed === 1;
}

/** Score times factor, halves away from zero; what is not zero stays so. */
function weighted(factor: number, score: number): number {
  const product = Math.fround(factor * score);
  const rounded = Math.trunc(product < 0 ? product - 0.5 : product + 0.5);
  if (rounded !== 0 || score === 0) return rounded;
  return factor > 0 ? 1 : factor < 0 ? -1 : 0;
}

/** For each node the best score of the source over the available nodes that have the same attribute value. */
function bestScores(placement: Placement, source: Resource, target: Resource, colocation: Colocation): Int32Array {
  const { cluster, available, hasGuests, scratch } = placement;
  const scores = sourceScores(placement, source, colocation);
  const { attribute } = colocation;
  const isUsable = (at: number): boolean => source.isAllowedOn[at] === 1 && available[at] === 1;
  // Where no node stands for another one, each has its own name.
  if (attribute === "#uname" && !hasGuests) {
    for (let at = 0; at < scratch.length; at += 1) scratch[at] = isUsable(at) ? (scores[at] ?? 0) : -INFINITY_SCORE;
    return scratch;
  }
  const byValue = new Map<string | undefined, number>();
  for (const node of cluster.nodes) {
    if (!isUsable(node.index)) continue;
    const score = scores[node.index] ?? 0;
    const value = colocationValue(node, attribute, source)?.toLowerCase();
    if (score > (byValue.get(value) ?? -INFINITY_SCORE)) byValue.set(value, score);
  }
  for (const node of cluster.nodes)
    scratch[node.index] = byValue.get(colocationValue(node, attribute, target)?.toLowerCase()) ?? -INFINITY_SCORE;
  return scratch;
}

/** A later member of a group that is itself in a colocation speaks with its group's location constraints too. */
function sourceScores(placement: Placement, source: Resource, colocation: Colocation): Int32Array {
  const group = source.parent?.kind === "group" ? source.parent : undefined;
  if (!group || colocation.dependent !== source || !colocation.isExplicit || group.children[0] === source) return source.scores;
  const scores = source.scores.slice();
  for (const { wishes, role } of placement.locationsOf(group)) {
    if (role !== undefined && roleRank(role) !== roleRank(source.nextRole)) continue;
    for (const { nodeIndex, score } of wishes) scores[nodeIndex] = addScores(scores[nodeIndex] ?? 0, score);
  }
  return scores;
}
