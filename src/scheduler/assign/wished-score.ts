import { addScores, INFINITY_SCORE } from "../../score/score.ts";
import type { ByNode } from "../cluster/node-scores.ts";

/**
 * What a resource wishes of another one because of a colocation, and after it what is colocated with that resource wishes
 * in turn: a tree, in the order in which it counts. It may be part of a larger one.
 */
export interface WishTree {
  /** What each wish adds, by node. */
  readonly amounts: readonly ByNode<Int32Array>[];
  /** For each wish the place after the last one that hangs on it. */
  readonly ends: readonly number[];
  /** Place of the first wish, and that after the last one. */
  readonly from: number;
  readonly to: number;
}

/** Stands for a node that dropped below zero while only results of at least zero count. */
export const UNUSABLE = -100 * INFINITY_SCORE;

/** A score after a wish. */
export function wished(before: number, amount: number, staysNonNegative: boolean): number {
  if (before === UNUSABLE) return before;
  const after = addScores(amount, before);
  if (!staysNonNegative || after >= 0 || before < 0) return after;
  return before > 0 ? UNUSABLE : before;
}
