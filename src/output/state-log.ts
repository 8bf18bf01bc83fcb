import { canFence, type SchedulerNode } from "../scheduler/node.ts";
import type { MultipleActive, Resource } from "../scheduler/resource.ts";
import { countedFailures, hasFailCounts } from "../scheduler/unpack/fail-counts.ts";
import type { Unpacked } from "../scheduler/unpack/unpack.ts";
import type { LogEntry } from "./log-entry.ts";

const RECOVERY: Readonly<Record<MultipleActive, string>> = {
  stop_start: "attempting recovery",
  stop_only: "shutting it down",
  block: "waiting for an administrator",
  stop_unexpected: "stopping unexpected instances",
};

/** What is said of nodes that cannot be trusted. Source: Pacemaker 3.0.2's log. */
export function nodeLog(unpacked: Unpacked): LogEntry[] {
  return unpacked.nodes.flatMap((node): LogEntry[] => {
    if (node.uncleanReason === undefined || !node.isSeen) return [];
    const isRemote = node.connectionId !== undefined;
    const fate = `${isRemote ? "Remote" : "Cluster"} node ${node.name} ${canFence(unpacked, node) ? "will be fenced" : "is unclean"}`;
    const marked = warning("pe_fence_node", `${fate}: ${node.uncleanReason}`);
    return isRemote ? [marked] : [marked, warning("determine_online_status", `${node.name} is unclean`)];
  });
}

/** What is said of resources when a plan is made: which are active too often, or may not come back to a node. */
export function resourceLog(unpacked: Unpacked): LogEntry[] {
  const { options } = unpacked;
  const log: LogEntry[] = [];
  if (!options.hasQuorum && options.noQuorumPolicy !== "ignore")
    log.push(warning("pcmk__schedule_actions", "Fencing and resource management disabled due to lack of quorum"));
  log.push(...failedTooOften(unpacked));
  for (const resource of unpacked.top.flatMap((top) => top.primitives())) log.push(...tooActive(resource));
  for (const node of unpacked.nodes)
    if (isGoingToBeFenced(unpacked, node)) log.push(warning("schedule_fencing", `Scheduling node ${node.name} for fencing`));
  return log;
}

/** True for an unclean node, no guest, that can be fenced; where nothing is managed, nobody is. */
export function isGoingToBeFenced(unpacked: Unpacked, node: SchedulerNode): boolean {
  if (node.uncleanReason === undefined || node.connection?.launcher !== undefined || !canFence(unpacked, node)) return false;
  return unpacked.top.some((top) => top.someBelow((resource) => resource.isManaged));
}

function failedTooOften(unpacked: Unpacked): LogEntry[] {
  const primitives = unpacked.top.flatMap((top) => top.primitives());
  return unpacked.nodes.filter(hasFailCounts).flatMap((node) => {
    const isForgotten = (resource: Resource): boolean =>
      unpacked.history.expired.some((cleared) => cleared.resource === resource && cleared.node === node);
    return primitives.flatMap((resource): LogEntry[] => {
      const { migrationThreshold: threshold, isFailureIgnored } = resource;
      if (threshold === 0 || isFailureIgnored || isForgotten(resource)) return [];
      const { count } = countedFailures(resource, node, unpacked);
      if (count === 0 || count < threshold) return [];
      const what = `${resource.isUnique ? resource.id : resource.top.id} cannot run on ${node.name} due to reaching migration threshold`;
      const text = `${what} (clean up resource to allow again) | failures=${count} migration-threshold=${threshold}`;
      return [warning("pcmk__threshold_reached", text)];
    });
  });
}

function tooActive(resource: Resource): LogEntry[] {
  const { activeOn, agentClass, id, multipleActive, requires } = resource;
  if (resource.partialMigrationTarget !== undefined || !resource.isManaged) return [];
  const isClean = (node: SchedulerNode): boolean => node.isOnline && node.uncleanReason === undefined;
  const counted = requires === "fencing" ? activeOn.length : activeOn.filter(isClean).length;
  if (counted <= 1) return [];
  const text = `${agentClass} resource ${id} might be active on ${activeOn.length} nodes (${RECOVERY[multipleActive]})`;
  return [{ source: "pcmk__primitive_create_actions", severity: "error", text }];
}

function warning(source: string, text: string): LogEntry {
  return { source, severity: "warning", text };
}
