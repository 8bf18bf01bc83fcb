import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { ACTION, type Action } from "../plan/action.ts";
import { resourceAction } from "../plan/make-action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";

/** True when a resource can be moved live from where it is. */
export function canMigrate(resource: Resource, current: SchedulerNode): boolean {
  return (
    resource.isMigratable &&
    resource.isManaged &&
    !resource.isFailed &&
    resource.startPendingOn.size === 0 &&
    current.uncleanReason === undefined &&
    resource.assigned !== undefined &&
    resource.assigned.uncleanReason === undefined
  );
}

/**
 * Makes a live migration: migrate_to on the source, migrate_from on the target, a stop on the source; the start is a mere
 * event then. Stop and start stay in reserve for the case that it turns out not to be possible.
 */
export function migrationActions(plan: Plan, resource: Resource, current: SchedulerNode): void {
  const { orders } = plan;
  const target = resource.assigned;
  if (!target) return;
  const isContinued = resource.partialMigrationTarget !== undefined;
  const make = (task: string, node: SchedulerNode): Action => resourceAction(plan, resource, task, node, { isOptional: true });
  const start = make("start", target);
  const stop = make("stop", current);
  const to = isContinued ? undefined : make("migrate_to", current);
  const from = make("migrate_from", target);
  start.set(ACTION.migratable | ACTION.pseudo);
  stop.set(ACTION.migratable);
  from.set(ACTION.migratable);
  const { ordered, unmigratableThenBlocks, firstElseThen } = RELATION;
  if (to) {
    to.set(ACTION.migratable);
    to.needs = start.needs;
    orders.between(resource, "monitor", resource, "migrate_to", ordered);
    orders.between(resource, "migrate_to", resource, "migrate_from", ordered | unmigratableThenBlocks);
  } else {
    from.needs = start.needs;
    orders.between(resource, "monitor", resource, "migrate_from", ordered);
  }
  orders.between(resource, "migrate_from", resource, "stop", ordered | unmigratableThenBlocks);
  orders.between(resource, "migrate_from", resource, "start", ordered | unmigratableThenBlocks | firstElseThen);
  for (const half of [to, from]) {
    half?.meta.set("migrate_source", current.name).set("migrate_target", target.name);
  }
  // A migrate_to touches the target too: that it is under way has to be known when the source is lost.
  if (to && !resource.isRemoteConnection) to.meta.set("record-pending", "true");
}
