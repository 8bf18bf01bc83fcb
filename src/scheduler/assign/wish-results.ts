import { INFINITY_SCORE } from "../../score/score.ts";
import type { ByNode } from "../node-scores.ts";
import { UNUSABLE, type WishTree, wished } from "./wished-score.ts";

/** How many results are kept for one node: instances of a clone come with the score of where they are, or of where they are not. */
const KEPT = 2;

/** No score. */
const NOTHING = -(2 ** 31);

/**
 * What a chain of wishes makes of a node's score, by the score before. It is so whatever the scores of the other nodes are,
 * as long as one node that can take a resource keeps a score of at least zero all the way: then no wish is dropped.
 */
export class WishResults {
  readonly #chain: WishTree;
  readonly #staysNonNegative: boolean;
  readonly #before: Int32Array;
  readonly #after: Int32Array;
  readonly #isSteady: Uint8Array;
  /** Where the next result of a node goes. */
  readonly #next: Uint8Array;
  readonly #room: Int32Array;

  constructor(chain: WishTree, staysNonNegative: boolean, nodeCount: number) {
    this.#chain = chain;
    this.#staysNonNegative = staysNonNegative;
    this.#before = new Int32Array(nodeCount * KEPT).fill(NOTHING);
    this.#after = new Int32Array(nodeCount * KEPT);
    this.#isSteady = new Uint8Array(nodeCount * KEPT);
    this.#next = new Uint8Array(nodeCount);
    this.#room = new Int32Array(nodeCount);
  }

  /** Adds the wishes to a table; false, with nothing done, when no node keeps its score at zero or above all the way. */
  addTo(values: Int32Array, isAllowed: ByNode<Uint8Array>, available: Uint8Array): boolean {
    const room = this.#room;
    let hasSteady = false;
    for (let node = 0; node < room.length; node += 1) {
      const before = values[node] ?? 0;
      room[node] = before;
      // What is banned stays so.
      if (isAllowed[node] !== 1 || before === -INFINITY_SCORE) continue;
      const at = this.#find(node, before);
      room[node] = this.#after[at] ?? 0;
      if (this.#isSteady[at] === 1 && available[node] === 1) hasSteady = true;
    }
    if (hasSteady) values.set(room);
    return hasSteady;
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
    const { amounts, ends } = this.#chain;
    let value = before;
    let isSteady = 1;
    for (let wish = 0; wish < ends.length; ) {
      value = wished(value, amounts[wish]?.[node] ?? 0, this.#staysNonNegative);
      if (value < 0) isSteady = 0;
      if (value !== UNUSABLE) wish += 1;
      else {
        // The wishes that hang on this one do not count here, and after them the node is usable again.
        value = 1;
        wish = ends[wish] ?? ends.length;
      }
    }
    this.#after[at] = value;
    this.#isSteady[at] = isSteady;
  }
}
