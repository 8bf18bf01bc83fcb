import type { Gathering } from "./add-wishes.ts";
import { UNUSABLE, type WishTree, wished } from "./wished-score.ts";

/** The score on a node after a chain of wishes, where that node is the only one that is not banned. */
export function scoreOnlyHere(
  { amounts, ends, from, to }: WishTree,
  node: number,
  before: number,
  isAvailable: boolean,
  { staysNonNegative, keepsAvailable }: Gathering,
): number {
  let score = before;
  /** Place of the next wish that hangs on none. */
  let top = from;
  for (let at = from; at < to; ) {
    const amount = amounts[at]?.[node] ?? 0;
    const after = amount === 0 ? score : wished(score, amount, staysNonNegative);
    const end = ends[at] ?? to;
    const isTop = at === top;
    if (isTop) top = end;
    if (isAvailable && after >= 0) {
      score = after;
      at += 1;
    } else {
      // Without those that hang on it; after them the node is usable again.
      if (isTop && !keepsAvailable) score = after === UNUSABLE ? 1 : after;
      at = end;
    }
  }
  return score;
}
