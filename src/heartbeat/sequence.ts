/** A gap in a sender's numbers: asked for again until it fills or the sender gives it up. */
interface Missing {
  nextRequestAtMs: number;
}

/** What a number turned out to be. */
export type SequenceVerdict = "new" | "duplicate" | "repaired" | "too-old";

const MOST_MISSING = 250;

/**
 * Receive side of one sender's sequence numbers: duplicates from other links, gaps, retransmissions. Source:
 * heartbeat 3.0.6, receipt rules.
 */
export class SequenceTracker {
  #last: number | undefined;
  readonly #missing = new Map<number, Missing>();

  /** Highest number seen. */
  get last(): number | undefined {
    return this.#last;
  }

  /** Lowest number that is still missing, undefined when nothing is. */
  get firstMissing(): number | undefined {
    let lowest: number | undefined;
    for (const number of this.#missing.keys()) if (lowest === undefined || number < lowest) lowest = number;
    return lowest;
  }

  /** Takes a number; `delayMs` is how long to wait before missing ones are asked for. */
  take(number: number, nowMs: number, delayMs: number): { verdict: SequenceVerdict; lost: number; isReset: boolean } {
    if (this.#last === undefined) {
      this.#last = number;
      return { verdict: "new", lost: 0, isReset: false };
    }
    if (number === this.#last) return { verdict: "duplicate", lost: 0, isReset: false };
    if (number < this.#last) return { verdict: this.#missing.delete(number) ? "repaired" : "too-old", lost: 0, isReset: false };
    const lost = number - this.#last - 1;
    if (lost > MOST_MISSING) {
      this.#missing.clear();
      this.#last = number;
      return { verdict: "new", lost, isReset: true };
    }
    for (let n = this.#last + 1; n < number; n += 1) this.#missing.set(n, { nextRequestAtMs: nowMs + delayMs });
    this.#last = number;
    return { verdict: "new", lost, isReset: false };
  }

  /** Numbers to ask for now; each is asked for again 250 ms later. */
  due(nowMs: number): number[] {
    const out: number[] = [];
    for (const [number, missing] of this.#missing) {
      if (missing.nextRequestAtMs > nowMs || out.length >= 50) continue;
      missing.nextRequestAtMs = nowMs + 250;
      out.push(number);
    }
    return out;
  }

  /** The sender cannot send it any more; false when it was not missing. */
  giveUp(number: number): boolean {
    return this.#missing.delete(number);
  }

  /** Time of the next request. */
  deadlineMs(): number | undefined {
    let earliest: number | undefined;
    for (const { nextRequestAtMs } of this.#missing.values())
      if (earliest === undefined || nextRequestAtMs < earliest) earliest = nextRequestAtMs;
    return earliest;
  }
}
