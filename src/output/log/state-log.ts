import { canFence, type SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { MultipleActive, Resource } from "../../scheduler/cluster/resource.ts";
import { primitivesOf } from "../../scheduler/cluster/resource-state.ts";
import { countedFailures, hasFailCounts, reachesThreshold } from "../../scheduler/unpack/history/fail-counts.ts";
import { isForgotten } from "../../scheduler/unpack/history/history.ts";
import { QUORUM_LOST } from "../../scheduler/unpack/history/node-state.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import type { XmlElement } from "../../xml/element.ts";
import { type LogEntry, notice, warning } from "../text/log-entry.ts";

const RECOVERY: Readonly<Record<MultipleActive, string>> = {
  stop_start: "attempting recovery",
  stop_only: "shutting it down",
  block: "waiting for an administrator",
  stop_unexpected: "stopping unexpected instances",
};

/** What is said of nodes that cannot be trusted by their own state. Source: Pacemaker 3.0.2's log. */
export function stateLog(unpacked: Unpacked): LogEntry[] {
  const { nodes, history } = unpacked;
  const byHistory = new Set(history.notes.flatMap((note) => (note.kind === "fencing" ? [note.node] : [])));
  return nodes.flatMap((node): LogEntry[] => {
    const { name, uncleanReason, isSeen, connectionId } = node;
    if (uncleanReason === undefined || !isSeen || connectionId !== undefined || byHistory.has(node)) return [];
    const marked = fencingEntry(unpacked, node, uncleanReason, undefined);
    return uncleanReason === QUORUM_LOST ? [marked] : [marked, warning("determine_online_status", `${name} is unclean`)];
  });
}

/** What is said of states of nodes that are configured no more: nothing is made of them. */
export function removedNodesLog(cib: XmlElement, nodes: readonly SchedulerNode[]): LogEntry[] {
  const known = new Set(nodes.flatMap(({ id, name }) => [id.toLowerCase(), name.toLowerCase()]));
  const isKnown = (word: string | undefined): boolean => word !== undefined && known.has(word.toLowerCase());
  const states = cib.child("status")?.childrenNamed("node_state") ?? [];
  const removed = states.filter((state) => state.id !== undefined && !isKnown(state.id) && !isKnown(state.get("uname")));
  return removed.map((state) => {
    const text = `Ignoring recorded state for removed node with name ${state.get("uname") ?? "unknown"} and id ${state.id}`;
    return notice("unpack_node_state", text);
  });
}

/** What is said of a node that has to be fenced; one that lives in `launcher` by that one's recovery. */
export function fencingEntry(
  cluster: Pick<Unpacked, "options" | "hasFenceDevice" | "nodes">,
  node: SchedulerNode,
  reason: string,
  launcher: Resource | undefined,
): LogEntry {
  const kind = node.connectionId === undefined ? "Cluster" : "Remote";
  const fate = launcher
    ? `Guest node ${node.name} will be fenced (by recovering its guest resource ${launcher.id})`
    : `${kind} node ${node.name} ${canFence(cluster, node) ? "will be fenced" : "is unclean"}`;
  return warning("pe_fence_node", `${fate}: ${reason}`);
}

/** What is said of resources when a plan is made: which are active too often, or may not come back to a node. */
export function resourceLog(unpacked: Unpacked): LogEntry[] {
  const log: LogEntry[] = [];
  const primitives = primitivesOf(unpacked.top);
  log.push(...failedTooOften(unpacked, primitives));
  for (const resource of primitives) log.push(...tooActive(resource));
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
  const { activeOn, agentClass, id, multipleActive, requires, ownBundle, isPromotable } = resource;
  if (resource.partialMigrationTarget !== undefined) return [];
  const isClean = (node: SchedulerNode): boolean => node.isOnline && node.uncleanReason === undefined;
  const counted = requires === "fencing" ? activeOn.length : activeOn.filter(isClean).length;
  if (counted <= 1) return [];
  const text = `${agentClass} resource ${id} might be active on ${activeOn.length} nodes (${RECOVERY[multipleActive]})`;
  const entry: LogEntry = { source: "pcmk__primitive_create_actions", severity: "error", text };
  // Pacemaker looks twice at the actions of what can be promoted and of containers.
  const isContainer = ownBundle?.bundle?.replicas.some(({ container }) => container === resource) === true;
  return isPromotable || isContainer ? [entry, { ...entry }] : [entry];
}
