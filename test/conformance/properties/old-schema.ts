import { updateSchema } from "../../../src/cib/upgrade/schema-update.ts";
import { schedule } from "../../../src/scheduler/schedule.ts";
import { writeCompact } from "../../../src/xml/write.ts";
import type { Property, Scheduled } from "./property.ts";

/**
 * A document of an older schema is planned for as the document that it becomes: the cluster reads its own as it is, the tools
 * upgrade what they read first.
 */
export const sameInOldSchema: Property = {
  name: "same-in-old-schema",
  problems: ({ cib, nowEpochSeconds, result, graph }: Scheduled) => {
    const { cib: updated } = updateSchema(cib);
    if (updated === cib) return [];
    const upgraded = schedule(updated, { nowEpochSeconds });
    const pairs = [
      ["graph", writeCompact(graph), writeCompact(upgraded.graphXml())],
      ["summary", result.summary.join("\n"), upgraded.summary.join("\n")],
    ] as const;
    return pairs.filter(([, one, two]) => one !== two).map(([what]) => `another ${what} when it is upgraded`);
  },
};
