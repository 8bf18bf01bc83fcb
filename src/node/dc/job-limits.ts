import { clusterOption } from "../../cib/document.ts";
import type { JobLimits } from "../../transition/job-counts.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { LoadLevel } from "../interface/messages.ts";

const JOBS_PER_PROCESSOR = 2;
/** The share of actions that is left to a node at a level. */
const SHARES: ReadonlyMap<LoadLevel, number> = new Map([
  ["low", 3 / 4],
  ["medium", 1 / 4],
  ["high", 0],
]);

/**
 * How many actions may be under way on a node at once: node-action-limit, otherwise two for each of its processors, as many
 * as its agents can make use of, and fewer while it has much to do; and how many migrations. Source: Pacemaker Explained,
 * node-action-limit, load-threshold, migration-limit.
 */
export function jobLimits(
  cib: XmlElement,
  processorsOf: (node: string) => number | undefined,
  loadOf: (node: string) => LoadLevel,
): JobLimits {
  const actions = positive(clusterOption(cib, "node-action-limit"));
  return {
    onNode: (node) => actionsAtLevel(actions ?? JOBS_PER_PROCESSOR * (processorsOf(node) ?? 1), loadOf(node)),
    migrations: positive(clusterOption(cib, "migration-limit")) ?? Number.POSITIVE_INFINITY,
  };
}

/** How many of the actions that a node bears otherwise it takes at once at a level: one at the least. */
function actionsAtLevel(actions: number, level: LoadLevel): number {
  return Math.max(1, Math.floor(actions * (SHARES.get(level) ?? 1)));
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
