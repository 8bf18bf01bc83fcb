import type { Amounts } from "./amounts.ts";
import type { ByNode } from "./node-scores.ts";
import type { ClusterOptions } from "./options.ts";

/** Why a node that was never seen is unclean. */
export const UNSEEN = "node is unclean";

/** What a node has to know of the resource that connects to it, or of what it lives in. */
export interface NodeConnection {
  readonly id: string;
  readonly launcher: NodeConnection | undefined;
  /** The bundle it belongs to. */
  readonly ownBundle: NodeConnection | undefined;
  readonly activeOn: readonly SchedulerNode[];
  readonly assigned: SchedulerNode | undefined;
  readonly isAllowedOn: ByNode<Uint8Array>;
}

/** A cluster node, or a remote or guest node, as the scheduler sees it. */
export interface SchedulerNode {
  /** Place in the list of nodes, which is sorted by name, digit runs by value. */
  readonly index: number;
  readonly id: string;
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  /** It has a state entry in the status. */
  isSeen: boolean;
  isOnline: boolean;
  readonly isPending: boolean;
  isShuttingDown: boolean;
  readonly isMaintenance: boolean;
  /** Its state says that it is to be a member, and it was not asked to leave. */
  readonly isExpectedUp?: boolean;
  readonly isDc: boolean;
  /** It is a remote or guest node, be there a connection to it or not. */
  readonly isRemote?: boolean;
  /** It lives in a resource of the cluster. */
  readonly isGuest: boolean;
  /** Score it starts with in each resource's table: what is configured, -INFINITY when nothing can run there. */
  baseScore: number;
  /** What is left of its capacity, by name of the utilization attribute. */
  readonly capacity: Amounts;
  /** The resource that connects to it; set on remote and guest nodes once the resources are known. */
  connection?: NodeConnection;
  /** It is the inside of a container of a bundle. */
  readonly isBundleNode?: boolean;
  /** Parts of its own bundle that were read before it was known what this configured node is: to them it is like any other. */
  readonly ordinaryTo?: ReadonlySet<object>;
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
  /** Primitives that are active there, in the order in which they were found to be. */
  readonly active: { readonly id: string }[];
  /** Sum of the priorities of what runs there. */
  priority?: number;
  /** Fencing it takes the priority delay. */
  isDelayedByPriority?: boolean;
  isStandby: boolean;
  /** A failure is answered by standby. */
  isStandbyOnFail?: boolean;
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

/** True when what the node lives in, if it lives in anything, has a place. */
export function hasHost(node: SchedulerNode): boolean {
  const launcher = node.connection?.launcher;
  return launcher === undefined || launcher.assigned !== undefined;
}

/** What fencing depends on. */
interface FencingCluster {
  readonly options: ClusterOptions;
  readonly hasFenceDevice: boolean;
  readonly nodes: readonly SchedulerNode[];
}

/**
 * True when the cluster is able and allowed to fence a node. A guest is fenced by stopping what it lives in, which takes a
 * host that is online or can be fenced itself; guests that live in each other have none. Source: Pacemaker, conditions of
 * fencing.
 */
export function canFence(cluster: FencingCluster, node: SchedulerNode): boolean {
  if (!node.connection?.launcher) return canFenceHost(cluster, node);
  const [trail, done] = [new Set<SchedulerNode>(), new Set<SchedulerNode>()];
  const pending: { readonly node: SchedulerNode; readonly isLeft: boolean }[] = [{ node, isLeft: false }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    if (next.isLeft) {
      trail.delete(next.node);
      done.add(next.node);
      continue;
    }
    if (done.has(next.node)) continue;
    if (trail.has(next.node)) return false;
    const launcher = next.node.connection?.launcher;
    if (!launcher) {
      if (!canFenceHost(cluster, next.node)) return false;
      continue;
    }
    trail.add(next.node);
    pending.push({ node: next.node, isLeft: true });
    for (const host of launcher.activeOn) if (!host.isOnline) pending.push({ node: host, isLeft: false });
  }
  return true;
}

/** The same for a node that lives in nothing. */
function canFenceHost({ options, hasFenceDevice, nodes }: FencingCluster, { isOnline, connection }: SchedulerNode): boolean {
  if (!options.isFencingEnabled || !hasFenceDevice) return false;
  if (options.hasQuorum || options.noQuorumPolicy === "ignore") return true;
  if (!isOnline) return false;
  if (!connection || options.fencesRemoteWithoutQuorum) return true;
  // A node that is offline for us may be in the partition that has quorum, and the connection with it.
  return nodes.every((host) => connection.isAllowedOn[host.index] !== 1 || host.isOnline);
}
