import { primitivesOf } from "../../src/scheduler/cluster/resource-state.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import type { RandomChoice } from "../fuzz/random-choice.ts";

/** What a check that asks at random has besides the case. */
export interface RandomLook {
  readonly nowEpochSeconds: number;
  readonly choice: RandomChoice;
}

/** True for a case with more primitives, which takes too long to be asked so often. */
export function isLarger({ cluster }: ScheduleResult, primitivesMax: number): boolean {
  return primitivesOf(cluster.top).length > primitivesMax;
}
