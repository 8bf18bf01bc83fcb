import { schedule } from "../../../src/scheduler/schedule.ts";
import { applyPlan } from "./apply-plan.ts";
import type { Property, Scheduled } from "./property.ts";

/** When everything planned has been done there is nothing left to do. What is wished for but blocked is nothing to do. */
export const settled: Property = {
  name: "settled",
  problems: ({ cib, nowEpochSeconds, result, graph }: Scheduled) => {
    const after = applyPlan(cib, graph, result.cluster.top, nowEpochSeconds);
    const next = schedule(after, { nowEpochSeconds });
    const actions = next.graph.actions.filter(({ kind }) => kind !== "pseudo_event");
    return actions.map(({ key, operation, node }) => `${operation} ${key} on ${node}`);
  },
};
