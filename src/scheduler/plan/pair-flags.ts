/** Numbers of a place in the table: the pair, and its flags. */
const WIDTH = 3;

/** Flags by pairs of numbers, in open addressing: a map with a key object or a large number for each pair takes ten times the time. */
export class PairFlags {
  #capacity: number;
  #table: Int32Array;
  #size = 0;

  /** For about so many pairs; there may be more. */
  constructor(expectedSize: number) {
    this.#capacity = 2 ** Math.ceil(Math.log2(2 * expectedSize + 2));
    this.#table = new Int32Array(this.#capacity * WIDTH);
  }

  /** Sets flags of a pair in addition to those it has; false when it has one of them already. Numbers are greater than 0, flags are not 0. */
  add(first: number, second: number, flags: number): boolean {
    const at = this.#placeOf(first, second);
    const table = this.#table;
    const known = table[at + 2] ?? 0;
    if ((known & flags) !== 0) return false;
    table[at + 2] = known | flags;
    if (known !== 0) return true;
    table[at] = first;
    table[at + 1] = second;
    this.#size += 1;
    if (this.#size * 2 > this.#capacity) this.#grow();
    return true;
  }

  /** Where a pair is, or would be. */
  #placeOf(first: number, second: number): number {
    const table = this.#table;
    const mask = this.#capacity - 1;
    const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
    let at = (mixed ^ (mixed >>> 15)) & mask;
    for (;;) {
      const place = at * WIDTH;
      const taken = table[place];
      if (taken === 0 || (taken === first && table[place + 1] === second)) return place;
      at = (at + 1) & mask;
    }
  }

  #grow(): void {
    const smaller = this.#table;
    this.#capacity *= 2;
    this.#table = new Int32Array(this.#capacity * WIDTH);
    for (let from = 0; from < smaller.length; from += WIDTH) {
      const first = smaller[from] ?? 0;
      if (first === 0) continue;
      const second = smaller[from + 1] ?? 0;
      const at = this.#placeOf(first, second);
      this.#table[at] = first;
      this.#table[at + 1] = second;
      this.#table[at + 2] = smaller[from + 2] ?? 0;
    }
  }
}
