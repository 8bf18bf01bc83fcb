import { hashOrder } from "../../base/hash-order.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { Shortage } from "../cluster/ledger.ts";
import { isAvailable, type SchedulerNode } from "../cluster/node.ts";

import type { Resource } from "../cluster/resource.ts";
import { affectedBy } from "./apply-colocation.ts";
import { compareCapacity } from "./node-order.ts";
import type { Placement } from "./placement.ts";

/**
 * Bans nodes that cannot hold a resource together with everything that has to be with it; when no node can hold all,
 * those too small for the resource alone, and the node with most room is returned.
 * Source: Pacemaker Explained, "Utilization and Placement Strategy".
 */
export function banTooSmall(placement: Placement, resource: Resource): SchedulerNode | undefined {
  const { nodes, options } = placement.cluster;
  if (options.placementStrategy === "default") return undefined;
  const together: Resource[] = [];
  collectTogether(placement, resource, resource, together);
  if (!together.includes(resource)) together.push(resource);
  const needed = new Map<string, number>();
  for (const one of together) addNeeds(one, together, needed);
  const usable = nodes.filter(
    (node) => resource.isAllowedOn[node.index] === 1 && (resource.scores[node.index] ?? 0) >= 0 && isAvailable(node),
  );
  const isEnough = usable.some((node) => canHold(node, needed));
  const demand = isEnough ? needed : resource.utilization;
  const roomiest = isEnough ? undefined : roomiestOf(placement, resource, usable);
  for (const node of usable) {
    if (canHold(node, demand)) continue;
    placement.add(
      resource,
      node,
      -INFINITY_SCORE,
      "#utilization",
      placement.ledger && shortage(node, demand, isEnough ? together : [resource]),
    );
  }
  return roomiest;
}

/**
 * The node with most room; of those with as much the first in the order of the resource's table, which is that of a hash
 * of the node's id: no order at all for users, but one that Pacemaker's decisions depend on.
 */
function roomiestOf(placement: Placement, resource: Resource, usable: readonly SchedulerNode[]): SchedulerNode | undefined {
  const byId = new Map(usable.map((node) => [node.id, node]));
  const allowed = placement.cluster.nodes.filter((node) => resource.isAllowedOn[node.index] === 1);
  let roomiest: SchedulerNode | undefined;
  for (const id of hashOrder(allowed.map((node) => node.id))) {
    const node = byId.get(id);
    if (node && (!roomiest || compareCapacity(node, roomiest) < 0)) roomiest = node;
  }
  if (placement.ledger) noteHiddenShortages(placement, resource);
  return roomiest;
}

/** Nodes that are forbidden already would be so for want of room too. */
function noteHiddenShortages({ cluster, ledger }: Placement, resource: Resource): void {
  for (const node of cluster.nodes) {
    if (resource.isAllowedOn[node.index] !== 1 || !isAvailable(node)) continue;
    if ((resource.scores[node.index] ?? 0) > -INFINITY_SCORE || canHold(node, resource.utilization)) continue;
    ledger?.vetoed(resource, node, "#utilization", shortage(node, resource.utilization, [resource]));
  }
}

function canHold(node: SchedulerNode, needed: ReadonlyMap<string, number>): boolean {
  for (const [name, amount] of needed) if (amount > (node.capacity.get(name) ?? 0)) return false;
  return true;
}

function shortage(node: SchedulerNode, demand: ReadonlyMap<string, number>, together: readonly Resource[]): Shortage {
  const needed = [...demand].map(([name, amount]) => ({ name, amount, left: node.capacity.get(name) ?? 0 }));
  const demanding = together.filter((one) => one.kind === "primitive" && !one.isAssigned && one.utilization.size > 0);
  return { needed: needed.filter(({ amount, left }) => amount > left), together: demanding.map((one) => one.id) };
}

/** Everything that has to be where a resource is, itself included. */
function collectTogether(placement: Placement, resource: Resource, asked: Resource, out: Resource[]): void {
  if (resource.kind === "group" && (resource.isColocatedGroup || resource.parent?.kind === "clone")) {
    out.unshift(resource);
    for (const member of resource.children) collectTogether(placement, member, asked, out);
    return;
  }
  if (out.includes(resource)) return;
  out.unshift(resource);
  for (const colocation of placement.lists.thisWith(resource)) {
    const { primary } = colocation;
    if (primary === asked || colocation.score !== INFINITY_SCORE) continue;
    if (affectedBy(resource, primary, colocation, true) === "location") collectTogether(placement, primary, asked, out);
  }
  for (const colocation of placement.lists.withThis(resource)) {
    const { dependent } = colocation;
    if (dependent === asked || colocation.score !== INFINITY_SCORE) continue;
    if (resource.kind === "clone" && dependent.kind !== "clone") continue;
    if (affectedBy(dependent, resource, colocation, true) === "location") collectTogether(placement, dependent, asked, out);
  }
}

/** Adds what a resource needs that has no place yet; of a clone that is not itself among them, one instance. */
function addNeeds(resource: Resource, together: readonly Resource[], needed: Map<string, number>): void {
  if (resource.isAssigned) return;
  switch (resource.kind) {
    case "primitive":
      for (const [name, amount] of resource.utilization) needed.set(name, (needed.get(name) ?? 0) + amount);
      return;
    case "group": {
      const isWhole = resource.isColocatedGroup || resource.parent?.kind === "clone";
      for (const member of isWhole ? resource.children : resource.children.slice(0, 1))
        if (!member.isAssigned && !together.includes(member)) addNeeds(member, together, needed);
      return;
    }
    case "clone": {
      let isCovered = false;
      for (const instance of resource.children) {
        if (together.includes(instance)) isCovered = true;
        else if (instance.children.some((member) => together.includes(member))) {
          addNeeds(instance, together, needed);
          isCovered = true;
        }
      }
      const [first] = resource.children;
      if (!isCovered && first) addNeeds(first, together, needed);
      return;
    }
    case "bundle": {
      const container = resource.bundle?.replicas[0]?.container;
      if (container) addNeeds(container, together, needed);
    }
  }
}
