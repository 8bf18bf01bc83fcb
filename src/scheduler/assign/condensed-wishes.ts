import { addScores, INFINITY_SCORE } from "../../score/score.ts";
import type { ByNode } from "../cluster/node-scores.ts";
import type { ScoreTable } from "./add-wishes.ts";
import type { SteadyNodes } from "./steady-nodes.ts";
import { UNUSABLE, type WishTree, wished } from "./wished-score.ts";

/** Bits that fit into a small number. */
const BITS = 30;

/** In the place of an end: a sum is always heeded, since it takes no place away. */
const SUM = 0;

/**
 * The wishes of several chains, one after the other, as few as possible. A wish that takes nothing from a node that can get
 * resources is heeded in any case, as long as there is a place: those that follow one another are added up.
 */
export class CondensedWishes {
  /** For each wish the place of its first amount in the lists, and at the end of all that after the last one. */
  readonly #starts: number[] = [];
  /** Amounts that are not zero, and the nodes they are for. */
  readonly #nodes: number[] = [];
  readonly #amounts: number[] = [];
  /** For each wish the place after the last one that hangs on it, or SUM. */
  readonly #ends: number[] = [];
  /** For each wish the nodes that it is about, as bits that may stand for several. */
  readonly #masks: number[] = [];
  /** For each wish whether it hangs on none. */
  readonly #areTops: boolean[] = [];
  readonly #available: Uint8Array;
  /** The nodes about which the last wish that was looked at says anything. */
  readonly #seen: number[] = [];

  /** `available` says of each node whether it can get resources. */
  constructor(chains: readonly WishTree[], available: Uint8Array) {
    this.#available = available;
    const sum = new WishSum(available.length);
    for (let at = 0; at < chains.length; at += 1) this.#addChain(chains[at] as WishTree, sum);
    this.#addSum(sum);
    this.#starts.push(this.#nodes.length);
  }

  /** How many they are. */
  get size(): number {
    return this.#ends.length;
  }

  #addChain({ amounts, ends, from, to }: WishTree, sum: WishSum): void {
    /** Places of wishes on which others hang, and where these end in the chain. */
    const open: { readonly place: number; readonly end: number }[] = [];
    let top = from;
    for (let at = from; at < to; at += 1) {
      if (open.length > 0) this.#close(open, at, sum);
      const amount = amounts[at] as ByNode<Int32Array>;
      const isTop = at === top;
      if (isTop) top = ends[at] ?? to;
      const isHarmless = this.#lookAt(amount);
      if (isHarmless && sum.canTake(amount, this.#seen)) {
        sum.add(amount, this.#seen);
        continue;
      }
      if (!sum.isEmpty) {
        this.#addSum(sum);
        this.#lookAt(amount);
      }
      if (isHarmless) sum.add(amount, this.#seen);
      else {
        open.push({ place: this.#ends.length, end: ends[at] ?? to });
        this.#addWish(amount, SUM, isTop);
      }
    }
    this.#close(open, to, sum);
  }

  /** Notes the nodes about which a wish says anything. True when it takes nothing from an available node, and all from others if anything. */
  #lookAt(amounts: ByNode<Int32Array>): boolean {
    const seen = this.#seen;
    const available = this.#available;
    let isHarmless = true;
    seen.length = 0;
    for (let node = 0; node < amounts.length; node += 1) {
      const amount = amounts[node] as number;
      if (amount === 0) continue;
      seen.push(node);
      if (amount < 0 && (available[node] === 1 || amount > -INFINITY_SCORE)) isHarmless = false;
    }
    return isHarmless;
  }

  /** Ends what hangs on the wishes that end here. */
  #close(open: { readonly place: number; readonly end: number }[], at: number, sum: WishSum): void {
    for (let last = open.at(-1); last && last.end <= at; last = open.at(-1)) {
      open.pop();
      this.#addSum(sum);
      this.#ends[last.place] = this.#ends.length;
    }
  }

  #addSum(sum: WishSum): void {
    if (sum.isEmpty) return;
    this.#lookAt(sum.amounts);
    this.#addWish(sum.amounts, SUM, false);
    sum.clear();
  }

  #addWish(amounts: ByNode<Int32Array>, end: number, isTop: boolean): void {
    this.#starts.push(this.#nodes.length);
    this.#ends.push(end);
    this.#areTops.push(isTop);
    let mask = 0;
    for (const node of this.#seen) {
      this.#nodes.push(node);
      this.#amounts.push(amounts[node] ?? 0);
      mask |= bitOf(node);
    }
    this.#masks.push(mask);
  }

