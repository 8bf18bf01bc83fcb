import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { activeNode } from "../cluster/resource-state.ts";
import { type Role, roleRank } from "../cluster/role.ts";
import { ACTION } from "../plan/action.ts";
import { resourceAction } from "../plan/make-action.ts";
import type { Plan } from "../plan/plan.ts";
import { canMigrate, migrationActions } from "./migration.ts";
import { recurringActions } from "./recurring.ts";
import { makeStep, nextRoleTowards } from "./role-steps.ts";

/** Makes what brings a primitive from its role and nodes to those decided for it. Source: Pacemaker, primitive actions. */
export function primitiveActions(plan: Plan, resource: Resource): void {
  resource.nextRole ??= resource.assigned ? "Started" : "Stopped";
  const { node: current, all, clean } = activeNode(resource);
  for (const source of resource.danglingMigrationSources)
    resourceAction(plan, resource, "stop", source, { isOptional: false }).set(ACTION.migrationAbort);
  const isMoving =
    current !== undefined &&
    resource.assigned !== undefined &&
    current !== resource.assigned &&
    roleRank(resource.nextRole) >= roleRank("Started");
  const mayMigrate = isMoving && canMigrate(resource, current);
  const isContinued = mayMigrate && continuesMigration(resource, current, all);
  const isBroken = !isContinued && (resource.partialMigrationSource !== undefined || resource.partialMigrationTarget !== undefined);
  let mustStop = isMoving || isBroken;
  if (isBroken) {
    resource.partialMigrationSource = undefined;
    resource.partialMigrationTarget = undefined;
  }
  const isMultiplyActive = !isContinued && !isBroken && (resource.requires === "fencing" ? all : clean) > 1;
  if (isMultiplyActive && answerMultiplyActive(plan, resource)) mustStop = true;
  if (resource.startPendingOn.size > 0) pendingStart(plan, resource);
  let mustPromote = false;
  if (!isMoving) {
    if (resource.isFailed) {
      if (resource.isStoppedIfFailed) mustStop = true;
      else mustPromote = resource.nextRole === "Promoted";
    } else if (resource.isBlocked) mustStop = true;
    else if (current && resource.assigned && roleRank(resource.role) > roleRank("Started")) {
      const start = resourceAction(plan, resource, "start", resource.assigned, { isOptional: true });
      if (!start.isOptional) mustStop = true;
    }
  }
  downAndUp(plan, resource, mustStop, mustPromote);
  roleChange(plan, resource);
  recurringActions(plan, resource);
  if (mayMigrate && !isBroken) migrationActions(plan, resource, current);
}

/** True when a live migration under way can go on as it began. */
function continuesMigration(resource: Resource, current: SchedulerNode, activeCount: number): boolean {
  const { partialMigrationSource: source, partialMigrationTarget: target } = resource;
  return source !== undefined && target !== undefined && activeCount === 2 && current === source && resource.assigned === target;
}

/** Applies the policy for what is active more than once; true when it has to stop. */
function answerMultiplyActive(plan: Plan, resource: Resource): boolean {
  if (resource.multipleActive === "stop_unexpected") plan.stoppingUnexpected.add(resource);
  return resource.multipleActive === "stop_start" || resource.multipleActive === "stop_unexpected";
}

function pendingStart(plan: Plan, resource: Resource): void {
  resourceAction(plan, resource, "start", resource.assigned, { isOptional: true }).set(ACTION.alwaysInGraph);
}

/** What brings it down and up again to the role it has; optional unless it has to stop. */
function downAndUp(plan: Plan, resource: Resource, mustStop: boolean, mustPromote: boolean): void {
  let role: Role = resource.role;
  while (role !== "Stopped") {
    const next = nextRoleTowards(role, "Stopped");
    if (!makeStep(plan, resource, role, next, !mustStop, true)) break;
    role = next;
  }
  while (roleRank(resource.role) <= roleRank(resource.nextRole) && role !== resource.role && !resource.isBlocked) {
    const next = nextRoleTowards(role, resource.role);
    const isRequired = mustStop || (next === "Promoted" && mustPromote);
    if (!makeStep(plan, resource, role, next, !isRequired, true)) break;
    role = next;
  }
}

function roleChange(plan: Plan, resource: Resource): void {
  const target = resource.nextRole ?? "Stopped";
  let role: Role = resource.role;
  while (role !== target) {
    const next = nextRoleTowards(role, target);
    if (!makeStep(plan, resource, role, next, false, false)) break;
    role = next;
  }
}
