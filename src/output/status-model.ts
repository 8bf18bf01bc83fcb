import { clusterOption } from "../cib/document.ts";
import type { SchedulerNode } from "../scheduler/node.ts";
import type { ClusterOptions } from "../scheduler/options.ts";
import type { FailedOperation, Resource, Role } from "../scheduler/resource.ts";
import { unpack } from "../scheduler/unpack/unpack.ts";
import type { XmlElement } from "../xml/element.ts";
import { type NodeHistory, readNodeHistories } from "./status-history.ts";

/** A node as status displays show it. */
export interface StatusNode {
  readonly id: string;
  readonly name: string;
  readonly isOnline: boolean;
  readonly isPending: boolean;
  readonly isUnclean: boolean;
  readonly isStandby: boolean;
  /** In standby because a resource failed there. */
  readonly isStandbyOnFail: boolean;
  readonly isMaintenance: boolean;
  readonly isShuttingDown: boolean;
  readonly isDc: boolean;
  readonly runningCount: number;
  /** Attributes meant for people, in order of their names. */
  readonly attributes: Readonly<Record<string, string>>;
}

/**
 * A resource as status displays show it; a group has members, a clone has its instances, a primitive has none. What
 * the scheduler leaves alone is shown as `other`, unmanaged and without members.
 */
export interface StatusResource {
  readonly id: string;
  readonly kind: "primitive" | "group" | "clone" | "other";
  /** As `ocf:heartbeat:IPaddr2`. */
  readonly agent: string;
  readonly agentClass: string;
  readonly provider: string;
  readonly type: string;
  readonly role: Role;
  /** "Starting" while a start is under way. */
  readonly pendingTask: string | undefined;
  readonly nodes: readonly string[];
  readonly isActive: boolean;
  readonly isFailed: boolean;
  readonly isBlocked: boolean;
  readonly isManaged: boolean;
  readonly isInMaintenance: boolean;
  readonly isPromotable: boolean;
  /** Its target role is Stopped. */
  readonly isDisabled: boolean;
  readonly targetRole: Role | undefined;
  /** Known from the history only. */
  readonly isRemoved: boolean;
  /** One of its nodes cannot be trusted. */
  readonly isUnclean: boolean;
  readonly description: string | undefined;
  readonly members: readonly StatusResource[];
}

/** Who changed the CIB last, and when. */
export interface LastChange {
  readonly time: string;
  readonly user: string;
  readonly client: string;
  readonly origin: string;
}

/** The state of a cluster, as its CIB tells it. */
export interface ClusterStatus {
  readonly stack: string;
  readonly dc: { readonly name: string; readonly id: string; readonly version: string } | undefined;
  readonly hasQuorum: boolean;
  readonly lastChange: LastChange;
  readonly options: ClusterOptions;
  readonly nodes: readonly StatusNode[];
  readonly resources: readonly StatusResource[];
  readonly instanceCount: number;
  readonly disabledCount: number;
  readonly blockedCount: number;
  readonly failures: readonly FailedOperation[];
  readonly histories: readonly NodeHistory[];
}

/** Reads the state of the cluster from its CIB. */
export function readClusterStatus(cib: XmlElement, clock: { readonly nowEpochSeconds: number }): ClusterStatus {
  const unpacked = unpack(cib, clock.nowEpochSeconds);
  const primitives = unpacked.top.flatMap((resource) => resource.primitives());
  const byPosition = orderOfDocument(cib, unpacked.top);
  const resources = [...byPosition.map((resource) => readResource(resource)), ...undecidedResources(cib, unpacked.top)];
  const flat = resources.flatMap(primitivesOf);
  const dcNode = unpacked.nodes.find((node) => node.isDc);
  return {
    stack: clusterOption(cib, "cluster-infrastructure") ?? "unknown",
    dc: dcNode && { name: dcNode.name, id: dcNode.id, version: clusterOption(cib, "dc-version") ?? "unknown" },
    hasQuorum: unpacked.options.hasQuorum,
    lastChange: {
      time: cib.get("cib-last-written") ?? "",
      user: cib.get("update-user") ?? "",
      client: cib.get("update-client") ?? "",
      origin: cib.get("update-origin") ?? "",
    },
    options: unpacked.options,
    nodes: unpacked.nodes.map((node) => readNode(node, primitives)),
    resources,
    instanceCount: flat.length,
    disabledCount: flat.filter((resource) => resource.isDisabled).length,
    blockedCount: flat.filter((resource) => resource.isBlocked).length,
    failures: unpacked.history.failures,
    histories: readNodeHistories(cib, unpacked),
  };
}

/** The primitives of a resource, itself when it is one. */
export function primitivesOf(resource: StatusResource): StatusResource[] {
  return resource.kind === "primitive" ? [resource] : resource.members.flatMap(primitivesOf);
}