  /**
   * Adds them to a table, but for those that would leave no node. False, and nothing done, when there is none to begin with.
   * `steady` is told which nodes do not keep their scores.
   */
  addTo({ values, isAllowed }: ScoreTable, steady?: SteadyNodes): boolean {
    const [starts, ends, nodes, amounts] = [this.#starts, this.#ends, this.#nodes, this.#amounts];
    const [masks, available] = [this.#masks, this.#available];
    let places = 0;
    /** Nodes that are not banned, as such bits. */
    let open = 0;
    for (let node = 0; node < values.length; node += 1) {
      const score = values[node] as number;
      if (score === -INFINITY_SCORE || isAllowed[node] !== 1) continue;
      open |= bitOf(node);
      if (score >= 0 && available[node] === 1) places += 1;
    }
    if (places === 0) return false;
    /** What the present wish makes of the nodes that are not banned. */
    const [changed, after]: [number[], number[]] = [[], []];
    for (let at = 0; at < ends.length; ) {
      // Most are about nodes that are banned already.
      if (((masks[at] as number) & open) === 0) {
        at += 1;
        continue;
      }
      const to = starts[at + 1] as number;
      let count = 0;
      let left = places;
      for (let index = starts[at] as number; index < to; index += 1) {
        const node = nodes[index] as number;
        const before = values[node] as number;
        if (before === -INFINITY_SCORE || isAllowed[node] !== 1) continue;
        const score = addScores(amounts[index] as number, before);
        if (available[node] === 1) left += (score >= 0 ? 1 : 0) - (before >= 0 ? 1 : 0);
        changed[count] = node;
        after[count] = score;
        count += 1;
      }
      if (left === 0) {
        at = ends[at] as number;
        continue;
      }
      places = left;
      at += 1;
      for (let index = 0; index < count; index += 1) {
        const node = changed[index] as number;
        const score = after[index] as number;
        values[node] = score;
        if (score < 0) steady?.drop(node);
      }
    }
    return true;
  }

  /**
   * Scores on the nodes after all of them, each node being the only one, where scores that are not negative do not become so and
   * wishes that hang on none count in any case. They are right for available nodes and scores of at least zero before.
   */
  alone(before: readonly number[]): readonly number[] {
    const [starts, ends, nodes, amounts, areTops] = [this.#starts, this.#ends, this.#nodes, this.#amounts, this.#areTops];
    const scores = [...before];
    /** Per node up to where wishes hang on one that does not count there. */
    const resumeAt = scores.map(() => 0);
    for (let at = 0; at < ends.length; at += 1) {
      const to = starts[at + 1] as number;
      for (let index = starts[at] as number; index < to; index += 1) {
        const node = nodes[index] as number;
        if ((resumeAt[node] as number) > at) continue;
        const after = wished(scores[node] as number, amounts[index] as number, true);
        if (after !== UNUSABLE) scores[node] = after;
        else {
          // After the wish the node is usable again.
          if (areTops[at] === true) scores[node] = 1;
          resumeAt[node] = ends[at] as number;
        }
      }
    }
    return scores;
  }
}

function bitOf(node: number): number {
  return 1 << (node % BITS);
}

/** A sum of wishes that takes scores to where the wishes would one after the other. */
class WishSum {
  readonly amounts: Int32Array;
  isEmpty = true;

  constructor(nodeCount: number) {
    this.amounts = new Int32Array(nodeCount);
  }

  clear(): void {
    this.amounts.fill(0);
    this.isEmpty = true;
  }

  /** False where the sum would be INFINITY although none of what it is made of is: a score below zero need not become so. */
  canTake(amounts: ByNode<Int32Array>, nodes: readonly number[]): boolean {
    for (let at = 0; at < nodes.length; at += 1) {
      const node = nodes[at] as number;
      const amount = amounts[node] ?? 0;
      const sum = this.amounts[node] ?? 0;
      if (amount < INFINITY_SCORE && sum < INFINITY_SCORE && amount + sum >= INFINITY_SCORE) return false;
    }
    return true;
  }

  /** Adds a harmless wish. */
  add(amounts: ByNode<Int32Array>, nodes: readonly number[]): void {
    for (let at = 0; at < nodes.length; at += 1) {
      const node = nodes[at] as number;
      this.amounts[node] = addScores(this.amounts[node] ?? 0, amounts[node] ?? 0);
    }
    this.isEmpty = false;
  }
}
