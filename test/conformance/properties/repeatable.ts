import { scoreText } from "../../../src/scheduler/report/score-text.ts";
import { schedule } from "../../../src/scheduler/schedule.ts";
import { writeCompact } from "../../../src/xml/write.ts";
import type { Property, Scheduled } from "./property.ts";

/** The same input gives the same bytes, and is not changed by being looked at. */
export const repeatable: Property = {
  name: "repeatable",
  problems: ({ cib, nowEpochSeconds, result, graph }: Scheduled) => {
    const before = writeCompact(cib);
    const again = schedule(cib, { nowEpochSeconds });
    const pairs = [
      ["graph", writeCompact(graph), writeCompact(again.graphXml())],
      ["summary", result.summary.join("\n"), again.summary.join("\n")],
      ["scores", result.scores.map(scoreText).join("\n"), again.scores.map(scoreText).join("\n")],
      ["document", before, writeCompact(cib)],
    ] as const;
    return pairs.filter(([, one, two]) => one !== two).map(([what]) => `another ${what} the second time`);
  },
};
