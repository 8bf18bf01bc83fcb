import { LIMITS } from "../base/limits.ts";

/** A message on its way out. */
interface Waiting {
  readonly messageId: number;
  readonly to: string | undefined;
  readonly keyNumber: number | undefined;
  readonly data: string;
  offset: number;
}

/** The next piece to send. */
export interface Piece {
  readonly messageId: number;
  readonly to: string | undefined;
  readonly keyNumber: number | undefined;
  readonly offset: number;
  readonly total: number;
  readonly data: string;
}

/** Messages that wait to be sent, first come first served, cut as they leave to the size that the links bear then. */
export class Outbox {
  #waiting: Waiting[] = [];
  #bytes = 0;
  #lastId = 0;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Number for the next message. */
  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  /** Adds a message (7-bit text); false when too much waits already. */
  add(message: { messageId: number; to: string | undefined; keyNumber: number | undefined; data: string }): boolean {
    if (this.#bytes + message.data.length > LIMITS.outboxBytes) return false;
    this.#bytes += message.data.length;
    this.#waiting.push({ ...message, offset: 0 });
    return true;
  }

  /** Takes a piece of at most `mostBytes`. */
  take(mostBytes: number): Piece | undefined {
    const first = this.#waiting[0];
    if (!first) return undefined;
    const { messageId, to, keyNumber, offset } = first;
    const data = first.data.slice(offset, offset + mostBytes);
    first.offset += data.length;
    this.#bytes -= data.length;
    if (first.offset >= first.data.length) this.#waiting.shift();
    return { messageId, to, keyNumber, offset, total: first.data.length, data };
  }

  /** Forgets messages to a node that cannot get them any more. */
  dropFor(node: string): void {
    const kept = this.#waiting.filter((message) => message.to !== node);
    for (const message of this.#waiting) if (message.to === node) this.#bytes -= message.data.length - message.offset;
    this.#waiting = kept;
  }
}
