import { clusterOption } from "../cib/document.ts";
import type { JobLimits } from "../transition/job-counts.ts";
import type { XmlElement } from "../xml/element.ts";

const JOBS_PER_PROCESSOR = 2;

/**
 * How many actions may be under way on a node at once: node-action-limit, otherwise two for each of its processors, as many
 * as its agents can make use of; and how many migrations. Source: Pacemaker Explained, node-action-limit, migration-limit.
 */
export function jobLimits(cib: XmlElement, processorsOf: (node: string) => number | undefined): JobLimits {
  const actions = positive(clusterOption(cib, "node-action-limit"));
  return {
    onNode: (node) => actions ?? JOBS_PER_PROCESSOR * (processorsOf(node) ?? 1),
    migrations: positive(clusterOption(cib, "migration-limit")) ?? Number.POSITIVE_INFINITY,
  };
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value > 0 ? value : undefined;
}
