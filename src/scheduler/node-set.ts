/** A set of nodes by their indexes. */
export class NodeSet {
  readonly #isIn: Uint8Array;
  #size = 0;

  constructor(nodeCount: number) {
    this.#isIn = new Uint8Array(nodeCount);
  }

  get size(): number {
    return this.#size;
  }

  has(nodeIndex: number): boolean {
    return this.#isIn[nodeIndex] === 1;
  }

  add(nodeIndex: number): void {
    if (this.#isIn[nodeIndex] === 1) return;
    this.#isIn[nodeIndex] = 1;
    this.#size += 1;
  }

  *[Symbol.iterator](): Generator<number> {
    for (let at = 0; at < this.#isIn.length; at += 1) if (this.#isIn[at] === 1) yield at;
  }
}
