import { INFINITY_SCORE } from "../../score/score.ts";
import type { ClusterOptions } from "../cluster/options.ts";

/** What the words for health are worth. Source: Pacemaker Explained, "Tracking Node Health". */
export function healthScores({ health }: Pick<ClusterOptions, "health">): ReadonlyMap<string, number> {
  switch (health.strategy) {
    case "none":
      return new Map([
        ["red", 0],
        ["yellow", 0],
        ["green", 0],
      ]);
    case "migrate-on-red":
      return new Map([
        ["red", -INFINITY_SCORE],
        ["yellow", 0],
        ["green", 0],
      ]);
    case "only-green":
      return new Map([
        ["red", -INFINITY_SCORE],
        ["yellow", -INFINITY_SCORE],
        ["green", 0],
      ]);
    default:
      return new Map([
        ["red", health.red],
        ["yellow", health.yellow],
        ["green", health.green],
      ]);
  }
}
