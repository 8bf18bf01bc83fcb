import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { activeNode } from "../cluster/resource-state.ts";
import type { Plan } from "../plan/plan.ts";

/** What can be said of a remote node by its connection. */
export type RemoteState = "unknown" | "alive" | "resting" | "failed" | "stopped";

/** Judges a remote node by the connection to it: where that is, and where it will be. */
export function remoteState(node: SchedulerNode, connection: Resource): RemoteState {
  const { node: host } = activeNode(connection);
  if (connection.nextRole === "Stopped" || !connection.assigned) {
    if (host && host.uncleanReason !== undefined) return "failed";
    if (!connection.isFailed) return "stopped";
    // Whether the connection can come back is known when the time to try it again has come.
    const isWaiting = connection.nextRole === "Stopped" && connection.remoteReconnectMs > 0;
    return isWaiting && node.isRemoteFenced && !isShutdownRequested(node) ? "unknown" : "failed";
  }
  if (!host) return "unknown";
  if (host.uncleanReason !== undefined || !host.isOnline) return "resting";
  if (connection.activeOn.length > 1 && connection.partialMigrationSource && connection.partialMigrationTarget) return "resting";
  return "alive";
}

/** True for a remote node (no guest) whose connection cannot be brought back. */
export function isFailedRemote(plan: Plan, node: SchedulerNode): boolean {
  const connection = plan.connectionOf(node);
  return connection !== undefined && !connection.launcher && remoteState(node, connection) === "failed";
}

function isShutdownRequested(node: SchedulerNode): boolean {
  const shutdown = node.attributes.get("shutdown");
  return shutdown !== undefined && shutdown !== "0";
}
