import { canFence, type SchedulerNode } from "../cluster/node.ts";
import { ACTION, type Action } from "../plan/action.ts";
import { fenceAction } from "../plan/fence-action.ts";
import { plainAction } from "../plan/plain-action.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { ordersAroundFencing } from "./fencing-orders.ts";
import { isAnyManaged, needsFencing } from "./needs-fencing.ts";

const { firstImpliesThen, ordered, unrunnableFirstBlocks } = RELATION;

/** Makes the fencing of lost nodes and the shutdown of those that leave; the DC's own comes last. */
export function nodeActions(plan: Plan): void {
  const { nodes, options, top } = plan.cluster;
  const hasManaged = isAnyManaged(top);
  let dcDown: Action | undefined;
  const fencings: Action[] = [];
  const shutdowns: Action[] = [];
  for (const node of nodes) {
    if (plan.isGuest(node)) {
      if (node.isRemoteReset && hasManaged && canFence(plan.cluster, node)) fenceGuest(plan, node);
    } else if (needsFencing(plan.cluster, node, hasManaged)) {
      const fencing = fence(plan, node, node.uncleanReason);
      if (node.isDc) dcDown = fencing;
      else {
        if (!options.isConcurrentFencing) plan.book.relate(fencings.at(-1), fencing, ordered);
        fencings.push(fencing);
      }
    } else if (!plan.isRemote(node) && node.isOnline && node.isShuttingDown) {
      const shutdown = shutDown(plan, node);
      if (node.isDc) dcDown = shutdown;
      else shutdowns.push(shutdown);
    }
  }
  if (!dcDown) return;
  const before = options.isConcurrentFencing ? fencings : fencings.slice(-1);
  if (dcDown.task === "do_shutdown") before.unshift(...shutdowns);
  for (const action of before) plan.book.relate(action, dcDown, ordered);
}

function fence(plan: Plan, node: SchedulerNode, reason: string | undefined): Action {
  const fencing = fenceAction(plan, node, { isOptional: false, reason, isDelayedByPriority: node.isDelayedByPriority === true });
  ordersAroundFencing(plan, fencing);
  return fencing;
}

/** A guest is fenced by the recovery of what it lives in; that it is gone is made known by an event. */
function fenceGuest(plan: Plan, node: SchedulerNode): void {
  const launcher = plan.launcherOf(node);
  const connection = plan.connectionOf(node);
  const stop = launcher && plan.book.newest(launcher, "stop");
  const operation = launcher && plan.book.newest(launcher, "start") ? "reboot" : "off";
  const fencing = fenceAction(plan, node, { operation, isOptional: false, reason: "guest is unclean" });
  fencing.set(ACTION.pseudo | ACTION.runnable);
  const flags = unrunnableFirstBlocks | firstImpliesThen;
  if (stop?.isPseudo && stop.node) plan.book.relate(fenceAction(plan, stop.node, { isOptional: false }), fencing, flags);
  else if (stop) plan.book.relate(stop, fencing, flags);
  else if (connection) plan.book.relate(plan.book.newest(connection, "stop"), fencing, ordered);
  ordersAroundFencing(plan, fencing);
}

function shutDown(plan: Plan, node: SchedulerNode): Action {
  const shutdown = plainAction(plan, `do_shutdown-${node.name}`, "do_shutdown", node, false);
  for (const action of [...plan.book.all].reverse()) {
    const { resource } = action;
    if (action.node !== node || action.task !== "stop" || !resource) continue;
    if (resource.isInMaintenance || node.isMaintenance || (!resource.isManaged && !resource.isBlocked)) continue;
    action.clear(ACTION.optional);
    plan.orders.add(action, shutdown, ordered | unrunnableFirstBlocks);
  }
  shutdown.meta.set("op_no_wait", "true");
  return shutdown;
}
