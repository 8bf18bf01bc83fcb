import type { SchedulerNode } from "../cluster/node.ts";
import { ACTION } from "../plan/action.ts";
import { plainPseudo } from "../plan/plain-action.ts";
import type { Plan } from "../plan/plan.ts";

/** What the update of maintenance states is called in a graph. */
export const MAINTENANCE_UPDATE = "maintenance_nodes";

/** Remote and guest nodes whose executor was last told something else about maintenance than what holds now. */
export function maintenanceUpdates(plan: Plan): SchedulerNode[] {
  return plan.cluster.nodes.filter((node) => node.isRemote === true && node.isMaintenance !== (node.isKnownInMaintenance ?? false));
}

/** Makes the event with which these nodes are told; nothing waits for it. */
export function updateMaintenance(plan: Plan): void {
  if (maintenanceUpdates(plan).length > 0) plainPseudo(plan, MAINTENANCE_UPDATE).set(ACTION.alwaysInGraph);
}
