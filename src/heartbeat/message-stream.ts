import { LIMITS } from "../base/limits.ts";

/** A piece of a message, as it travels: where it belongs within `total` characters. */
export interface Fragment {
  readonly seq: number;
  readonly messageId: number;
  readonly offset: number;
  readonly total: number;
  /** Number of the key that the message is sealed with, undefined for an open one. */
  readonly keyNumber: number | undefined;
  readonly data: string;
}

/** A message that is whole. */
export interface WholeMessage {
  readonly messageId: number;
  readonly keyNumber: number | undefined;
  readonly data: string;
}

/** A message in base64 with its seal is this much longer than its text, at most. */
const MOST_CHARACTERS = Math.ceil((LIMITS.clusterMessageBytes + 64) / 3) * 4;

/** Text of a fragment's place, `ID:OFFSET:TOTAL`. */
export function formatPlace(messageId: number, offset: number, total: number): string {
  return `${messageId}:${offset}:${total}`;
}

/** Reads a fragment's place; undefined when it is none or larger than a message may be. */
export function parsePlace(text: string | undefined): Pick<Fragment, "messageId" | "offset" | "total"> | undefined {
  const match = /^(\d{1,15}):(\d{1,10}):(\d{1,10})$/.exec(text ?? "");
  if (!match) return undefined;
  const place = { messageId: Number(match[1]), offset: Number(match[2]), total: Number(match[3]) };
  return place.offset <= place.total && place.total <= MOST_CHARACTERS ? place : undefined;
}

/**
 * Puts one sender's fragments together again: messages come out whole and in the order they were sent, once nothing
 * sent before them is missing.
 */
export class MessageStream {
  /** Fragments by number, those that wait for a missing one before them. */
  readonly #waiting = new Map<number, Fragment>();
  #parts: string[] = [];
  #length = 0;
  #current: number | undefined;

  /** Adds a fragment. */
  add(fragment: Fragment): void {
    this.#waiting.set(fragment.seq, fragment);
  }

  /** Messages that are whole; `firstMissing` is the lowest number not yet received. */
  release(firstMissing: number | undefined): WholeMessage[] {
    if (this.#waiting.size === 0) return [];
    const ready = [...this.#waiting.values()].filter(({ seq }) => firstMissing === undefined || seq < firstMissing);
    ready.sort((a, b) => a.seq - b.seq);
    const out: WholeMessage[] = [];
    for (const fragment of ready) {
      this.#waiting.delete(fragment.seq);
      const whole = this.#append(fragment);
      if (whole) out.push(whole);
    }
    return out;
  }

  #append(fragment: Fragment): WholeMessage | undefined {
    const { messageId, offset, total, keyNumber, data } = fragment;
    if (offset === 0) {
      this.#parts = [];
      this.#length = 0;
      this.#current = messageId;
    }
    if (this.#current !== messageId || this.#length !== offset || offset + data.length > total) {
      // Its beginning was sent before this node listened, or was lost for good.
      this.#current = undefined;
      this.#parts = [];
      return undefined;
    }
    this.#parts.push(data);
    this.#length += data.length;
    if (this.#length < total) return undefined;
    const whole = { messageId, keyNumber, data: this.#parts.join("") };
    this.#current = undefined;
    this.#parts = [];
    return whole;
  }
}
