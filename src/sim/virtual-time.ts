import type { NodeTime } from "../node/interface/node-types.ts";
import { EventQueue } from "./event-queue.ts";

/** What the wall clocks of all machines show at the beginning. */
const START_EPOCH_SECONDS = 1_800_000_000;

/** The time of a world of its own: it stands still while something happens, and goes on to the next that does. */
export class VirtualTime {
  readonly #queue = new EventQueue();
  #nowMs = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** The present time, as a node is told it. */
  get ofNodes(): NodeTime {
    const epochSeconds = START_EPOCH_SECONDS + Math.floor(this.#nowMs / 1000);
    return { nowMs: this.#nowMs, epochSeconds, dateText: `second ${epochSeconds}` };
  }

  /** Lets something happen at a time. */
  at(atMs: number, run: () => void): void {
    this.#queue.add(atMs, run);
  }

  /** Lets something happen later. */
  after(delayMs: number, run: () => void): void {
    this.#queue.add(this.#nowMs + delayMs, run);
  }

  /** Runs until `untilMs`. */
  run(untilMs: number): void {
    for (;;) {
      const next = this.#queue.next();
      if (!next) break;
      if (next.atMs > untilMs) {
        this.#queue.add(next.atMs, next.run);
        break;
      }
      this.#nowMs = next.atMs;
      next.run();
    }
    this.#nowMs = untilMs;
  }

  /** Runs until `condition` holds, at most `limitMs` longer; false when it never did. */
  runUntil(condition: () => boolean, limitMs: number): boolean {
    const end = this.#nowMs + limitMs;
    while (this.#nowMs < end) {
      if (condition()) return true;
      this.run(Math.min(end, this.#nowMs + 50));
    }
    return condition();
  }
}
