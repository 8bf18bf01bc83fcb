import { element, type XmlElement } from "../../xml/element.ts";
import type { ClusterStatus, StatusResource } from "./status-model.ts";
import { isElsewhere, isIdShown, isResourceShown, type StatusView } from "./status-view.ts";
import { displayedState } from "./status-words.ts";

/** What of a view matters for a resource's XML. */
export type ResourceXmlView = Pick<StatusView, "onlyNodes" | "onlyResources" | "showsInactive" | "showsDescription">;

/** Everything. */
export const WHOLE_XML: ResourceXmlView = {
  onlyNodes: undefined,
  onlyResources: undefined,
  showsInactive: true,
  showsDescription: false,
};

/** A resource with its nodes, or a collective with its members; empty when the view leaves it out. */
export function resourceXml(resource: StatusResource, status: ClusterStatus, view: ResourceXmlView = WHOLE_XML): XmlElement[] {
  return shownXml(resource, status, view, view.onlyResources);
}

function shownXml(
  resource: StatusResource,
  status: ClusterStatus,
  view: ResourceXmlView,
  only: ReadonlySet<string> | undefined,
): XmlElement[] {
  if (!isResourceShown(only, resource)) return [];
  switch (resource.kind) {
    case "primitive":
      return [primitiveXml(resource, status, view)];
    case "group":
      return groupXml(resource, status, view, only);
    case "clone":
      return cloneXml(resource, status, view, only);
    case "bundle":
      return bundleXml(resource, status, view, only);
    case "replica":
      return resource.members.flatMap((member) => shownXml(member, status, view, only));
  }
}

function primitiveXml(resource: StatusResource, status: ClusterStatus, view: ResourceXmlView): XmlElement {
  const isNodeOnline = (name: string): boolean => status.nodes.some((node) => node.name === name && node.isOnline);
  return element(
    "resource",
    {
      id: resource.printableId,
      resource_agent: resource.agent,
      role: displayedState(resource),
      target_role: resource.targetRole,
      active: String(resource.isActive),
      orphaned: String(resource.isRemoved),
      removed: String(resource.isRemoved),
      blocked: String(resource.isBlocked),
      maintenance: String(resource.isInMaintenance),
      managed: String(resource.isManaged),
      failed: String(resource.isFailed),
      failure_ignored: String(resource.isFailureIgnored),
      nodes_running_on: resource.nodes.length,
      pending: resource.pendingTask === "monitor" ? "Monitoring" : undefined,
      locked_to: resource.lockNode,
      description: view.showsDescription ? resource.description : undefined,
    },
    resource.nodes.map((name) =>
      element("node", { name, id: status.nodes.find((node) => node.name === name)?.id, cached: String(isNodeOnline(name)) }),
    ),
  );
}

function groupXml(
  group: StatusResource,
  status: ClusterStatus,
  view: ResourceXmlView,
  only: ReadonlySet<string> | undefined,
): XmlElement[] {
  const isGroupAsked = isIdShown(only, group.id, group.printableId);
  const shown = group.members.filter((member) => {
    const isAsked = isIdShown(only, member.id, member.printableId);
    if (only !== undefined && isAsked) return true;
    return (isAsked || isGroupAsked) && (member.isPartlyActive || view.showsInactive);
  });
  const [first] = shown;
  if (!first) return [];
  const attributes = {
    id: group.id,
    number_resources: group.members.length - group.members.indexOf(first),
    maintenance: String(group.isInMaintenance),
    managed: String(group.isManaged),
    disabled: String(group.isDisabled),
    description: view.showsDescription ? group.description : undefined,
  };
  return [
    element(
      "group",
      attributes,
      shown.flatMap((member) => shownXml(member, status, view, undefined)),
    ),
  ];
}

function cloneXml(
  clone: StatusResource,
  status: ClusterStatus,
  view: ResourceXmlView,
  only: ReadonlySet<string> | undefined,
): XmlElement[] {
  const isCloneAsked = isIdShown(only, clone.id, clone.printableId);
  const shown = clone.members.filter((instance) => !isElsewhere(view, instance) && (isCloneAsked || isResourceShown(only, instance)));
  if (shown.length === 0) return [];
  const attributes = {
    id: clone.id,
    multi_state: String(clone.isPromotable),
    unique: String(clone.isUnique),
    maintenance: String(clone.isInMaintenance),
    managed: String(clone.isManaged),
    disabled: String(clone.isDisabled),
    failed: String(clone.isFailed),
    failure_ignored: String(clone.isFailureIgnored),
    target_role: clone.targetRole,
    description: view.showsDescription ? clone.description : undefined,
  };
  return [
    element(
      "clone",
      attributes,
      shown.flatMap((instance) => shownXml(instance, status, view, undefined)),
    ),
  ];
}

function bundleXml(
  bundle: StatusResource,
  status: ClusterStatus,
  view: ResourceXmlView,
  only: ReadonlySet<string> | undefined,
): XmlElement[] {
  const isBundleAsked = isIdShown(only, bundle.id);
  const replicas = bundle.members.flatMap((member) => {
    const container = member.replica && member.members[member.replica.container];
    if (!member.replica || !container || isElsewhere(view, container)) return [];
    const parts = member.members.filter((part) => isBundleAsked || isIdShown(only, part.id, part.printableId));
    if (parts.length === 0) return [];
    return [
      element(
        "replica",
        { id: member.replica.offset },
        parts.map((part) => primitiveXml(part, status, view)),
      ),
    ];
  });
  if (replicas.length === 0) return [];
  const attributes = {
    id: bundle.id,
    type: bundle.bundle?.type,
    image: bundle.bundle?.image,
    unique: String(bundle.isUnique),
    maintenance: String(bundle.isInMaintenance),
    managed: String(bundle.isManaged),
    failed: String(bundle.isFailed),
    description: view.showsDescription ? bundle.description : undefined,
  };
  return [element("bundle", attributes, replicas)];
}
