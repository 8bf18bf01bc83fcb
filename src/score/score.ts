/** Largest score; every score lies in [-INFINITY_SCORE, INFINITY_SCORE]. Source: Pacemaker Explained, "Scores". */
export const INFINITY_SCORE = 1_000_000;

/** Adds two scores: -INFINITY wins over everything, then INFINITY, else the sum is clamped. */
export function addScores(a: number, b: number): number {
  if (a <= -INFINITY_SCORE || b <= -INFINITY_SCORE) return -INFINITY_SCORE;
  if (a >= INFINITY_SCORE || b >= INFINITY_SCORE) return INFINITY_SCORE;
  return clampScore(a + b);
}

/** Brings a number into the range of scores. */
export function clampScore(value: number): number {
  if (value >= INFINITY_SCORE) return INFINITY_SCORE;
  if (value <= -INFINITY_SCORE) return -INFINITY_SCORE;
  return value;
}

/** Score as users see it: INFINITY, -INFINITY or an integer. */
export function formatScore(score: number): string {
  if (score >= INFINITY_SCORE) return "INFINITY";
  if (score <= -INFINITY_SCORE) return "-INFINITY";
  return String(score);
}

/**
 * Reads a score: `INFINITY`, `+INFINITY`, `-INFINITY` or an integer (clamped).
 * Undefined for anything else; the caller decides what an unreadable score means.
 */
export function parseScore(text: string): number | undefined {
  // As it is mostly written.
  if (text === "INFINITY") return INFINITY_SCORE;
  if (text === "-INFINITY") return -INFINITY_SCORE;
  if (text === "0") return 0;
  const trimmed = text.trim();
  if (trimmed === "+INFINITY") return INFINITY_SCORE;
  if (!/^[+-]?\d+/.test(trimmed)) return undefined;
  return clampScore(Number.parseInt(trimmed, 10));
}
