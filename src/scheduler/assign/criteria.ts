import { INFINITY_SCORE } from "../../score/score.ts";
import { roundedSeconds } from "../../time/duration.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import { PROBE_MODE, type Resource } from "../cluster/resource.ts";
import { roleRank } from "../cluster/role.ts";
import type { Location } from "../constrain/location.ts";
import { effectiveFailCount, hasFailCounts, reachesThreshold } from "../unpack/history/fail-counts.ts";
import { isForgotten } from "../unpack/history/history.ts";
import type { Unpacked } from "../unpack/unpack.ts";
import type { Placement } from "./placement.ts";

/** Puts into the resources' scores what does not depend on other resources. */
export function applyCriteria(placement: Placement): void {
  const { cluster } = placement;
  for (const { id, resource } of cluster.bannedByTicket) placement.banEverywhere(resource, id);
  for (const resource of cluster.top) lockToNode(placement, resource);
  // Naming nodes as the only ones to look on counts even where the wish itself does not, for its role or for want of nodes.
  for (const { resource, probeMode } of cluster.locations) if (probeMode === PROBE_MODE.exclusive) resource.isExclusive = true;
  for (let at = cluster.locations.length - 1; at >= 0; at -= 1) {
    const location = cluster.locations[at];
    if (location) applyLocation(placement, location.resource, location, false);
  }
  for (const resource of cluster.top) applyStickiness(placement, resource);
  const hasExclusive = cluster.top.some((resource) => resource.someBelow(({ isExclusive }) => isExclusive));
  for (const node of cluster.nodes) {
    const hasFailures = hasFailCounts(node);
    if (!hasFailures && !hasExclusive) continue;
    for (const resource of cluster.top) {
      if (hasFailures) banAfterFailures(placement, resource, node);
      if (hasExclusive) banOutsideExclusive(placement, resource, node);
    }
  }
  for (const resource of cluster.top) for (const primitive of resource.primitives()) keepFromRemoteNodes(placement, primitive);
}

/** Connections and fencing devices need a cluster node; what lives in a guest needs that guest. */
function keepFromRemoteNodes(placement: Placement, resource: Resource): void {
  const { launcher, isRemoteConnection, isFenceDevice } = resource;
  if (!resource.isManaged || (!launcher && !isRemoteConnection && !isFenceDevice)) return;
  const avoid = (one: Resource, isAvoided: (node: SchedulerNode) => boolean): void => {
    for (const node of placement.cluster.nodes)
      if (one.isAllowedOn[node.index] === 1 && isAvoided(node)) placement.ban(one, node, "#remote-node");
  };
  const isRemote = (node: SchedulerNode): boolean => node.connectionId !== undefined;
  if (launcher && isRemoteConnection) {
    if (!resource.isNestingAllowed) avoid(launcher, isRemote);
  } else if (launcher) {
    const guest = launcher.isRemoteConnection ? launcher : launcher.launched.find((one) => one.isRemoteConnection);
    if (guest) avoid(resource, (node) => node.connectionId !== guest.id);
  }
  if (isRemoteConnection || isFenceDevice) avoid(resource, isRemote);
}

/** A preference reaches every instance of a clone, the first member of a group, and a bundle's containers. */
function applyLocation(placement: Placement, resource: Resource, location: Location, isMuted: boolean): void {
  if (isMuted && isUnmoved(placement, resource, location)) return;
  applyHere(placement, resource, location, isMuted);
  switch (resource.kind) {
    case "primitive":
      return;
    case "group":
      resource.children.forEach((member, at) => {
        applyLocation(placement, member, location, isMuted || (at > 0 && resource.isColocatedGroup));
      });
      return;
    case "clone":
      for (const instance of resource.children) applyLocation(placement, instance, location, isMuted);
      return;
    case "bundle":
      for (const { container, address } of resource.bundle?.replicas ?? []) {
        applyLocation(placement, container, location, isMuted);
        if (address) applyLocation(placement, address, location, isMuted);
      }
      if (resource.bundle?.inner && (location.role === "Promoted" || location.role === "Unpromoted"))
        applyLocation(placement, resource.bundle.inner, location, isMuted);
  }
}

