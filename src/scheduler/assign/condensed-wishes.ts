import { addScores, INFINITY_SCORE } from "../../score/score.ts";
import type { ByNode } from "../cluster/node-scores.ts";
import type { ScoreTable } from "./add-wishes.ts";
import type { SteadyNodes } from "./steady-nodes.ts";
import type { WishTree } from "./wished-score.ts";

/** In the place of an end: a sum is always heeded. */
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
  readonly #available: Uint8Array;

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
    for (let at = from; at < to; at += 1) {
      this.#close(open, at, sum);
      const amount = amounts[at] as ByNode<Int32Array>;
      const nodes = nodesOf(amount);
      const isHarmless = nodes.every((node) => isHarmlessOn(amount[node] ?? 0, this.#available[node] === 1));
      if (isHarmless && sum.canTake(amount, nodes)) {
        sum.add(amount, nodes);
        continue;
      }
      this.#addSum(sum);
      if (isHarmless) sum.add(amount, nodes);
      else {
        open.push({ place: this.#ends.length, end: ends[at] ?? to });
        this.#addWish(amount, nodes, 0);
      }
    }
    this.#close(open, to, sum);
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
    this.#addWish(sum.amounts, nodesOf(sum.amounts), SUM);
    sum.clear();
  }

  #addWish(amounts: ByNode<Int32Array>, nodes: readonly number[], end: number): void {
    this.#starts.push(this.#nodes.length);
    this.#ends.push(end);
    for (let at = 0; at < nodes.length; at += 1) {
      const node = nodes[at] as number;
      this.#nodes.push(node);
      this.#amounts.push(amounts[node] ?? 0);
    }
  }

  /**
   * Adds them to a table, but for those that would leave no node. False, and nothing done, when there is none to begin with.
   * `steady` is told which nodes do not keep their scores.
   */
  addTo(table: ScoreTable, steady?: SteadyNodes): boolean {
    let places = this.#countPlaces(table);
    if (places === 0) return false;
    const { values, isAllowed } = table;
    const available = this.#available;
    for (let at = 0; at < this.#ends.length; ) {
      const end = this.#ends[at] as number;
      const to = this.#starts[at + 1] as number;
      if (end !== SUM) {
        const left = places + this.#change(at, table);
        if (left === 0) {
          at = end;
          continue;
        }
        places = left;
      }
      for (let index = this.#starts[at] as number; index < to; index += 1) {
        const node = this.#nodes[index] as number;
        const before = values[node] as number;
        if (before === -INFINITY_SCORE || isAllowed[node] !== 1) continue;
        const after = addScores(this.#amounts[index] as number, before);
        values[node] = after;
        if (after < 0) steady?.drop(node);
        else if (end === SUM && before < 0 && available[node] === 1) places += 1;
      }
      at += 1;
    }
    return true;
  }

  #countPlaces({ values, isAllowed }: ScoreTable): number {
    let places = 0;
    for (let node = 0; node < values.length; node += 1)
      if (isAllowed[node] === 1 && this.#available[node] === 1 && (values[node] as number) >= 0) places += 1;
    return places;
  }

  /** How many more nodes can take a resource after a wish, or less. */
  #change(at: number, { values, isAllowed }: ScoreTable): number {
    let change = 0;
    const to = this.#starts[at + 1] as number;
    for (let index = this.#starts[at] as number; index < to; index += 1) {
      const node = this.#nodes[index] as number;
      const before = values[node] as number;
      if (before === -INFINITY_SCORE || isAllowed[node] !== 1 || this.#available[node] !== 1) continue;
      const after = addScores(this.#amounts[index] as number, before);
      if (after >= 0) {
        if (before < 0) change += 1;
      } else if (before >= 0) change -= 1;
    }
    return change;
  }
}

/** The nodes about which a wish says anything. */
function nodesOf(amounts: ByNode<Int32Array>): number[] {
  const found: number[] = [];
  for (let node = 0; node < amounts.length; node += 1) if (amounts[node] !== 0) found.push(node);
  return found;
}

/** True for an amount that takes nothing from an available node, or all from another one. */
function isHarmlessOn(amount: number, isAvailable: boolean): boolean {
  return amount >= 0 || (!isAvailable && amount === -INFINITY_SCORE);
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
