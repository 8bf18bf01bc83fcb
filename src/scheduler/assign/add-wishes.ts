import type { ByNode } from "../cluster/node-scores.ts";
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

/** Adds a chain of wishes to a table; `available` says of each node whether it can get resources. Source: Pacemaker, node scores of colocated resources. */
export function addWishes(available: Uint8Array, chain: WishTree, table: ScoreTable, gathering: Gathering): void {
  for (let at = chain.from; at < chain.to; at = chain.ends[at] ?? chain.to) addWish(available, chain, at, table, gathering);
}

/** One wish and those that hang on it, unless it leaves no node; the ways down are longer than calls can be nested. */
function addWish(available: Uint8Array, chain: WishTree, from: number, table: ScoreTable, gathering: Gathering): void {
  const { staysNonNegative, keepsAvailable } = gathering;
  const end = chain.ends[from] ?? from;
  /** Ends of the wishes that the present one hangs on. */
  const open: number[] = [];
  let hasUnusable = false;
  for (let at = from; at < end; ) {
    for (let inner = open.at(-1); inner !== undefined && inner <= at; inner = open.at(-1)) {
      open.pop();
      if (hasUnusable) letIn(table);
      hasUnusable = false;
    }
    const amounts = chain.amounts[at] as ByNode<Int32Array>;
    const after = chain.ends[at] ?? end;
    const leavesPlace = isPlaceLeft(available, amounts, table, staysNonNegative);
    if (leavesPlace || (at === from && !keepsAvailable)) {
      if (addAmounts(amounts, table, staysNonNegative)) hasUnusable = true;
      open.push(leavesPlace ? after : at);
    }
    at = leavesPlace ? at + 1 : after;
  }
  if (hasUnusable) letIn(table);
}

/** True when it makes a node unusable. */
function addAmounts(amounts: ByNode<Int32Array>, { values, isAllowed }: ScoreTable, staysNonNegative: boolean): boolean {
  let hasUnusable = false;
  for (let node = 0; node < values.length; node += 1) {
    const amount = amounts[node] ?? 0;
    // Most wishes say nothing about most nodes.
    if (amount === 0 || isAllowed[node] !== 1) continue;
    const after = wished(values[node] ?? 0, amount, staysNonNegative);
    values[node] = after;
    if (after === UNUSABLE) hasUnusable = true;
  }
  return hasUnusable;
}

/** After a wish and all that hang on it, nodes that it made unusable are usable again. */
function letIn({ values }: ScoreTable): void {
  for (let node = 0; node < values.length; node += 1) if (values[node] === UNUSABLE) values[node] = 1;
}

/** True when some node can take a resource after a wish. */
function isPlaceLeft(available: Uint8Array, amounts: ByNode<Int32Array>, table: ScoreTable, staysNonNegative: boolean): boolean {
  const { values, isAllowed } = table;
  for (let node = 0; node < values.length; node += 1) {
    if (isAllowed[node] !== 1 || available[node] !== 1) continue;
    const before = values[node] ?? 0;
    const amount = amounts[node] ?? 0;
    if ((amount === 0 ? before : wished(before, amount, staysNonNegative)) >= 0) return true;
  }
  return false;
}
