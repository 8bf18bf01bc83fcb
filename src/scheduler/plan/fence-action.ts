import { roundedSeconds } from "../../time/duration.ts";
import { canFence, type SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { ACTION, type Action } from "./action.ts";
import { plainAction } from "./plain-action.ts";
import type { Plan } from "./plan.ts";
import { RELATION } from "./relation.ts";
import { deviceDefinitions } from "./unfencing-definitions.ts";

/** How a node is fenced, or unfenced with `on`. */
export interface FenceWish {
  readonly isOptional: boolean;
  /** What is asked of the device; the cluster's `fencing-action` when left out. */
  readonly operation?: string;
  readonly reason?: string | undefined;
  readonly isDelayedByPriority?: boolean;
}

/** The fencing (or unfencing) of a node, made when it is not there yet. */
export function fenceAction(plan: Plan, node: SchedulerNode, wish: FenceWish): Action {
  const operation = wish.operation ?? plan.cluster.options.fencingAction;
  const key = `stonith-${node.name}-${operation}`;
  let isOptional = wish.isOptional;
  let action = plan.book.single(key);
  if (!action) {
    action = plainAction(plan, key, "stonith", node, true);
    action.meta.set("on_node", node.name).set("on_node_uuid", node.id).set("stonith_action", operation);
    if (plan.cluster.usesUnfencing && addDeviceDigests(plan, action, node)) isOptional = false;
  }
  if (plan.cluster.options.priorityFencingDelayMs > 0 && (wish.isDelayedByPriority || action.meta.has("priority-fencing-delay")))
    action.meta.set("priority-fencing-delay", String(priorityDelaySeconds(plan, node)));
  if (!isOptional && canFence(plan.cluster, node)) action.clear(ACTION.optional);
  if (wish.reason !== undefined) action.explain({ kind: "told", text: wish.reason });
  return action;
}

/** Notes the definitions of all unfencing devices; true when one changed since the node was unfenced. */
function addDeviceDigests(plan: Plan, action: Action, node: SchedulerNode): boolean {
  const { all, secure, changes } = deviceDefinitions(plan, node);
  action.meta.set("digests_all", all).set("digests_secure", secure);
  plan.definitionChanges.push(...changes);
  return changes.some(({ isSecretOnly }) => !isSecretOnly);
}

/** The delay goes to the node with most at stake, and only where no side has a majority. */
function priorityDelaySeconds(plan: Plan, node: SchedulerNode): number {
  if (plan.isRemote(node) || node.isOnline) return 0;
  const members = plan.cluster.nodes.filter((other) => !plan.isRemote(other));
  if (members.filter((other) => other.isOnline).length > Math.floor(members.length / 2)) return 0;
  const priorities = members.map((other) => other.priority ?? 0);
  const top = Math.max(...priorities);
  if (top === Math.min(...priorities) || (node.priority ?? 0) < top) return 0;
  return roundedSeconds(plan.cluster.options.priorityFencingDelayMs);
}

/** Makes a node's unfencing required because of a device, or of all devices where `device` is left out. */
export function requireUnfencing(plan: Plan, device: Resource | undefined, node: SchedulerNode, reason: string): void {
  if (!plan.cluster.usesUnfencing || (device && !device.isFenceDevice)) return;
  const isUp = (candidate: SchedulerNode): boolean =>
    candidate.isOnline && candidate.uncleanReason === undefined && !candidate.isShuttingDown;
  if (isUp(node)) fenceAction(plan, node, { operation: "on", isOptional: false, reason });
  else if (device) {
    for (const other of plan.cluster.nodes)
      if (device.isAllowedOn[other.index] === 1 && isUp(other)) fenceAction(plan, other, { operation: "on", isOptional: false, reason });
  }
}

/** True when a node was unfenced before. */
export function wasUnfenced(node: SchedulerNode): boolean {
  const since = node.attributes.get("#node-unfenced");
  return since !== undefined && since !== "0";
}

/** Lets an action wait for the unfencing of its node, if its resource or the kind of it needs that. */
export function orderAfterUnfencing(plan: Plan, resource: Resource, node: SchedulerNode, action: Action, flags: number): void {
  if (!(resource.isFenceDevice && plan.cluster.usesUnfencing) && !resource.needsUnfencing) return;
  plan.book.relate(fenceAction(plan, node, { operation: "on", isOptional: true }), action, flags);
  if (!wasUnfenced(node)) requireUnfencing(plan, undefined, node, `required by ${resource.id} ${action.task}`);
}

/** A stop on a node comes before its unfencing. */
export function orderStopBeforeUnfencing(plan: Plan, node: SchedulerNode, stop: Action): void {
  if (!wasUnfenced(node) && stop.resource) plan.findings.push({ kind: "unfenced", resource: stop.resource, node });
  plan.book.relate(stop, fenceAction(plan, node, { operation: "on", isOptional: true }), RELATION.thenImpliesFirst);
}
