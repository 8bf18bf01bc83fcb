/** Longest pause between two attempts to fence a node. */
const LONGEST_PAUSE_MS = 60_000;

/** When nodes that could not be fenced are tried again: after a second, then twice as long each time. */
export class FencingBackOff {
  readonly #targets = new Map<string, { failures: number; atMs: number | undefined }>();

  /** An attempt failed; says how often that happened, and the pause before the next. */
  failed(target: string, nowMs: number): { readonly failures: number; readonly pauseMs: number } {
    const failures = (this.#targets.get(target)?.failures ?? 0) + 1;
    const pauseMs = Math.min(LONGEST_PAUSE_MS, 1000 * 2 ** (failures - 1));
    this.#targets.set(target, { failures, atMs: nowMs + pauseMs });
    return { failures, pauseMs };
  }

  /** The node is fenced. */
  succeeded(target: string): void {
    this.#targets.delete(target);
  }

  /** True while the node is not to be tried. */
  isPausing(target: string, nowMs: number): boolean {
    const atMs = this.#targets.get(target)?.atMs;
    return atMs !== undefined && atMs > nowMs;
  }

  /** True, once, when a pause has ended. */
  takeDue(nowMs: number): boolean {
    let isDue = false;
    for (const retry of this.#targets.values()) {
      if (retry.atMs === undefined || retry.atMs > nowMs) continue;
      retry.atMs = undefined;
      isDue = true;
    }
    return isDue;
  }

  /** Ends of the pauses. */
  deadlinesMs(): number[] {
    return [...this.#targets.values()].flatMap(({ atMs }) => (atMs === undefined ? [] : [atMs]));
  }
}
