import { compareNumericAware } from "../../base/names.ts";
import { exitText } from "../../model/exit-code.ts";
import type { TextItem, TextList } from "../text/text-list.ts";
import type { ClusterStatus, StatusResource } from "./status-model.ts";
import { isElsewhere, isIdShown, isNodeShown, isResourceShown, type StatusView } from "./status-view.ts";
import { failedProbe, type LineStyle, resourceLine } from "./status-words.ts";

/** What of a view matters for lists of resources. */
export type ResourceView = Pick<
  StatusView,
  "showsInactive" | "isByNode" | "isBrief" | "showsDetail" | "showsDescription" | "onlyNodes" | "onlyResources"
> & {
  /** Leaves out where each is. */
  readonly isWithoutNodes?: boolean;
};

/** Everything, active or not. */
export const WHOLE_LIST: ResourceView = {
  showsInactive: true,
  isByNode: false,
  isBrief: false,
  showsDetail: false,
  showsDescription: false,
  onlyNodes: undefined,
  onlyResources: undefined,
};

/** The resources, as far as the view wants them; undefined when the list is not wanted at all. */
export function resourceList(status: ClusterStatus, view: ResourceView): TextList | undefined {
  if (view.isByNode && !view.showsInactive) return undefined;
  const title = view.isByNode ? "Inactive Resources" : view.showsInactive ? "Full List of Resources" : "Active Resources";
  const items: TextItem[] = [];
  if (view.isBrief && !view.isByNode) {
    const counted = status.resources.filter((resource) => resource.kind === "primitive" && isResourceShown(view.onlyResources, resource));
    items.push(...briefItems(counted, status, view));
  }
  for (const resource of status.resources) {
    if (resource.isRemoved && !resource.isActive) continue;
    if (view.isByNode ? resource.isActive : view.isBrief && resource.kind === "primitive") continue;
    if (!view.isByNode && !resource.isPartlyActive && !view.showsInactive) continue;
    if (!view.isByNode && isElsewhere(view, resource)) continue;
    items.push(...resourceItems(resource, status, view, view.onlyResources));
  }
  const none = view.isByNode ? "No inactive resources" : view.showsInactive ? "No resources" : "No active resources";
  return { title, items: items.length === 0 ? [none] : items };
}

/** A resource and what is in it, as far as it is asked for. */
export function resourceItems(
  resource: StatusResource,
  status: ClusterStatus,
  view: ResourceView,
  only: ReadonlySet<string> | undefined,
): TextItem[] {
  switch (resource.kind) {
    case "primitive":
      if (resource.isInternal && !view.showsDetail) return [];
      return isIdShown(only, resource.id, resource.printableId) ? [resourceLine(resource, styleOf(view))] : [];
    case "group":
      return groupItems(resource, status, view, only);
    case "clone":
      return cloneItems(resource, status, view, only);
    case "bundle":
      return bundleItems(resource, view, only);
    case "replica":
      return resource.members.flatMap((member) => resourceItems(member, status, view, only));
  }
}

/** Numbers of resources by agent and node. What a node that went down cleanly left behind is not active there, unless it is not managed. */
export function briefItems(
  resources: readonly StatusResource[],
  { nodes: known }: Pick<ClusterStatus, "nodes">,
  view: ResourceView,
  isWithoutNodes = false,
): string[] {
  const showsInactive = view.showsInactive && !isWithoutNodes;
  const agents = [...new Set(resources.map((resource) => resource.agent))].sort();
  const down = new Set(known.filter(({ isOnline, isUnclean }) => !isOnline && !isUnclean).map(({ name }) => name));
  const placesOf = ({ nodes, isManaged }: StatusResource) => nodes.filter((node) => !isManaged || !down.has(node));
  return agents.flatMap((agent) => {
    const members = resources.filter((resource) => resource.agent === agent);
    const nodes = [...new Set(members.flatMap(placesOf))].sort(compareNumericAware);
    const lines = nodes.map((node) => {
      const count = members.filter((resource) => placesOf(resource).includes(node)).length;
      return `${count}${showsInactive ? `/${members.length}` : ""}\t(${agent}):\tActive ${isWithoutNodes ? "" : node}`;
    });
    return lines.length === 0 && showsInactive ? [`0/${members.length}\t(${agent}):\tActive`] : lines;
  });
}

