import { INFINITY_SCORE } from "../../score/score.ts";

/** How much may be tried: a halving search over all finite scores. */
const TRIALS_MAX = 40;

const GREATEST = INFINITY_SCORE - 1;

/** What a search for a score found: undefined when no finite one is enough. */
export interface LeastScore {
  readonly score: number | undefined;
}

/**
 * Looks for the least score that is enough, where each greater one is too: first at the expected one, then between. Undefined when the
 * limits are met before it is known.
 */
export function leastScore(isEnough: (score: number) => boolean, expected: number, isTimeUp: () => boolean): LeastScore | undefined {
  let trials = 0;
  const reaches = (score: number): boolean => {
    trials += 1;
    return isEnough(score);
  };
  let enough = Math.min(Math.max(expected, 1), GREATEST);
  let tooLittle = 0;
  if (!reaches(enough)) {
    tooLittle = enough;
    enough = GREATEST;
    if (!reaches(enough)) return { score: undefined };
  } else if (enough - 1 > tooLittle) {
    if (reaches(enough - 1)) enough -= 1;
    else tooLittle = enough - 1;
  }
  for (; enough - tooLittle > 1; ) {
    if (trials >= TRIALS_MAX || isTimeUp()) return undefined;
    // Small scores are the usual ones: what is looked for is more often near the lower end.
    const middle = Math.min(enough - tooLittle > 10_000 ? tooLittle * 10 + 1 : enough, (enough + tooLittle) >> 1);
    if (reaches(middle)) enough = middle;
    else tooLittle = middle;
  }
  return { score: enough };
}
