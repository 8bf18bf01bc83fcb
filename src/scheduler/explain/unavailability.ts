import { isAvailable, type SchedulerNode, UNSEEN } from "../cluster/node.ts";

/** Why a node takes nothing; undefined when it does. */
export function unavailability(node: SchedulerNode): string | undefined {
  if (isAvailable(node)) return undefined;
  if (node.uncleanReason === UNSEEN) return "unclean: nothing was seen of it since the cluster started";
  return node.uncleanReason === undefined ? stateOfNode(node) : `unclean: ${node.uncleanReason}`;
}

/** The state a node is in that takes nothing, in a word or two: "in standby". */
export function stateOfNode(node: SchedulerNode): string {
  if (node.uncleanReason !== undefined) return "unclean";
  if (!node.isOnline) return "offline";
  // Until it has joined it counts as in standby, too.
  if (node.isPending) return "not joined yet";
  if (node.isStandby) return node.isStandbyOnFail ? "in standby after a failure (on-fail)" : "in standby";
  if (node.isMaintenance) return "in maintenance";
  return "shutting down";
}