function styleOf(view: ResourceView): LineStyle {
  return { showsDescription: view.showsDescription, isWithoutNodes: view.isWithoutNodes === true };
}

function heading(title: string, remarks: readonly string[], resource: StatusResource, view: ResourceView): string {
  const description = view.showsDescription && resource.description !== undefined ? ` (${resource.description})` : "";
  return `${title}${remarks.length === 0 ? "" : ` (${remarks.join(", ")})`}${description}`;
}

function managementRemarks(resource: StatusResource): string[] {
  return resource.isInMaintenance ? ["maintenance"] : resource.isManaged ? [] : ["unmanaged"];
}

function groupItems(group: StatusResource, status: ClusterStatus, view: ResourceView, only: ReadonlySet<string> | undefined): TextItem[] {
  if (!isResourceShown(only, group)) return [];
  const isGroupAsked = isIdShown(only, group.id, group.printableId);
  const inactive = !view.showsInactive && !group.isActive && group.isPartlyActive ? group.members.filter((m) => !m.isActive).length : 0;
  const remarks = [
    ...(inactive > 0 ? [`${inactive} member${inactive === 1 ? "" : "s"} inactive`] : []),
    ...(group.isDisabled ? ["disabled"] : []),
    ...managementRemarks(group),
  ];
  const wanted = group.members.filter((member) => {
    const isAsked = isIdShown(only, member.id, member.printableId);
    if (only !== undefined && isAsked) return true;
    return (isAsked || isGroupAsked) && (member.isPartlyActive || view.showsInactive);
  });
  const items = view.isBrief
    ? briefItems(isGroupAsked ? group.members : wanted, status, { ...view, showsInactive: true })
    : wanted.flatMap((member) => resourceItems(member, status, view, undefined));
  return items.length === 0 ? [] : [{ title: heading(`Resource Group: ${group.id}`, remarks, group, view), items }];
}

function cloneItems(clone: StatusResource, status: ClusterStatus, view: ResourceView, only: ReadonlySet<string> | undefined): TextItem[] {
  if (!isResourceShown(only, clone)) return [];
  const isCloneAsked = isIdShown(only, clone.id, clone.printableId);
  const remarks = [
    ...(clone.isPromotable ? ["promotable"] : []),
    ...(clone.isUnique ? ["unique"] : []),
    ...(clone.isDisabled ? ["disabled"] : []),
    ...managementRemarks(clone),
  ];
  const child = clone.members[0];
  const items: TextItem[] = [];
  const promoted: string[] = [];
  const others: string[] = [];
  for (const instance of clone.members) {
    if (isElsewhere(view, instance) || (!isCloneAsked && !isResourceShown(only, instance))) continue;
    if (view.showsDetail || needsLine(clone, instance)) items.push(...resourceItems(instance, status, view, undefined));
    else if (instance.isActive) (roleOf(instance) === "Promoted" ? promoted : others).push(...instance.nodes);
  }
  const list = `Clone Set: ${clone.id} [${child === undefined ? "" : plainId(child)}]`;
  if (!view.showsDetail) items.push(...instanceBrackets(clone, promoted, others, view));
  if (items.length === 0 && !view.showsInactive) return [];
  return [{ title: heading(list, remarks, clone, view), items }];
}

/** Instances that cannot be summed up: told apart by their number, in trouble, or busy. */
function needsLine(clone: StatusResource, instance: StatusResource): boolean {
  if (clone.isUnique) return instance.isPartlyActive || !clone.isRemoved;
  if (instance.pendingTask !== undefined && instance.pendingTask !== "probe") return true;
  if (!instance.isPartlyActive) return false;
  const all = (resource: StatusResource): StatusResource[] => [resource, ...resource.members.flatMap(all)];
  const isOdd = all(instance).some((one) => one.isRemoved || !one.isManaged || one.isFailed || one.isUnclean);
  return isOdd || !instance.isActive || instance.nodes.length > 1;
}

