/** A moment later than a second is full, so that the wall clock has passed it too. */
const CLOCK_MARGIN_MS = 20;

/** Monotonic time by which the wall clock, which shows `nowEpochSeconds` at `nowMs`, has come to a second. */
export function wallClockDeadlineMs(atEpochSeconds: number, nowMs: number, nowEpochSeconds: number): number {
  return nowMs + Math.max(0, atEpochSeconds - nowEpochSeconds) * 1000 + CLOCK_MARGIN_MS;
}
