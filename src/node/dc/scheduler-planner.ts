import { schedule } from "../../scheduler/schedule.ts";
import type { Planner } from "../interface/planner.ts";

/** The scheduler, as the coordinator asks it. */
export const schedulerPlanner: Planner = (cib, epochSeconds) => {
  const result = schedule(cib, { nowEpochSeconds: epochSeconds, isLive: true, areScoresKept: false });
  return {
    graph: result.graph,
    recheckAtEpochSeconds: result.recheckAtEpochSeconds,
    severity: result.warnings.length > 0 ? "warn" : "input",
    summary: [...result.summary, ...result.warnings],
  };
};
