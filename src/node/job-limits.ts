import { clusterOption } from "../cib/document.ts";
import type { JobLimits } from "../transition/job-counts.ts";
import type { XmlElement } from "../xml/element.ts";
import { actionsAtLevel, type LoadLevel } from "./load-level.ts";

const JOBS_PER_PROCESSOR = 2;

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

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