/** The resource with this id, at any depth; for what a clone copies, all its instances as one. */
export function findStatusResource(status: ClusterStatus, id: string): StatusResource | undefined {
  const search = (list: readonly StatusResource[]): StatusResource | undefined => {
    for (const resource of list) {
      const found = resource.id === id ? resource : search(resource.members);
      if (found) return found;
    }
    return undefined;
  };
  const exact = search(status.resources);
  if (exact) return exact;
  const instances = status.resources.flatMap((resource) => resource.members).filter((member) => member.id.replace(/:\d+$/, "") === id);
  const first = instances.find((instance) => instance.isActive) ?? instances[0];
  return first && { ...first, id, nodes: instances.flatMap((instance) => instance.nodes) };
}

/** Clones and bundles that the scheduler leaves alone. */
function undecidedResources(cib: XmlElement, top: readonly Resource[]): StatusResource[] {
  const all = cib.descend("configuration", "resources")?.children ?? [];
  const left = all.filter((xml) => ["clone", "master", "bundle"].includes(xml.name) && !top.some((resource) => resource.id === xml.id));
  return left.map((xml) => ({
    id: xml.id ?? "",
    kind: "other",
    agent: xml.name,
    agentClass: "",
    provider: "",
    type: xml.name,
    role: "Stopped",
    pendingTask: undefined,
    nodes: [],
    isActive: false,
    isFailed: false,
    isBlocked: false,
    isManaged: false,
    isInMaintenance: false,
    isPromotable: false,
    isDisabled: false,
    targetRole: undefined,
    isRemoved: false,
    isUnclean: false,
    description: xml.get("description"),
    members: [],
  }));
}

/** The scheduler works in order of priority; people read in the order of the document. */
function orderOfDocument(cib: XmlElement, top: readonly Resource[]): Resource[] {
  const position = new Map(cib.descend("configuration", "resources")?.children.map((xml, index) => [xml.id ?? "", index]));
  const last = position.size;
  return [...top].sort((a, b) => (position.get(a.id) ?? last) - (position.get(b.id) ?? last));
}

function readNode(node: SchedulerNode, primitives: readonly Resource[]): StatusNode {
  const shown = [...node.attributes].filter(([name]) => isShownAttribute(name)).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const isConfiguredStandby = /^(true|on|yes|y|1)$/i.test(node.attributes.get("standby") ?? "");
  const isStandby = node.isStandby && !node.isPending;
  return {
    id: node.id,
    name: node.name,
    isOnline: node.isOnline,
    isPending: node.isPending,
    isUnclean: node.uncleanReason !== undefined,
    isStandby: isStandby || isConfiguredStandby,
    isStandbyOnFail: isStandby && !isConfiguredStandby,
    isMaintenance: node.isMaintenance,
    isShuttingDown: node.isShuttingDown,
    isDc: node.isDc,
    runningCount: primitives.filter((resource) => resource.activeOn.includes(node)).length,
    attributes: Object.fromEntries(shown),
  };
}

function isShownAttribute(name: string): boolean {
  const isInternal = ["standby", "maintenance", "shutdown", "terminate", "probe_complete"].includes(name);
  return !isInternal && !/^(#|fail-count-|last-failure-)/.test(name);
}

function readResource(resource: Resource): StatusResource {
  const members = resource.children.map((child) => readResource(child));
  const kind = kindOf(resource);
  const nodes = kind === "primitive" ? resource.activeOn.map((n) => n.name) : [...new Set(members.flatMap((member) => member.nodes))];
  const parts = [resource.agentClass, resource.provider, resource.type].filter((part) => part !== "");
  return {
    id: resource.id,
    kind,
    agent: parts.join(":"),
    agentClass: resource.agentClass,
    provider: resource.provider,
    type: resource.type,
    role: resource.role,
    pendingTask: resource.startPendingOn.size > 0 ? "Starting" : undefined,
    nodes,
    isActive: kind === "primitive" ? resource.activeOn.length > 0 : members.some((member) => member.isActive),
    isFailed: resource.isFailed,
    isBlocked: resource.isBlocked,
    isManaged: resource.isManaged,
    isInMaintenance: resource.isInMaintenance || resource.activeOn.some((node) => node.isMaintenance),
    isPromotable: resource.xml.name === "master" || resource.meta.get("promotable") === "true",
    isDisabled: resource.targetRole === "Stopped",
    targetRole: resource.targetRole,
    isRemoved: resource.isRemoved,
    isUnclean: resource.activeOn.some((node) => node.uncleanReason !== undefined),
    description: resource.xml.get("description"),
    members,
  };
}

function kindOf(resource: Resource): StatusResource["kind"] {
  if (resource.kind === "primitive") return "primitive";
  return ["clone", "master"].includes(resource.xml.name) ? "clone" : "group";
}