/** True for a primitive that is in all nodes' tables already, of which a preference says nothing but that its score is nothing. */
function isUnmoved({ ledger }: Placement, { kind, isAllowedOn }: Resource, { probeMode }: Location): boolean {
  return kind === "primitive" && probeMode === PROBE_MODE.always && !ledger && !isAllowedOn.includes(0);
}

function applyHere(placement: Placement, resource: Resource, location: Location, isMuted: boolean): void {
  if (location.role !== undefined && roleRank(location.role) !== roleRank(resource.nextRole)) return;
  for (let at = 0; at < location.wishes.length; at += 1) {
    const { nodeIndex, score } = location.wishes[at] as Location["wishes"][number];
    const node = placement.cluster.nodes[nodeIndex];
    if (!node) continue;
    const value = isMuted ? 0 : score;
    if (resource.isAllowedOn[nodeIndex] !== 1) resource.setTableOn(nodeIndex, 0);
    placement.add(resource, node, value, location.id);
    if ((resource.probeModeOn[nodeIndex] ?? 0) >= location.probeMode) continue;
    if (location.probeMode === PROBE_MODE.exclusive) resource.isExclusive = true;
    resource.probeModeOn[nodeIndex] = location.probeMode;
  }
}

/** What is active in one place, and managed, likes to stay. */
function applyStickiness(placement: Placement, resource: Resource): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) applyStickiness(placement, child);
    return;
  }
  const node = resource.activeOn.length === 1 ? resource.activeOn[0] : undefined;
  if (!node || !resource.isManaged || resource.stickiness < 1) return;
  if (!placement.cluster.options.isSymmetric && resource.isAllowedOn[node.index] !== 1) return;
  placement.add(resource, node, resource.stickiness, "#stickiness");
}

/** What failed too often somewhere is banned from there; an anonymous clone as a whole. */
function banAfterFailures(placement: Placement, resource: Resource, node: SchedulerNode): void {
  if (resource.children.length > 0) {
    for (const child of resource.children) banAfterFailures(placement, child, node);
    return;
  }
  const { cluster } = placement;
  if (isForgotten(cluster.history, resource, node)) return;
  if (!hasReachedThreshold(cluster, resource, node)) return;
  placement.addBelow(resource.isUnique ? resource : resource.top, node, -INFINITY_SCORE, "#migration-threshold");
}

/** True when a resource failed so often on a node that it may not run there. */
export function hasReachedThreshold(cluster: Pick<Unpacked, "cib" | "nowEpochSeconds">, resource: Resource, node: SchedulerNode): boolean {
  return reachesThreshold(resource, () => effectiveFailCount(resource, node, cluster));
}

function banOutsideExclusive(placement: Placement, resource: Resource, node: SchedulerNode): void {
  if (!resource.isExclusive && !resource.top.isExclusive) return;
  for (const child of resource.children) banOutsideExclusive(placement, child, node);
  if (resource.isAllowedOn[node.index] === 1 && resource.probeModeOn[node.index] !== PROBE_MODE.exclusive)
    placement.ban(resource, node, "#exclusive-discovery");
}

/** A resource whose only node shuts down cleanly waits for it. Source: Pacemaker Explained, "shutdown-lock". */
function lockToNode(placement: Placement, resource: Resource): void {
  const { options, nodes, nowEpochSeconds, onTurn } = placement.cluster;
  if (!options.isShutdownLocked || resource.kind === "clone" || resource.kind === "bundle") return;
  for (const child of resource.children) lockToNode(placement, child);
  if (resource.kind === "group" || resource.isFenceDevice || resource.isRemoteConnection) return;
  const [node, ...others] = resource.activeOn;
  if (resource.lockNode) {
    if (node) {
      resource.forgottenOn.add(resource.lockNode.index);
      resource.unlockedFrom = resource.lockNode;
      resource.lockNode = undefined;
    }
  } else if (node && others.length === 0 && node.isShuttingDown && node.uncleanReason === undefined) {
    resource.lockNode = node;
    resource.lockEpochSeconds = Number.parseInt(node.attributes.get("shutdown") ?? "", 10) || nowEpochSeconds;
  }
  if (!resource.lockNode) return;
  if (options.shutdownLockLimitMs > 0) onTurn(resource.lockEpochSeconds + roundedSeconds(options.shutdownLockLimitMs) + 1);
  for (const other of nodes) if (other !== resource.lockNode) placement.add(resource, other, -INFINITY_SCORE, "#shutdown-lock");
}
