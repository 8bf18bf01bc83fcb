import { SeededRandom } from "../../src/base/random.ts";

/** Random choices that replay from a seed. */
export class RandomChoice {
  readonly #random: SeededRandom;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  /** Whole number from `low` to `high`, both included. */
  integer(low: number, high: number): number {
    return this.#random.integer(low, high);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.#random.next() < probability;
  }

  /** One of the items; throws RangeError when there is none. */
  one<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("nothing to choose from");
    return items[this.integer(0, items.length - 1)] as T;
  }

  /** One of the items; undefined when there is none. */
  maybe<T>(items: readonly T[]): T | undefined {
    return items[this.integer(0, items.length - 1)];
  }

  /** Some of the items, between `low` and `high` many, in random order. */
  some<T>(items: readonly T[], low: number, high: number): T[] {
    const pool = [...items];
    const out: T[] = [];
    for (let left = Math.min(this.integer(low, high), pool.length); left > 0; left -= 1)
      out.push(...pool.splice(this.integer(0, pool.length - 1), 1));
    return out;
  }
}
