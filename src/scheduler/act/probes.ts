import { OCF } from "../../model/exit-code.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import { NodeSet } from "../cluster/node-set.ts";
import { PROBE_MODE, type Replica, type Resource } from "../cluster/resource.ts";
import { ACTION } from "../plan/action.ts";
import { orderAfterUnfencing } from "../plan/fence-action.ts";
import { resourceAction } from "../plan/make-action.ts";
import { markForFencing } from "../plan/mark-node.ts";
import { Operation } from "../plan/order-requests.ts";
import type { Plan } from "../plan/plan.ts";
import { RELATION } from "../plan/relation.ts";
import { isFailedRemote } from "./remote-state.ts";

const { ordered, unrunnableFirstBlocks } = RELATION;

/** Makes the probes: on every node each resource whose state there is not known is asked once. */
export function probeActions(plan: Plan): void {
  const { nodes, options, top } = plan.cluster;
  if (!options.probesAtStartup) return;
  const numbered = new NumberedInstances();
  const asked = new NodeSet();
  for (const node of nodes) if (node.isOnline) asked.add(node.index);
  const unknown = top.filter((resource) => !isKnownOn(resource, asked));
  for (const node of nodes) {
    if (!node.isOnline) {
      if (isFailedRemote(plan, node)) markForFencing(plan, node, "the connection is unrecoverable");
      continue;
    }
    if (node.uncleanReason !== undefined || node.isDiscoveryDisabled) continue;
    for (const resource of unknown) probe(plan, resource, node, numbered);
  }
}

/** True for a primitive or group of which nothing has to be asked on any of the nodes. */
function isKnownOn(resource: Resource, nodes: NodeSet): boolean {
  if (resource.kind === "primitive") return resource.probedOn.includes(nodes);
  return resource.kind === "group" && resource.children.length > 0 && resource.children.every((member) => isKnownOn(member, nodes));
}

/** Puts the instances of clones in the order of their numbers, once; they stay so, and the graph shows it. */
class NumberedInstances {
  readonly #done = new Set<Resource>();

