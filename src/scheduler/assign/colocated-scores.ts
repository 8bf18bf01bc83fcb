import { INFINITY_SCORE } from "../../score/score.ts";
import type { ByNode } from "../cluster/node-scores.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Colocation, ColocationSide } from "../constrain/colocation.ts";
import type { JointWishes } from "./joint-wishes.ts";
import type { Placement } from "./placement.ts";
import type { WishResults } from "./wish-results.ts";
import { UNUSABLE, type WishTree, wished } from "./wished-score.ts";

/** Scores by node, as one resource's table has them while the wishes of others are gathered. */
export interface ScoreTable {
  readonly values: Int32Array;
  readonly isAllowed: ByNode<Uint8Array>;
}

/** How wishes are gathered. */
export interface Gathering {
  /** A score that is not negative does not become so. */
  readonly staysNonNegative: boolean;
  /** Wishes that would leave no node are dropped. */
  readonly keepsAvailable: boolean;
}

/** Adds what the dependents of a primary in these colocations, and their own dependents, wish for to its scores. */
export function considerDependents(placement: Placement, colocations: readonly Colocation[], primary: Resource): void {
  if (colocations.length === 0) return;
  const table: ScoreTable = { values: primary.scores.slice(), isAllowed: primary.isAllowedOn };
  const gathering = { staysNonNegative: primary.kind === "clone", keepsAvailable: true };
  // The ledger is told of each.
  const joint = placement.ledger ? undefined : placement.chains.together(colocations, "dependent", primary);
  if (joint) {
    addJointly(placement, joint, table, gathering);
    primary.setScores(table.values);
    return;
  }
  for (const colocation of colocations) {
    if (!placement.hasInfluence(colocation)) continue;
    addWishes(placement, placement.chains.of(colocation, "dependent", primary), table, gathering);
    // Wishes that come back to the primary in a circle see what those before have made of it.
    primary.setScores(table.values);
    placement.ledger?.changed(primary, colocation.id);
  }
}

/** Adds the wishes of one side of these colocations, as far as they are heeded, to a table for a resource on the other side. */
export function addAllWishes(
  placement: Placement,
  colocations: readonly Colocation[],
  side: ColocationSide,
  target: Resource,
  table: ScoreTable,
  gathering: Gathering,
): void {
  const isHeeded = (colocation: Colocation): boolean => side === "primary" || placement.hasInfluence(colocation, target);
  const joint = colocations.every(isHeeded) ? placement.chains.together(colocations, side, target) : undefined;
  const isWhole = joint?.chainCount === colocations.length;
  if (isWhole) addJointly(placement, joint, table, gathering);
  else
    for (const colocation of colocations)
      if (isHeeded(colocation)) addWishes(placement, placement.chains.of(colocation, side, target), table, gathering);
}

/** Adds chains one after the other, as many at once as there is a node that keeps its score through. */
function addJointly(placement: Placement, joint: JointWishes, table: ScoreTable, gathering: Gathering): void {
  const { available } = placement;
  const open = openNodes(table);
  const steps = joint.steps(gathering.staysNonNegative);
  for (let at = 0; at < steps.length && open.length > 0; ) {
    const step = steps[at] as WishResults;
    const steadyFor = step.addTo(table.values, open, available);
    if (steadyFor === step.chains.length) at += 1;
    else if (step.chains.length > 1) steps.splice(at, 1, ...step.splitAt(steadyFor));
    else {
      addWishes(placement, step.chains[0] as WishTree, table, gathering);
      at += 1;
    }
  }
}

/** The nodes that are not banned: what is stays so. */
function openNodes({ values, isAllowed }: ScoreTable): number[] {
  const open: number[] = [];
  for (let node = 0; node < values.length; node += 1) if (isAllowed[node] === 1 && values[node] !== -INFINITY_SCORE) open.push(node);
  return open;
}

