import { formatScore } from "../../score/score.ts";
import type { ScoreLine } from "../assign/score-line.ts";

/** A score line in words, the label reduced to what it means. */
export function scoreText(line: ScoreLine): string {
  if (line.kind === "promotion") {
    return `${line.resource} promotion score ${line.node === "" ? "(inactive)" : `on ${line.node}`}: ${formatScore(line.score)}`;
  }
  return `${line.kind}: ${line.resource} allocation score on ${line.node}: ${formatScore(line.score)}`;
}
