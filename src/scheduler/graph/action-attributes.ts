import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { activeNode, isNotified } from "../cluster/resource-state.ts";
import type { Action } from "../plan/action.ts";
import { connectionHost } from "../plan/operation-digest.ts";
import type { Plan } from "../plan/plan.ts";

/** Attributes of an action: parameters for the agent, and `CRM_meta_*` about the action. The first to set a name wins. */
export function actionAttributes(plan: Plan, action: Action): Map<string, string> {
  const out = new Map<string, string>(action.parameters ?? []);
  const { resource } = action;
  const set = (name: string, value: string | undefined): void => {
    if (value !== undefined && !out.has(name)) out.set(name, value);
  };
  if (resource && (action.node || resource.kind === "primitive")) {
    const parameters = plan.operations.parameters(resource, action.node);
    const host = connectionHost(plan, resource, parameters);
    for (const [name, value] of parameters) set(name, name === "addr" && host !== undefined ? host : value);
  }
  for (const [name, value] of action.meta) if (!/[#:]/.test(name)) set(metaName(name), value);
  for (let holder = resource; holder; holder = holder.parent) addGraphMeta(holder, out);
  if (resource) addGuestMeta(plan, action, resource, set);
  return sortedByName(out);
}

function sortedByName(attributes: ReadonlyMap<string, string>): Map<string, string> {
  const sorted = new Map<string, string>();
  for (const name of [...attributes.keys()].sort()) sorted.set(name, attributes.get(name) ?? "");
  return sorted;
}

function metaName(name: string): string {
  return `CRM_meta_${name.replaceAll("-", "_")}`;
}

/** What agents have to know about the resource itself, or the clone it is an instance of. */
function addGraphMeta(resource: Resource, into: Map<string, string>): void {
  if (resource.kind === "primitive") {
    if (resource.instanceNumber !== undefined) into.set("CRM_meta_clone", String(resource.instanceNumber));
    const remoteNode = resource.meta.get("remote-node");
    if (remoteNode !== undefined) into.set("CRM_meta_remote_node", remoteNode);
    for (let holder: Resource | undefined = resource; holder; holder = holder.parent)
      if (holder.launcher) into.set("CRM_meta_container", holder.launcher.id);
    const externalIp = resource.meta.get("external-ip");
    if (externalIp !== undefined) into.set("pcmk_external_ip", externalIp);
  }
  const { clone } = resource;
  if (!clone) return;
  into.set("CRM_meta_globally_unique", String(clone.isUnique));
  into.set("CRM_meta_notify", String(isNotified(resource)));
  into.set("CRM_meta_clone_max", String(clone.max));
  into.set("CRM_meta_clone_node_max", String(clone.nodeMax));
  if (!clone.isPromotable) return;
  into.set("CRM_meta_promoted_max", String(clone.promotedMax));
  into.set("CRM_meta_promoted_node_max", String(clone.promotedNodeMax));
  // Older agents know these names.
  into.set("CRM_meta_master_max", String(clone.promotedMax));
  into.set("CRM_meta_master_node_max", String(clone.promotedNodeMax));
}

/** On a guest the agent may want to know the host: the present one on the way down, the next one on the way up. */
function addGuestMeta(plan: Plan, action: Action, resource: Resource, set: (name: string, value: string | undefined) => void): void {
  const launcher = plan.launcherOf(action.node);
  if (!launcher) return;
  const isNotice = action.task === "notify" || action.task === "notified";
  const task = isNotice ? (action.meta.get("notify_operation") ?? "") : action.task;
  let host: SchedulerNode | undefined;
  if (["stop", "stopped", "demote", "demoted"].includes(task)) host = activeNode(launcher).node;
  else if (["start", "running", "monitor", "promote", "promoted"].includes(task)) host = launcher.assigned;
  if (!host) return;
  set("CRM_meta_container_attribute_target", resource.meta.get("container-attribute-target"));
  set("CRM_meta_physical_host", host.name);
}