/** Adds a chain of wishes to a table. Source: Pacemaker, node scores of colocated resources. */
export function addWishes(placement: Placement, chain: WishTree, table: ScoreTable, gathering: Gathering): void {
  for (let at = chain.from; at < chain.to; at = chain.ends[at] ?? chain.to) addWish(placement, chain, at, table, gathering);
}

/** Scores of a resource together with what it wants to be with, for the order in which resources are placed. */
export function scoresWithPrimaries(placement: Placement, resource: Resource): ScoreTable {
  const source = resource.kind === "group" ? (resource.children.at(-1) ?? resource) : resource;
  const table: ScoreTable = { values: source.scores.slice(), isAllowed: source.isAllowedOn };
  if (!hasPlace(placement, table)) return table;
  placement.gathering.add(resource).add(source);
  const chain = placement.chains.withPrimaries(source);
  placement.gathering.delete(source);
  placement.gathering.delete(resource);
  addWishes(placement, chain, table, { staysNonNegative: false, keepsAvailable: true });
  return table;
}

/** True when some node of the table can take a resource. */
export function hasPlace(
  { available }: Placement,
  { values, isAllowed }: { readonly values: ByNode<Int32Array>; readonly isAllowed: ByNode<Uint8Array> },
): boolean {
  for (let at = 0; at < values.length; at += 1) if (isAllowed[at] === 1 && available[at] === 1 && (values[at] ?? 0) >= 0) return true;
  return false;
}

/** One wish and those that hang on it, unless it leaves no node; the ways down are longer than calls can be nested. */
function addWish(placement: Placement, chain: WishTree, from: number, table: ScoreTable, gathering: Gathering): void {
  const { staysNonNegative, keepsAvailable } = gathering;
  const end = chain.ends[from] ?? from;
  /** Ends of the wishes that the present one hangs on. */
  const open: number[] = [];
  for (let at = from; at < end; ) {
    for (let inner = open.at(-1); inner !== undefined && inner <= at; inner = open.at(-1)) {
      open.pop();
      letIn(table, staysNonNegative);
    }
    const amounts = chain.amounts[at] as ByNode<Int32Array>;
    const after = chain.ends[at] ?? end;
    const leavesPlace = isPlaceLeft(placement, amounts, table, staysNonNegative);
    if (leavesPlace || (at === from && !keepsAvailable)) {
      addAmounts(amounts, table, staysNonNegative);
      open.push(leavesPlace ? after : at);
    }
    at = leavesPlace ? at + 1 : after;
  }
  while (open.pop() !== undefined) letIn(table, staysNonNegative);
}

function addAmounts(amounts: ByNode<Int32Array>, { values, isAllowed }: ScoreTable, staysNonNegative: boolean): void {
  for (let node = 0; node < values.length; node += 1) {
    const amount = amounts[node] ?? 0;
    // Most wishes say nothing about most nodes.
    if (amount !== 0 && isAllowed[node] === 1) values[node] = wished(values[node] ?? 0, amount, staysNonNegative);
  }
}

/** After a wish and all that hang on it, nodes that it made unusable are usable again. */
function letIn({ values }: ScoreTable, staysNonNegative: boolean): void {
  if (!staysNonNegative) return;
  for (let node = 0; node < values.length; node += 1) if (values[node] === UNUSABLE) values[node] = 1;
}

/** True when some node can take a resource after a wish. */
function isPlaceLeft({ available }: Placement, amounts: ByNode<Int32Array>, table: ScoreTable, staysNonNegative: boolean): boolean {
  const { values, isAllowed } = table;
  for (let node = 0; node < values.length; node += 1) {
    if (isAllowed[node] !== 1 || available[node] !== 1) continue;
    const before = values[node] ?? 0;
    const amount = amounts[node] ?? 0;
    if ((amount === 0 ? before : wished(before, amount, staysNonNegative)) >= 0) return true;
  }
  return false;
}
