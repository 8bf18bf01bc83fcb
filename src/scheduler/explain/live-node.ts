import type { SchedulerNode } from "../cluster/node.ts";

/** True for a node that is not online, and for a guest that all hosts are lost of; that it lives in itself says nothing. */
export function isLostNode(node: SchedulerNode): boolean {
  return isGone(node, ({ isOnline }) => !isOnline, []);
}

/** True for a node whose resources can be counted on: it is online and clean, and a guest has a host that is. */
export function isLiveNode(node: SchedulerNode): boolean {
  return !isGone(node, ({ isOnline, uncleanReason }) => !isOnline || uncleanReason !== undefined, []);
}

/** True for a remote or guest node that nothing connects to now. */
export function isUnconnected({ connection }: SchedulerNode): boolean {
  return connection !== undefined && connection.activeOn.length === 0;
}

function isGone(node: SchedulerNode, isDown: (node: SchedulerNode) => boolean, trail: readonly SchedulerNode[]): boolean {
  if (isDown(node)) return true;
  const { connection } = node;
  if (connection?.launcher && isUnconnected(node) && connection.launcher.activeOn.length === 0) return true;
  const hosts = (connection?.launcher?.activeOn ?? []).filter((host) => host !== node && !trail.includes(host));
  return hosts.length > 0 && hosts.every((host) => isGone(host, isDown, [...trail, node]));
}
