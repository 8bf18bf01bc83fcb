/**
 * A running digest of 64 bits for telling texts apart that nobody forges: quick, not secret. Two lanes of multiply and
 * exclusive-or with different constants (as FNV-1a does with one), scrambled at the end as in MurmurHash3.
 */
export class Mixture {
  #a = 0x811c9dc5;
  #b = 0x9747b28c;

  /** Adds a text; its length is part of it, so that the border between two texts counts. */
  text(text: string): this {
    let a = this.#a;
    let b = this.#b;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      a = Math.imul(a ^ unit, 0x01000193);
      b = Math.imul(b ^ unit, 0x85ebca6b);
      b ^= b >>> 15;
    }
    this.#a = a;
    this.#b = b;
    return this.number(text.length);
  }

  /** Adds a number of 32 bits. */
  number(value: number): this {
    this.#a = Math.imul(this.#a ^ value, 0xcc9e2d51);
    this.#a ^= this.#a >>> 13;
    this.#b = Math.imul(this.#b ^ value, 0x1b873593);
    this.#b ^= this.#b >>> 16;
    return this;
  }

  /** Adds what another mixture is made of. */
  mixture(other: Mixture): this {
    return this.number(scrambled(other.#a)).number(scrambled(other.#b));
  }

  /** As 16 hexadecimal digits. */
  hex(): string {
    return [this.#a, this.#b].map((lane) => scrambled(lane).toString(16).padStart(8, "0")).join("");
  }
}

function scrambled(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
