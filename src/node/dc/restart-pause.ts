import { transientAttributes } from "../../attributes/transient.ts";
import { INFINITY_SCORE, parseScore } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";

/** So many failures are answered at once; each further one doubles the pause before the next start. */
const FREE_FAILURES = 3;
const LONGEST_PAUSE_SECONDS = 60;

/**
 * Time before which a resource that keeps failing on a node is not started there again, epoch seconds; undefined when
 * it may be at once. Without a migration threshold such a resource would be started as fast as its agent allows.
 */
export function restartPauseEnd(nodeState: XmlElement, resourceId: string): number | undefined {
  let failures = 0;
  let lastSeconds = 0;
  for (const [name, value] of transientAttributes(nodeState)) {
    if (name.startsWith(`fail-count-${resourceId}#`)) failures += parseScore(value) ?? 0;
    else if (name.startsWith(`last-failure-${resourceId}#`)) lastSeconds = Math.max(lastSeconds, Number(value) || 0);
  }
  if (failures <= FREE_FAILURES || failures >= INFINITY_SCORE) return undefined;
  return lastSeconds + Math.min(LONGEST_PAUSE_SECONDS, 2 ** (failures - FREE_FAILURES - 1));
}
