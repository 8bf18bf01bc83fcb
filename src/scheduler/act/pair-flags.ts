/** Flags by pairs of numbers, in open addressing: a map with a key object or a large number for each pair takes ten times the time. */
export class PairFlags {
  #firsts = new Int32Array(1024);
  #seconds = new Int32Array(1024);
  #flags = new Int32Array(1024);
  #size = 0;

  /** Flags of a pair; 0 for one that has none. */
  get(first: number, second: number): number {
    return this.#flags[this.#placeOf(first, second)] ?? 0;
  }

  /** Sets flags of a pair, in addition to those it has. Numbers are greater than 0, flags are not 0. */
  add(first: number, second: number, flags: number): void {
    const at = this.#placeOf(first, second);
    if (this.#firsts[at] === 0) {
      this.#firsts[at] = first;
      this.#seconds[at] = second;
      this.#size += 1;
    }
    this.#flags[at] = (this.#flags[at] ?? 0) | flags;
    if (this.#size * 2 > this.#firsts.length) this.#grow();
  }

  /** Where a pair is, or would be. */
  #placeOf(first: number, second: number): number {
    const mask = this.#firsts.length - 1;
    let at = hash(first, second) & mask;
    while (this.#firsts[at] !== 0 && (this.#firsts[at] !== first || this.#seconds[at] !== second)) at = (at + 1) & mask;
    return at;
  }

  #grow(): void {
    const [firsts, seconds, flags] = [this.#firsts, this.#seconds, this.#flags];
    this.#firsts = new Int32Array(firsts.length * 2);
    this.#seconds = new Int32Array(firsts.length * 2);
    this.#flags = new Int32Array(firsts.length * 2);
    for (let from = 0; from < firsts.length; from += 1) {
      const first = firsts[from] ?? 0;
      if (first === 0) continue;
      const second = seconds[from] ?? 0;
      const at = this.#placeOf(first, second);
      this.#firsts[at] = first;
      this.#seconds[at] = second;
      this.#flags[at] = flags[from] ?? 0;
    }
  }
}

function hash(first: number, second: number): number {
  const mixed = Math.imul(first, 0x9e3779b1) ^ Math.imul(second, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
