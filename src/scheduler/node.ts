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
  isOnline: boolean;
  readonly isPending: boolean;
  readonly isShuttingDown: boolean;
  readonly isMaintenance: boolean;
  readonly isDc: boolean;
  /** It lives in a resource of the cluster. */
  readonly isGuest: boolean;
  /** Id of the resource that is the connection to this remote or guest node. */
  readonly connectionId?: string;
  /** A guest whose virtual machine or container is going to be restarted, or a remote node to be fenced. */
  isRemoteReset?: boolean;
  /** A remote node that has been fenced since its connection failed. */
  isRemoteFenced?: boolean;
  /** What the executor of a remote node was last told about maintenance. */
  isKnownInMaintenance?: boolean;
  /** `resource-discovery-enabled` is off for this remote or guest node. */
  isDiscoveryDisabled?: boolean;
  /** Sum of the priorities of what runs there. */
  priority?: number;
  /** Fencing it takes the priority delay. */
  isDelayedByPriority?: boolean;
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
