import { mergeSort } from "../../base/merge-sort.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Replica, Resource } from "../cluster/resource.ts";
import type { Colocation } from "../constrain/colocation.ts";
import { hasReachedThreshold } from "./criteria.ts";
import { instanceOrder } from "./instance-order.ts";
import { assignInstances } from "./instances.ts";
import type { Placement } from "./placement.ts";

/** Assigns the containers of a bundle, then the address, connection and inner instance of each, then the inner clone. */
export function assignBundle(placement: Placement, bundle: Resource, preferred: SchedulerNode | undefined, isFinal: boolean): undefined {
  const settings = bundle.bundle;
  // What its containers are to be with may ask for the bundle again; a second round would forget how many each node has.
  if (!settings || bundle.isBeingAssigned) return undefined;
  bundle.isBeingAssigned = true;
  placement.note(bundle, "bundle");
  const containers = mergeSort(bundle.instances, instanceOrder(placement));
  assignInstances(placement, bundle, containers, settings.replicas.length, settings.perNode);
  for (const replica of settings.replicas) assignReplica(placement, replica, preferred, isFinal);
  const { inner } = settings;
  if (inner) {
    for (const node of placement.cluster.nodes) {
      if (inner.isAllowedOn[node.index] !== 1) continue;
      const isOwn = settings.replicas.some((replica) => replica.node === node);
      inner.setScore(node.index, isOwn ? 0 : -INFINITY_SCORE);
    }
    placement.ledger?.changed(inner, "#bundle");
    placement.assign(inner, preferred, isFinal);
  }
  bundle.isBeingAssigned = false;
  bundle.isAssigned = true;
  return undefined;
}

function assignReplica(placement: Placement, replica: Replica, preferred: SchedulerNode | undefined, isFinal: boolean): void {
  const { address, connection, container, child, node } = replica;
  if (address) placement.assign(address, preferred, isFinal);
  const host = container.assigned;
  if (connection) {
    if (host?.connectionId !== undefined) withHostConnection(placement, connection, host);
    placement.assign(connection, preferred, isFinal);
  }
  if (!child?.parent || !node) return;
  for (const other of placement.cluster.nodes) {
    if (child.isAllowedOn[other.index] !== 1) continue;
    if (other !== node) child.setScore(other.index, -INFINITY_SCORE);
    else if (!hasReachedThreshold(placement.cluster, child, node)) child.setScore(node.index, INFINITY_SCORE);
  }
  placement.ledger?.changed(child, "#bundle");
  // The collection may itself be waiting for this bundle; then it goes on waiting.
  const wasBeingAssigned = child.parent.isBeingAssigned;
  child.parent.isBeingAssigned = true;
  placement.assign(child, node, isFinal);
  child.parent.isBeingAssigned = wasBeingAssigned;
}

/** The connection into a container on a remote or guest node goes the way of the connection to that node, which is one alone. */
function withHostConnection(placement: Placement, connection: Resource, host: SchedulerNode): void {
  const primary = placement.cluster.resources.byId.get(host.connectionId ?? "");
  if (!primary) return;
  const colocation: Colocation = {
    id: "#replica-remote-with-host-remote",
    dependent: connection,
    primary,
    score: INFINITY_SCORE,
    attribute: "#uname",
    isInfluential: true,
    isExplicit: false,
    dependentRole: undefined,
    primaryRole: undefined,
  };
  placement.addColocation(colocation);
}
