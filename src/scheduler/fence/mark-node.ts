import type { Plan } from "../act/plan.ts";
import type { SchedulerNode } from "../node.ts";
import { fenceNode } from "../unpack/fence-node.ts";

/**
 * True when the cluster is able and allowed to fence a node. A guest is fenced by stopping what it lives in, which takes a
 * host that is online or can be fenced itself. Source: Pacemaker, conditions of fencing.
 */
export function canFence(plan: Plan, node: SchedulerNode): boolean {
  const { options, hasFenceDevice } = plan.cluster;
  const launcher = plan.launcherOf(node);
  if (launcher) return launcher.activeOn.every((host) => host.isOnline || canFence(plan, host));
  if (!options.isFencingEnabled || !hasFenceDevice) return false;
  if (options.hasQuorum || options.noQuorumPolicy === "ignore") return true;
  if (!node.isOnline) return false;
  const connection = plan.connectionOf(node);
  if (!connection || options.fencesRemoteWithoutQuorum) return true;
  // A node that is offline for us may be in the partition that has quorum, and the connection with it.
  return plan.cluster.nodes.every((host) => connection.isAllowedOn[host.index] !== 1 || host.isOnline);
}

/** Marks a node as one that has to be fenced; a guest by marking what it lives in as failed. */
export function markForFencing(plan: Plan, node: SchedulerNode, reason: string): void {
  fenceNode(node, reason, { connectionOf: (other) => plan.connectionOf(other) });
}
