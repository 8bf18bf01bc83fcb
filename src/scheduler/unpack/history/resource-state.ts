import type { OnFail } from "../../cluster/configured-operation.ts";
import type { SchedulerNode } from "../../cluster/node.ts";
import type { Resource } from "../../cluster/resource.ts";
import { type Role, roleRank } from "../../cluster/role.ts";
import { markFailed } from "./fence-node.ts";
import type { HistoryContext } from "./history.ts";

/** What the history of a resource on a node came to. */
export interface HistoryOutcome {
  readonly onFail: OnFail;
  readonly role: Role | undefined;
}

/** Draws the conclusions from a resource's history on a node: where it is active, what failures ask for. */
export function settleHistory(context: HistoryContext, resource: Resource, node: SchedulerNode, outcome: HistoryOutcome): void {
  const isActive = roleRank(outcome.role) > roleRank("Stopped");
  if (outcome.role !== undefined) noteProbed(resource, node);
  if (isActive && !node.isOnline && !node.isMaintenance && resource.isManaged) fenceForActive(context, resource, node);
  const onFail = node.uncleanReason !== undefined ? "ignore" : outcome.onFail;
  answer(context, resource, node, onFail, isActive);
  if (resource.isFailed && resource.isRemoteConnection) {
    const own = context.named(resource.id);
    if (own?.uncleanReason !== undefined) own.isSeen = true;
  }
  if (isActive) {
    if (resource.isRemoved) context.note({ kind: "removed", resource, node });
    context.markActive(resource, node, outcome.onFail !== "ignore");
    if (onFail === "demote" || onFail === "block") markFailed(resource, false);
    else if (onFail !== "ignore") markFailed(resource);
  } else if (resource.historyName !== resource.id && resource.historyName.includes(":")) context.forgetName(resource);
  else if (resource.mustStopOn.delete(node.index)) resource.mayStopOn.add(node.index);
  const isOnItsWay = resource.partialMigrationTarget !== undefined && resource.partialMigrationSource === node;
  if (outcome.role === "Stopped" && resource.role === "Stopped" && resource.activeOn.length > 0 && isOnItsWay) resource.role = "Started";
}

/** The state of an instance that cannot be told from others is known for the whole clone. */
function noteProbed(resource: Resource, node: SchedulerNode): void {
  for (let holder: Resource | undefined = resource; holder; holder = holder.parent) {
    holder.probedOn.add(node.index);
    if (holder.isUnique) return;
  }
}

/** What may be active on a node that is not online must not be left alone there. */
function fenceForActive(context: HistoryContext, resource: Resource, node: SchedulerNode): void {
  const connection = context.connectionOf(node);
  if (connection?.launcher) {
    markFailed(resource);
    context.fence(node, `${resource.id} is thought to be active there`, { resource, node });
    return;
  }
  if (!context.options.isFencingEnabled) return;
  if (connection && !connection.isFailed) {
    node.isSeen = false;
    context.fence(node, `${resource.id} is active there (fencing will be revoked if remote connection can be re-established elsewhere)`, {
      resource,
      node,
    });
  } else context.fence(node, `${resource.id} is thought to be active there`, { resource, node });
}

function answer(context: HistoryContext, resource: Resource, node: SchedulerNode, onFail: OnFail, isActive: boolean): void {
  switch (onFail) {
    case "ignore":
      return;
    case "demote":
      markFailed(resource, false);
      resource.mustDemoteOn.add(node.index);
      return;
    case "fence":
      context.fence(node, `${resource.id} failed there`, { resource, node });
      return;
    case "standby":
      node.isStandby = true;
      node.isStandbyOnFail = true;
      return;
    case "block":
      resource.isManaged = false;
      resource.isBlocked = true;
      return;
    case "ban":
      context.scores.ban(resource, node, "#failure");
      return;
    case "stop":
      resource.nextRole = "Stopped";
      return;
    case "restart":
      if (!isActive) return;
      markFailed(resource);
      context.requireStop(resource, node);
      return;
    case "restart-container":
      markFailed(resource);
      if (resource.launcher && resource.ownBundle) context.stopLater(resource.launcher);
      else if (resource.launcher) context.requireStop(resource.launcher, node);
      else if (isActive) context.requireStop(resource, node);
      return;
    case "reset-remote":
      resetRemote(context, resource, node, isActive);
  }
}

function resetRemote(context: HistoryContext, resource: Resource, node: SchedulerNode, isActive: boolean): void {
  markFailed(resource);
  const own = resource.isRemoteConnection && !resource.launcher ? context.named(resource.id) : undefined;
  if (context.options.isFencingEnabled && own && own.isRemoteFenced !== true)
    context.fence(own, "remote connection is unrecoverable", { resource, node });
  if (isActive) context.requireStop(resource, node);
  if (resource.remoteReconnectMs > 0) resource.nextRole = "Stopped";
}