  of(clone: Resource): readonly Resource[] {
    if (!this.#done.has(clone)) clone.children.sort((a, b) => (a.instanceNumber ?? 0) - (b.instanceNumber ?? 0));
    this.#done.add(clone);
    return clone.children;
  }
}

/** Probes a resource, or what stands for it, on a node; false when nothing is asked. */
function probe(plan: Plan, resource: Resource, node: SchedulerNode, numbered: NumberedInstances): boolean {
  if (resource.bundle) {
    const made = resource.bundle.replicas.map((replica) => probeReplica(plan, resource, replica, node, numbered));
    return made.some(Boolean);
  }
  if (resource.clone) return probeClone(plan, resource, node, numbered);
  if (resource.children.length === 0) return probePrimitive(plan, resource, node);
  if (!canProbeOn(plan, resource, node)) return false;
  return probeAll(plan, resource.children, node, numbered);
}

function probeAll(plan: Plan, resources: readonly Resource[], node: SchedulerNode, numbered: NumberedInstances): boolean {
  let isAnyAsked = false;
  for (let at = 0; at < resources.length; at += 1) if (probe(plan, resources[at] as Resource, node, numbered)) isAnyAsked = true;
  return isAnyAsked;
}

function probeClone(plan: Plan, clone: Resource, node: SchedulerNode, numbered: NumberedInstances): boolean {
  if (clone.isExclusive && !mayBeFound(clone, node)) {
    // What is told about nodes in notifications leaves those out on which the clone cannot be.
    clone.forbid(node.index);
    return false;
  }
  const instances = numbered.of(clone);
  if (clone.clone?.isUnique) return probeAll(plan, instances, node, numbered);
  // The agent cannot tell anonymous instances apart: one of them stands for all.
  const chosen = instances.find((child) => isAnyProbed(child, node)) ?? instances.find((child) => child.home === node) ?? instances[0];
  return chosen !== undefined && probe(plan, chosen, node, numbered);
}

function isAnyProbed(resource: Resource, node: SchedulerNode): boolean {
  return resource.kind === "primitive" ? resource.probedOn.has(node.index) : resource.children.some((child) => isAnyProbed(child, node));
}

function probeReplica(plan: Plan, bundle: Resource, replica: Replica, node: SchedulerNode, numbered: NumberedInstances): boolean {
  const { container, address, connection, child } = replica;
  let hasAny = address !== undefined && probe(plan, address, node, numbered);
  if (child && node === replica.node && probe(plan, child, node, numbered)) hasAny = true;
  if (probe(plan, container, node, numbered)) {
    hasAny = true;
    // With one replica per host no other may start before it is known that none runs there already.
    for (const other of bundle.bundle?.perNode === 1 ? bundle.bundle.replicas : [])
      if (other !== replica) plan.orders.between(container, "monitor", other.container, "start", ordered | RELATION.ifOnSameNode);
  }
  if (connection && probe(plan, connection, node, numbered)) {
    const made = plan.book.exactly(connection, `${connection.id}_monitor_0`, node).at(-1);
    if (made) {
      hasAny = true;
      plan.orders.afterOperation(made, container, "start", RELATION.nestedRemoteProbe);
    }
  }
  return hasAny;
}

/** What can never be on a remote or guest node is not asked for there. */
function canProbeOn(plan: Plan, resource: Resource, node: SchedulerNode): boolean {
  if (!plan.isRemote(node)) return true;
  if (resource.isFenceDevice || resource.isRemoteConnection) return false;
  return !(plan.isGuest(node) && plan.guestConnectionOf(resource));
}

function probePrimitive(plan: Plan, resource: Resource, node: SchedulerNode): boolean {
  if (!canProbeOn(plan, resource, node)) return false;
  if (resource.launcher && !resource.isRemoteConnection) return false;
  if (resource.isRemoved || resource.probedOn.has(node.index) || isDiscoveryOff(resource, node)) return false;
  const top = resource.top;
  const guest = plan.launcherOf(node);
  if (guest) {
    if (guest.role === "Stopped") {
      probeThenStart(plan, guest, top);
      return false;
    }
    if (willGuestStop(guest, node)) {
      plan.orders.between(guest, "stop", top, "start", ordered);
      return false;
    }
  }
  const made = resourceAction(plan, resource, "monitor", node, { isOptional: false });
  made.clear(ACTION.optional);
  orderAfterUnfencing(plan, resource, node, made, ordered);
  if (!resource.activeOn.includes(node)) made.meta.set("op_target_rc", String(OCF.notRunning));
  else if (resource.role === "Promoted") made.meta.set("op_target_rc", String(OCF.runningPromoted));
  const whole = top.clone ? top : resource;
  const blocks = !made.isRunnable && whole.activeOn.length === 0 ? unrunnableFirstBlocks : 0;
  plan.orders.beforeOperation(made, whole, "start", ordered | blocks);
  plan.orders.add(made, new Operation(whole, "reload-agent", resource.keyOf("reload-agent")), ordered);
  return true;
}

/** True where a resource that is only to be looked for in named places may be looked for. */
function mayBeFound(resource: Resource, node: SchedulerNode): boolean {
  return resource.isAllowedOn[node.index] === 1 && resource.probeModeOn[node.index] === PROBE_MODE.exclusive;
}

function isDiscoveryOff(resource: Resource, node: SchedulerNode): boolean {
  const isNamed = mayBeFound(resource, node);
  // Inside the container of a bundle is what the bundle puts there, and nothing else.
  const isClosed = node.isBundleNode === true && node.ordinaryTo?.has(resource) !== true;
  if (isClosed || resource.isExclusive || resource.top.isExclusive) return !isNamed;
  return resource.isAllowedOn[node.index] === 1 && resource.probeModeOn[node.index] === PROBE_MODE.never;
}

function probeThenStart(plan: Plan, guest: Resource, then: Resource): void {
  if (guest.assigned && !guest.probedOn.has(guest.assigned.index)) plan.orders.between(guest, "monitor", then, "start", ordered);
}

/** Whether a guest is going to stop; that it will is not certain yet when this is asked. */
function willGuestStop(guest: Resource, node: SchedulerNode): boolean {
  if (node.isRemoteReset || node.uncleanReason !== undefined || guest.isFailed || guest.nextRole === "Stopped") return true;
  return guest.role !== "Stopped" && guest.assigned !== undefined && !guest.activeOn.includes(guest.assigned);
}