function instanceBrackets(clone: StatusResource, promoted: readonly string[], others: readonly string[], view: ResourceView): string[] {
  const shown = (names: readonly string[]): string[] =>
    names.filter((name) => name !== "" && isNodeShown(view, name)).sort(compareNumericAware);
  const bracket = (label: string, names: readonly string[]): string[] => (names.length === 0 ? [] : [`${label}: [ ${names.join(" ")} ]`]);
  const isUnpromotedOnly = /^(unpromoted|slave)$/i.test(clone.targetRole ?? "");
  const label = clone.isPromotable ? `Unpromoted${isUnpromotedOnly ? " (target-role)" : ""}` : "Started";
  const active = [...bracket("Promoted", shown(promoted)), ...bracket(label, shown(others))];
  const count = shown(promoted).length + shown(others).length;
  if (!view.showsInactive || clone.isUnique || clone.instanceMax <= count) return active;
  const byState = new Map<string, string[]>();
  for (const name of clone.allowedNodes) {
    if (clone.nodes.includes(name) || !isNodeShown(view, name)) continue;
    const probe = failedProbe(clone, name);
    const isDisabled = /^stopped$/i.test(clone.targetRole ?? "");
    const state = probe !== undefined ? `Stopped (${exitText(probe)})` : isDisabled ? "Stopped (disabled)" : "Stopped";
    byState.set(state, [...(byState.get(state) ?? []), name]);
  }
  return [...active, ...[...byState].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([state, names]) => bracket(state, shown(names)))];
}

function bundleItems(bundle: StatusResource, view: ResourceView, only: ReadonlySet<string> | undefined): TextItem[] {
  if (!isResourceShown(only, bundle)) return [];
  const isBundleAsked = isIdShown(only, bundle.id);
  const isSet = bundle.members.length > 1;
  const unmanaged = managementRemarks(bundle)[0];
  const title = [
    `Container bundle${isSet ? " set" : ""}: ${bundle.id} [${bundle.bundle?.image ?? ""}]`,
    bundle.isUnique ? " (unique)" : "",
    view.showsDescription && bundle.description !== undefined ? ` (${bundle.description})` : "",
    unmanaged === undefined ? "" : ` (${unmanaged})`,
  ].join("");
  const items: TextItem[] = [];
  for (const member of bundle.members) {
    const { replica } = member;
    const container = replica && member.members[replica.container];
    if (!replica || !container || isElsewhere(view, container)) continue;
    const parts = member.members.filter((part) => isBundleAsked || isIdShown(only, part.id, part.printableId));
    if (view.showsDetail || !isBundleAsked) {
      if (parts.length === 0) continue;
      const lines = parts.map((part) => resourceLine(part, styleOf(view)));
      if (isSet) items.push(`Replica[${replica.offset}]`);
      items.push({ title: "", items: lines });
      continue;
    }
    const inner = replica.child === undefined ? container : (member.members[replica.child] ?? container);
    const guest = replica.remote === undefined ? container : (member.members[replica.remote] ?? container);
    const name = `${guest.printableId}${replica.address === undefined ? "" : ` (${replica.address})`}`;
    items.push(
      resourceLine(
        { ...inner, isPlaceUnclean: container.isPlaceUnclean },
        { ...styleOf(view), name, node: replica.host ?? inner.lockNode },
      ),
    );
  }
  return items.length === 0 ? [] : [{ title, items }];
}

/** Id of what a clone multiplies. */
function plainId(instance: StatusResource): string {
  return instance.id.replace(/:\d+$/, "");
}

/** Role of an instance; of a cloned group, the highest of its members. */
function roleOf(instance: StatusResource): StatusResource["role"] {
  const roles = instance.members.length === 0 ? [instance.role] : instance.members.map((member) => member.role);
  return roles.includes("Promoted") ? "Promoted" : (roles[0] ?? "Stopped");
}
