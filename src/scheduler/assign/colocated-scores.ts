import type { Colocation } from "../constrain/colocation.ts";
import type { ByNode } from "../node-scores.ts";
import type { Resource } from "../resource.ts";
import type { Placement } from "./placement.ts";
import type { WishChain } from "./wish-chain.ts";
import { UNUSABLE, wished } from "./wished-score.ts";

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
  for (const colocation of colocations) {
    if (!placement.hasInfluence(colocation)) continue;
    addWishes(placement, placement.chains.of(colocation, "dependent", primary), table, gathering);
    // Wishes that come back to the primary in a circle see what those before have made of it.
    primary.setScores(table.values);
    placement.ledger?.changed(primary, colocation.id);
  }
}

/** Adds a chain of wishes to a table. Source: Pacemaker, node scores of colocated resources. */
export function addWishes(placement: Placement, chain: WishChain, table: ScoreTable, gathering: Gathering): void {
  if (chain.results(gathering.staysNonNegative)?.addTo(table.values, table.isAllowed, placement.available)) return;
  for (let at = 0; at < chain.ends.length; at = chain.ends[at] ?? Number.POSITIVE_INFINITY) addWish(placement, chain, at, table, gathering);
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
function addWish(placement: Placement, chain: WishChain, from: number, table: ScoreTable, gathering: Gathering): void {
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
  for (let node = 0; node < values.length; node += 1)
    if (isAllowed[node] === 1) values[node] = wished(values[node] ?? 0, amounts[node] ?? 0, staysNonNegative);
}

/** After a wish and all that hang on it, nodes that it made unusable are usable again. */
function letIn({ values }: ScoreTable, staysNonNegative: boolean): void {
  if (!staysNonNegative) return;
  for (let node = 0; node < values.length; node += 1) if (values[node] === UNUSABLE) values[node] = 1;
}

/** True when some node can take a resource after a wish. */
function isPlaceLeft({ available }: Placement, amounts: ByNode<Int32Array>, table: ScoreTable, staysNonNegative: boolean): boolean {
  const { values, isAllowed } = table;
  for (let node = 0; node < values.length; node += 1)
    if (isAllowed[node] === 1 && available[node] === 1 && wished(values[node] ?? 0, amounts[node] ?? 0, staysNonNegative) >= 0) return true;
  return false;
}
