import { INFINITY_SCORE } from "../../score/score.ts";
import { UNUSABLE, type WishTree, wished } from "./wished-score.ts";

/** How many results are kept for one node: instances of a clone come with the score of where they are, or of where they are not. */
const KEPT = 2;

/** In the place of a result for a node that is banned: it stays so. */
const BANNED = -1;

/** No score. */
const NOTHING = -(2 ** 31);

/**
 * What chains of wishes, one after the other, make of a node's score, by the score before. It is so whatever the scores of
 * the other nodes are, as long as one node that can take a resource keeps a score of at least zero all the way: then no wish
 * is dropped.
 */
export class WishResults {
  readonly chains: readonly WishTree[];
  readonly #staysNonNegative: boolean;
  readonly #before: Int32Array;
  readonly #after: Int32Array;
  /** How many chains keep it at zero or above all the way. */
  readonly #steadyFor: Int32Array;
  /** Where the next result of a node goes. */
  readonly #next: Uint8Array;
  /** Where the results for the nodes of a table are. */
  readonly #places: Int32Array;

  constructor(chains: readonly WishTree[], staysNonNegative: boolean, nodeCount: number) {
    this.chains = chains;
    this.#staysNonNegative = staysNonNegative;
    this.#before = new Int32Array(nodeCount * KEPT).fill(NOTHING);
    this.#after = new Int32Array(nodeCount * KEPT);
    this.#steadyFor = new Int32Array(nodeCount * KEPT);
    this.#next = new Uint8Array(nodeCount);
    this.#places = new Int32Array(nodeCount);
  }

  /**
   * Adds the wishes to the scores of these nodes, if one that can take a resource keeps its score at zero or above all the
   * way. Else nothing is done. Gives for how many chains one does.
   */
  addTo(values: Int32Array, nodes: readonly number[], available: Uint8Array): number {
    const places = this.#places;
    let longest = 0;
    for (let at = 0; at < nodes.length; at += 1) {
      const node = nodes[at] as number;
      const before = values[node] ?? 0;
      const place = before === -INFINITY_SCORE ? BANNED : this.#find(node, before);
      places[at] = place;
      if (place === BANNED) continue;
      const steadyFor = this.#steadyFor[place] ?? 0;
      if (steadyFor > longest && available[node] === 1) longest = steadyFor;
    }
    if (longest < this.chains.length) return longest;
    for (let at = 0; at < nodes.length; at += 1) {
      const place = places[at] as number;
      if (place !== BANNED) values[nodes[at] as number] = this.#after[place] ?? 0;
    }
    return longest;
  }

  /** The same in three parts, the second being one chain alone. */
  splitAt(chain: number): WishResults[] {
    const parts = [this.chains.slice(0, chain), this.chains.slice(chain, chain + 1), this.chains.slice(chain + 1)];
    return parts.flatMap((part) => (part.length === 0 ? [] : new WishResults(part, this.#staysNonNegative, this.#places.length)));
  }

  /** Place of the result for a score, found out now if it is not known. */
  #find(node: number, before: number): number {
    const from = node * KEPT;
    for (let at = from; at < from + KEPT; at += 1) if (this.#before[at] === before) return at;
    const at = from + (this.#next[node] ?? 0);
    this.#next[node] = ((this.#next[node] ?? 0) + 1) % KEPT;
    this.#before[at] = before;
    this.#compute(node, before, at);
    return at;
  }

  #compute(node: number, before: number, at: number): void {
    let value = before;
    let steadyFor = 0;
    for (let chain = 0; chain < this.chains.length && value !== -INFINITY_SCORE; chain += 1) {
      const { amounts, ends, from, to } = this.chains[chain] as WishTree;
      let isSteady = value >= 0 && steadyFor === chain;
      for (let wish = from; wish < to; ) {
        const amount = amounts[wish]?.[node] ?? 0;
        // Most say nothing about most nodes.
        if (amount !== 0) value = wished(value, amount, this.#staysNonNegative);
        if (value < 0) isSteady = false;
        if (value !== UNUSABLE) wish += 1;
        else {
          // The wishes that hang on this one do not count here, and after them the node is usable again.
          value = 1;
          wish = ends[wish] ?? to;
        }
      }
      if (isSteady) steadyFor += 1;
    }
    this.#after[at] = value;
    this.#steadyFor[at] = steadyFor;
  }
}
