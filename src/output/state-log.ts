import { isAnyManaged, needsFencing } from "../scheduler/fence/needs-fencing.ts";
import { canFence, type SchedulerNode } from "../scheduler/node.ts";
import type { MultipleActive, Resource } from "../scheduler/resource.ts";
import { primitivesOf } from "../scheduler/resource-state.ts";
import { countedFailures, hasFailCounts, reachesThreshold } from "../scheduler/unpack/fail-counts.ts";
import { isForgotten } from "../scheduler/unpack/history.ts";
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
  const primitives = primitivesOf(unpacked.top);
  log.push(...failedTooOften(unpacked, primitives));
  for (const resource of primitives) log.push(...tooActive(resource));
  const hasManaged = isAnyManaged(unpacked.top);
  for (const node of unpacked.nodes) {
    const isGuest = node.connection?.launcher !== undefined;
    if (!isGuest && needsFencing(unpacked, node, hasManaged))
      log.push(warning("schedule_fencing", `Scheduling node ${node.name} for fencing`));
  }
  return log;
}

function failedTooOften(unpacked: Unpacked, primitives: readonly Resource[]): LogEntry[] {
  return unpacked.nodes.filter(hasFailCounts).flatMap((node) =>
    primitives.flatMap((resource): LogEntry[] => {
      const count = (): number => countedFailures(resource, node, unpacked).count;
      if (isForgotten(unpacked.history, resource, node) || !reachesThreshold(resource, count)) return [];
      const what = `${resource.isUnique ? resource.id : resource.top.id} cannot run on ${node.name} due to reaching migration threshold`;
      const text = `${what} (clean up resource to allow again) | failures=${count()} migration-threshold=${resource.migrationThreshold}`;
      return [warning("pcmk__threshold_reached", text)];
    }),
  );
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
