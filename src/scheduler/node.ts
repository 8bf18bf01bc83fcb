import type { ClusterOptions } from "./options.ts";

/** A cluster node as the scheduler sees it. */
export interface SchedulerNode {
  /** Place in the list of nodes, which is sorted by name, digit runs by value. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** It has a state entry in the status. */
  readonly isSeen: boolean;
  readonly isOnline: boolean;
  readonly isPending: boolean;
  readonly isShuttingDown: boolean;
  readonly isMaintenance: boolean;
  readonly isDc: boolean;
  /** It lives in a resource of the cluster. */
  readonly isGuest: boolean;
  isStandby: boolean;
  /** Why the node must be fenced; undefined for a clean one. */
  uncleanReason: string | undefined;
  /** Resources assigned so far, for the choice among equals. */
  assignedCount: number;
}

/** True when the node may get resources. */
export function isAvailable(node: SchedulerNode): boolean {
  return (
    node.isOnline && !node.isShuttingDown && node.uncleanReason === undefined && !node.isStandby && !node.isMaintenance && !node.isPending
  );
}

/** True when the cluster is able and allowed to fence the node. */
export function canFence(cluster: { readonly options: ClusterOptions; readonly hasFenceDevice: boolean }, node: SchedulerNode): boolean {
  const { options, hasFenceDevice } = cluster;
  if (!options.isFencingEnabled || !hasFenceDevice) return false;
  return options.hasQuorum || options.noQuorumPolicy === "ignore" || node.isOnline;
}
