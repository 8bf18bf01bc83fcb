import type { Assigned } from "../assign/assign.ts";
import type { SchedulerNode } from "../node.ts";
import { timeMs } from "../options.ts";
import type { ConfiguredOperation, Resource } from "../resource.ts";
import { readPairs } from "../unpack/pairs.ts";
import { operationDefaults } from "../unpack/resources.ts";
import { Action, type ActionBook } from "./action.ts";

/** Meta-attributes of an operation that actions do not carry. */
const NOT_CARRIED = new Set(["id", "name", "interval", "timeout", "description", "start-delay", "interval-origin"]);

/** Instance parameters of a resource on a node, those of its parents included. */
export function instanceParameters(resource: Resource, node: SchedulerNode | undefined, nowEpochSeconds: number): Map<string, string> {
  const out = new Map<string, string>();
  for (let holder: Resource | undefined = resource; holder; holder = holder.parent) {
    readPairs(holder.xml, "instance_attributes", { nowEpochSeconds, attributes: node?.attributes, agent: resource }, out);
  }
  return out;
}

/** The configured one-shot operation of this name; for probes and stops also the one with an interval of 0. */
export function oneShotOperation(resource: Resource, name: string): ConfiguredOperation | undefined {
  return resource.operations.find((op) => op.name === name && op.intervalMs === 0);
}

/** Adds an action of a resource on a node, with everything the agent gets. */
export function addAction(
  cluster: Assigned,
  book: ActionBook,
  resource: Resource,
  task: string,
  node: SchedulerNode | undefined,
  isOptional: boolean,
  operation: ConfiguredOperation | undefined = oneShotOperation(resource, task),
  intervalMs = 0,
): Action {
  const key = `${resource.id}_${task}_${intervalMs}`;
  const action = book.add(new Action({ key, task, kind: "rsc_op", resource, node, intervalMs, isOptional }));
  if (action.attributes.size > 0) return action;
  const { nowEpochSeconds } = cluster;
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined) action.attributes.set(name, value);
  };
  for (const [name, value] of instanceParameters(resource, node, nowEpochSeconds)) set(name, value);
  for (const [name, value] of operation?.parameters ?? []) set(name, value);
  for (const [name, value] of cloneMeta(resource)) set(`CRM_meta_${name}`, value);
  const meta = operation?.meta ?? operationDefaults(cluster.cib, resource, task, intervalMs, nowEpochSeconds);
  for (const [name, value] of meta) if (!NOT_CARRIED.has(name)) set(`CRM_meta_${name.replaceAll("-", "_")}`, value);
  if (node) {
    set("CRM_meta_on_node", node.name);
    set("CRM_meta_on_node_uuid", node.id);
  }
  set("CRM_meta_timeout", String(operation?.timeoutMs ?? timeMs(meta.get("timeout"), 20_000)));
  if (intervalMs > 0) {
    set("CRM_meta_interval", String(intervalMs));
    set("CRM_meta_name", task);
  }
  if (operation && operation.startDelayMs > 0) set("CRM_meta_start_delay", String(operation.startDelayMs));
  return action;
}

/** What an instance of a clone has to know about its clone. */
export function cloneMeta(resource: Resource): Map<string, string> {
  const out = new Map<string, string>();
  for (let holder: Resource | undefined = resource; holder; holder = holder.parent) {
    if (holder.instanceNumber !== undefined && !out.has("clone")) out.set("clone", String(holder.instanceNumber));
    const { clone } = holder;
    if (!clone) continue;
    out.set("clone_max", String(clone.max));
    out.set("clone_node_max", String(clone.nodeMax));
    out.set("globally_unique", String(clone.isUnique));
    out.set("notify", String(clone.notifies));
    if (!clone.isPromotable) continue;
    out.set("promoted_max", String(clone.promotedMax));
    out.set("promoted_node_max", String(clone.promotedNodeMax));
    out.set("master_max", String(clone.promotedMax));
    out.set("master_node_max", String(clone.promotedNodeMax));
  }
  return out;
}
