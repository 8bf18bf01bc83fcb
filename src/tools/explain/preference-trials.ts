import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { schedule } from "../../scheduler/schedule.ts";
import type { XmlElement } from "../../xml/element.ts";
import { preferNode } from "./cib-changes.ts";

/** The least score of a preference that moves a resource, an instance, or the promoted role, as it showed by scheduling with it. */
export interface MovingScore {
  /** What has to prefer the node: the resource itself, or the clone or bundle it is an instance of. */
  readonly resource: string;
  readonly node: string;
  /** Undefined when no finite score moves it. */
  readonly score: number | undefined;
  /** Sources of contributions that are others with it: what depends on the resource speaks too, or what it depends on moves. */
  readonly followers: readonly string[];
  /** It belongs there then, but something keeps it from coming up there. */
  readonly isBlocked: boolean;
}

/** How a preference is tried out. */
export interface Trials {
  readonly cib: XmlElement;
  readonly nowEpochSeconds: number;
  readonly isTimeUp: () => boolean;
}

/** The plan with a preference of that score. */
export function withPreference(
  { cib, nowEpochSeconds }: Trials,
  wish: Parameters<typeof preferNode>[1],
  score: number,
  isLedgerKept = false,
): ScheduleResult {
  const copy = cib.clone();
  preferNode(cib, wish, String(score)).apply(copy);
  return schedule(copy, { nowEpochSeconds, isLedgerKept, areScoresKept: false });
}
