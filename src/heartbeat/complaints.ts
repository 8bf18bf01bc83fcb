const QUIET_MS = 10_000;
const MOST_REMEMBERED = 1000;

/** Keeps texts that may come with every packet from filling the log: each one passes once in ten seconds. */
export class Complaints {
  readonly #lastMs = new Map<string, number>();

  /** Whether this text is to be logged now. */
  isNew(text: string, nowMs: number): boolean {
    if (nowMs - (this.#lastMs.get(text) ?? Number.NEGATIVE_INFINITY) < QUIET_MS) return false;
    if (this.#lastMs.size >= MOST_REMEMBERED) this.#lastMs.clear();
    this.#lastMs.set(text, nowMs);
    return true;
  }
}
