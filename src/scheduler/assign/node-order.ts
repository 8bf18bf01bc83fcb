import { hashOrder } from "../../base/hash-order.ts";
import { mergeSort } from "../../base/merge-sort.ts";
import { compareBytes } from "../../base/names.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import { isAvailable, type SchedulerNode } from "../cluster/node.ts";
import type { PlacementStrategy } from "../cluster/options.ts";
import type { Resource } from "../cluster/resource.ts";

/** Nodes a resource may consider, best first: score, free capacity, how many resources are there, the current one, name. */
export function orderedNodes(
  nodes: readonly SchedulerNode[],
  resource: Resource,
  current: SchedulerNode | undefined,
  strategy: PlacementStrategy,
): SchedulerNode[] {
  const score = (node: SchedulerNode): number => (isAvailable(node) ? (resource.scores[node.index] ?? 0) : -INFINITY_SCORE);
  const allowed = nodes.filter((node) => resource.isAllowedOn[node.index] === 1);
  const unsorted = strategy === "balanced" ? tableOrder(allowed) : allowed;
  return mergeSort(unsorted, (a, b) => score(b) - score(a) || compareEqual(a, b, current, strategy));
}

/** As Pacemaker lists the nodes of a resource's table before it sorts them, which matters when the order is none. */
function tableOrder(nodes: readonly SchedulerNode[]): SchedulerNode[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ids = hashOrder(byId.keys()).reverse();
  return ids.map((id) => byId.get(id)).filter((node) => node !== undefined);
}

/** The first of the ordered nodes. */
export function bestNode(
  nodes: readonly SchedulerNode[],
  resource: Resource,
  current: SchedulerNode | undefined,
  strategy: PlacementStrategy,
): SchedulerNode | undefined {
  // Which node has more room is no order: of three nodes each may have more than the next.
  if (strategy === "balanced") return orderedNodes(nodes, resource, current, strategy)[0];
  return bestUsable(nodes, resource, current, strategy) ?? bestOfAll(nodes, resource, current, strategy);
}

/** The first of those that can take the resource, which come before all others. */
function bestUsable(
  nodes: readonly SchedulerNode[],
  { scores, isAllowedOn }: Resource,
  current: SchedulerNode | undefined,
  strategy: PlacementStrategy,
): SchedulerNode | undefined {
  let best: SchedulerNode | undefined;
  let bestScore = 0;
  for (let at = 0; at < scores.length; at += 1) {
    const score = scores[at] as number;
    // Most are worse, or banned.
    if (score < bestScore || isAllowedOn[at] !== 1) continue;
    const node = nodes[at] as SchedulerNode;
    if (!isAvailable(node) || (best && score === bestScore && compareEqual(node, best, current, strategy) >= 0)) continue;
    best = node;
    bestScore = score;
  }
  return best;
}

function bestOfAll(
  nodes: readonly SchedulerNode[],
  resource: Resource,
  current: SchedulerNode | undefined,
  strategy: PlacementStrategy,
): SchedulerNode | undefined {
  let best: SchedulerNode | undefined;
  let bestScore = 0;
  for (const node of nodes) {
    if (resource.isAllowedOn[node.index] !== 1) continue;
    const score = isAvailable(node) ? (resource.scores[node.index] ?? 0) : -INFINITY_SCORE;
    if (best && (score < bestScore || (score === bestScore && compareEqual(node, best, current, strategy) >= 0))) continue;
    best = node;
    bestScore = score;
  }
  return best;
}

/** Order of nodes for no resource in particular. */
export function orderedByUse(nodes: readonly SchedulerNode[], strategy: PlacementStrategy): SchedulerNode[] {
  const score = (node: SchedulerNode): number => (isAvailable(node) ? node.baseScore : -INFINITY_SCORE);
  return mergeSort(nodes, (a, b) => score(b) - score(a) || compareEqual(a, b, undefined, strategy));
}

function compareEqual(a: SchedulerNode, b: SchedulerNode, current: SchedulerNode | undefined, strategy: PlacementStrategy): number {
  if (strategy === "minimal") return compareBytes(a.name, b.name);
  return (
    (strategy === "balanced" ? compareCapacity(a, b) : 0) ||
    a.assignedCount - b.assignedCount ||
    Number(b === current) - Number(a === current) ||
    compareBytes(a.name, b.name)
  );
}

/** Negative when the first node has more left in more attributes than the second one. */
export function compareCapacity(a: SchedulerNode, b: SchedulerNode): number {
  let result = 0;
  for (const name of new Set([...a.capacity.keys(), ...b.capacity.keys()]))
    result += Math.sign((b.capacity.get(name) ?? 0) - (a.capacity.get(name) ?? 0));
  return result;
}
