/** Nodes whose bits fit into one small number. */
const BITS = 30;

/** A set of nodes by their indexes. */
export class NodeSet {
  #first = 0;
  /** Bits of the nodes beyond the first ones, as many to a number. */
  #others: number[] | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  has(nodeIndex: number): boolean {
    if (nodeIndex < BITS) return ((this.#first >> nodeIndex) & 1) === 1;
    const bits = this.#others?.[Math.trunc(nodeIndex / BITS) - 1];
    return bits !== undefined && ((bits >> (nodeIndex % BITS)) & 1) === 1;
  }

  add(nodeIndex: number): void {
    if (nodeIndex >= BITS) {
      this.#addOther(nodeIndex);
      return;
    }
    const bits = this.#first | (1 << nodeIndex);
    if (bits === this.#first) return;
    this.#first = bits;
    this.#size += 1;
  }

  /** True when it was there. */
  delete(nodeIndex: number): boolean {
    if (!this.has(nodeIndex)) return false;
    this.#size -= 1;
    if (nodeIndex < BITS) this.#first &= ~(1 << nodeIndex);
    else if (this.#others) {
      const at = Math.trunc(nodeIndex / BITS) - 1;
      this.#others[at] = (this.#others[at] ?? 0) & ~(1 << (nodeIndex % BITS));
    }
    return true;
  }

  #addOther(nodeIndex: number): void {
    if (this.has(nodeIndex)) return;
    this.#size += 1;
    this.#others ??= [];
    const at = Math.trunc(nodeIndex / BITS) - 1;
    while (this.#others.length <= at) this.#others.push(0);
    this.#others[at] = (this.#others[at] ?? 0) | (1 << (nodeIndex % BITS));
  }

  /** True when it has all nodes that another set has. */
  includes(other: NodeSet): boolean {
    if ((other.#first & ~this.#first) !== 0) return false;
    return other.#others === undefined || other.#others.every((bits, at) => (bits & ~(this.#others?.[at] ?? 0)) === 0);
  }

  /** In the order of the indexes. */
  *[Symbol.iterator](): Generator<number> {
    const count = BITS * (1 + (this.#others?.length ?? 0));
    for (let at = 0; at < count; at += 1) if (this.has(at)) yield at;
  }
}
