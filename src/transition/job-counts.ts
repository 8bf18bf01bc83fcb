import type { GraphAction } from "../model/transition-graph.ts";

/** How much may be under way at once; Infinity where nothing is limited. */
export interface JobLimits {
  /** Most actions on one node. Source: cluster option node-action-limit. */
  readonly onNode: (node: string) => number;
  /** Most live migrations that a node sends or takes. Source: cluster option migration-limit. */
  readonly migrations: number;
}

export const NO_JOB_LIMITS: JobLimits = { onNode: () => Number.POSITIVE_INFINITY, migrations: Number.POSITIVE_INFINITY };

/** How many resource actions are under way on each node. A migration counts on both of its nodes, as in Pacemaker. */
export class JobCounts {
  readonly #jobs = new Map<string, number>();
  readonly #migrations = new Map<string, number>();

  /** Whether an action may begin within these limits. */
  mayBegin(action: GraphAction, limits: JobLimits): boolean {
    return nodesOf(action).every(
      (node) =>
        (this.#jobs.get(node) ?? 0) < limits.onNode(node) &&
        (!isMigration(action) || (this.#migrations.get(node) ?? 0) < limits.migrations),
    );
  }

  /** An action has begun (1), or is over (-1). */
  count(action: GraphAction, change: 1 | -1): void {
    for (const node of nodesOf(action)) {
      this.#jobs.set(node, (this.#jobs.get(node) ?? 0) + change);
      if (isMigration(action)) this.#migrations.set(node, (this.#migrations.get(node) ?? 0) + change);
    }
  }
}

function isMigration({ operation }: GraphAction): boolean {
  return operation === "migrate_to" || operation === "migrate_from";
}

function nodesOf(action: GraphAction): string[] {
  if (action.kind !== "rsc_op") return [];
  const both = ["CRM_meta_migrate_source", "CRM_meta_migrate_target"].flatMap((name) => action.attributes.get(name) ?? []);
  return isMigration(action) && both.length === 2 ? both : action.node === undefined ? [] : [action.node];
}
