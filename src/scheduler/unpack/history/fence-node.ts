import { type SchedulerNode, UNSEEN } from "../../cluster/node.ts";
import type { Resource } from "../../cluster/resource.ts";
import type { History } from "./history.ts";

/** What a node's reset goes by. */
export interface ResetTargets {
  /** The resource that connects to a remote or guest node. */
  readonly connectionOf: (node: SchedulerNode) => Resource | undefined;
}

/** Why a node is unclean that a ticket is lost on. */
export const TICKET_LOST = "deadman ticket was lost";

/** Marks a resource as failed; `needsStop` says that demoting it is not enough. */
export function markFailed(resource: Resource, needsStop = true): void {
  resource.isStoppedIfFailed = needsStop || (resource.isFailed && resource.isStoppedIfFailed);
  resource.isFailed = true;
}

/**
 * Has a node fenced: a guest by way of what it lives in, others themselves. Unmanaged guests and connections are left. True
 * when that was not known before.
 */
export function fenceNode(node: SchedulerNode, reason: string, targets: ResetTargets): boolean {
  const connection = targets.connectionOf(node);
  const launcher = connection?.launcher;
  if (launcher) {
    if (launcher.isFailed || !launcher.isManaged) return false;
    node.isRemoteReset = true;
    markFailed(launcher);
    return true;
  }
  if (connection?.isRemoved === true && connection.isRemovedLaunched) {
    // Its virtual machine or container is gone, and with it the need for fencing.
    markFailed(connection);
    return false;
  }
  const isNew = connection ? connection.isManaged && node.isRemoteReset !== true : node.uncleanReason === undefined;
  if (connection?.isManaged) node.isRemoteReset = true;
  // That a remote node has not been seen is no reason to fence it; what is known of it is.
  if (connection && node.uncleanReason === UNSEEN) node.uncleanReason = reason;
  else node.uncleanReason ??= reason;
  return isNew;
}

/** Nodes of which the status, or a lost ticket, says that they have to be fenced, in the order in which that showed. */
export function foundUnclean(found: { readonly nodes: readonly SchedulerNode[]; readonly history: History }): SchedulerNode[] {
  const all = new Set([...found.history.unclean, ...found.nodes]);
  return [...all].filter(({ uncleanReason, isGuest }) => uncleanReason !== undefined && uncleanReason !== UNSEEN && !isGuest);
}
