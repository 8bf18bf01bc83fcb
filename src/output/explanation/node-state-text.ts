import { enumeration } from "../../base/enumeration.ts";
import { canFence, type SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { PlacementAccount } from "../../scheduler/explain/placement-account.ts";
import { stateOfNode } from "../../scheduler/explain/unavailability.ts";

/** Nodes by the state they are in: "n1 offline, n2 in standby"; numbers of many. */
export function nodeStatesText(nodes: readonly SchedulerNode[]): string {
  const byState = new Map<string, string[]>();
  for (const node of nodes) {
    const state = stateOfNode(node);
    byState.set(state, [...(byState.get(state) ?? []), node.name]);
  }
  return [...byState].map(([state, names]) => `${names.length > 3 ? `${names.length} nodes` : enumeration(names)} ${state}`).join(", ");
}

/** Why an unclean node is not fenced; empty when it can be. */
export function whyNotFenced(node: SchedulerNode, cluster: PlacementAccount["cluster"]): string {
  if (canFence(cluster, node)) return "";
  if (!cluster.options.isFencingEnabled) return "fencing is disabled";
  if (!cluster.hasFenceDevice) return "there is no fencing device";
  return cluster.options.hasQuorum ? "" : "without quorum no node is fenced";
}
