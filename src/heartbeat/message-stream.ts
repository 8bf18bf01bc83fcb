import { LIMITS } from "../base/limits.ts";

/** One fragment of a message, as it travels: `part` of `parts`. */
export interface Fragment {
  readonly seq: number;
  readonly messageId: number;
  readonly part: number;
  readonly parts: number;
  readonly data: string;
}

/** Cuts a message into pieces that fit into packets. */
export function splitMessage(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length || pieces.length === 0; at += LIMITS.messageFragmentBytes)
    pieces.push(text.slice(at, at + LIMITS.messageFragmentBytes));
  return pieces;
}

/**
 * Puts one sender's fragments together again: messages come out whole and in the order they were sent, once nothing
 * sent before them is missing.
 */
export class MessageStream {
  #waiting: Fragment[] = [];
  #parts: string[] = [];
  #partsOf: number | undefined;

  /** Adds a fragment. */
  add(fragment: Fragment): void {
    if (this.#waiting.some((known) => known.seq === fragment.seq)) return;
    this.#waiting.push(fragment);
    this.#waiting.sort((a, b) => a.seq - b.seq);
  }

  /** Messages that are whole; `firstMissing` is the lowest number not yet received. */
  release(firstMissing: number | undefined): string[] {
    const out: string[] = [];
    while (this.#waiting.length > 0) {
      const next = this.#waiting[0];
      if (!next || (firstMissing !== undefined && next.seq > firstMissing)) break;
      this.#waiting.shift();
      if (next.part === 1) {
        this.#parts = [];
        this.#partsOf = next.messageId;
      }
      if (this.#partsOf !== next.messageId || this.#parts.length !== next.part - 1) {
        // Its beginning was sent before this node listened.
        this.#partsOf = undefined;
        continue;
      }
      this.#parts.push(next.data);
      if (next.part === next.parts) {
        out.push(this.#parts.join(""));
        this.#parts = [];
        this.#partsOf = undefined;
      }
    }
    return out;
  }
}
