import { parseBoolean } from "../cib/document.ts";
import { OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import type { FailedOperation, Resource, Role } from "../scheduler/resource.ts";
import type { Unpacked } from "../scheduler/unpack/unpack.ts";
import type { XmlElement } from "../xml/element.ts";
import type { BundleParts, ExpandedCib, ReplicaParts } from "./guest-nodes.ts";
import type { StatusResource } from "./status-resource.ts";

/** What reading the resources needs besides them. */
interface Scene {
  readonly unpacked: Unpacked;
  readonly pending: ReadonlyMap<string, string>;
  readonly internal: ReadonlySet<string>;
}

/** All resources in the order of the document, then those known from the history only. */
export function readStatusResources(cib: XmlElement, unpacked: Unpacked, expanded: ExpandedCib): StatusResource[] {
  const guests = expanded.remoteNodes.filter((node) => node.container !== undefined);
  const scene: Scene = { unpacked, pending: pendingTasks(expanded.cib), internal: new Set(guests.map((node) => node.connection)) };
  const byId = new Map(unpacked.top.map((resource) => [resource.id, resource]));
  const out: StatusResource[] = [];
  for (const xml of cib.descend("configuration", "resources")?.children ?? []) {
    const bundle = expanded.bundles.find((candidate) => candidate.id === xml.id);
    const resource = byId.get(xml.id ?? "");
    if (bundle) out.push(readBundle(bundle, scene));
    else if (resource) out.push(readResource(resource, scene));
  }
  const configured = new Set(out.map((resource) => resource.id));
  const inBundles = new Set(expanded.bundles.flatMap((bundle) => bundle.replicas.flatMap(partIds)));
  const connections = new Set(guests.filter((node) => !node.isInBundle).map((node) => node.connection));
  for (const resource of unpacked.top) {
    if (connections.has(resource.id)) out.push(readResource(resource, scene));
    else if (!configured.has(resource.id) && !inBundles.has(resource.id)) out.push(readResource(resource, scene));
  }
  return out;
}

function partIds(replica: ReplicaParts): string[] {
  return [replica.ip, replica.child, replica.container, replica.remote].flatMap((id) => (id === undefined ? [] : [id]));
}

function readBundle(parts: BundleParts, scene: Scene): StatusResource {
  const members = parts.replicas.map((replica) => readReplica(parts, replica, scene));
  const first = members[0]?.members[0];
  return {
    ...emptyResource(parts.id, "bundle"),
    nodes: [...new Set(members.flatMap((member) => member.nodes))],
    isActive: members.length > 0 && members.every((member) => member.isActive),
    isPartlyActive: members.some((member) => member.isPartlyActive),
    isFailed: members.some((member) => member.isFailed),
    isManaged: first?.isManaged ?? true,
    isInMaintenance: first?.isInMaintenance ?? false,
    isUnique: parts.isUnique,
    targetRole: first?.targetRole,
    isDisabled: first?.isDisabled ?? false,
    description: parts.xml.get("description"),
    bundle: { type: parts.type, image: parts.image },
    members,
  };
}

function readReplica(parts: BundleParts, replica: ReplicaParts, scene: Scene): StatusResource {
  const ids = partIds(replica);
  const members = ids.flatMap((id) => {
    const resource = scene.unpacked.resources.byId.get(id);
    if (!resource) return [];
    const read = readResource(resource, scene);
    return [id === replica.child && !parts.isUnique ? { ...read, printableId: parts.childId ?? read.id } : read];
  });
  const at = (id: string | undefined): number | undefined => (id === undefined ? undefined : ids.indexOf(id));
  const container = members[at(replica.container) ?? 0];
  return {
    ...emptyResource(`${parts.id}:${replica.offset}`, "replica"),
    nodes: container?.nodes ?? [],
    isActive: members.every((member) => member.isActive),
    isPartlyActive: members.some((member) => member.isPartlyActive),
    isFailed: members.some((member) => member.isFailed),
    isManaged: container?.isManaged ?? true,
    isInMaintenance: container?.isInMaintenance ?? false,
    replica: {
      offset: replica.offset,
      address: replica.address,
      child: at(replica.child),
      container: at(replica.container) ?? 0,
      remote: at(replica.remote),
    },
    members,
  };
}

function emptyResource(id: string, kind: StatusResource["kind"]): StatusResource {
  return {
    id,
    printableId: id,
    kind,
    agent: "",
    agentClass: "",
    provider: "",
    type: "",
    role: "Stopped",
    pendingTask: undefined,
    nodes: [],
    isActive: false,
    isPartlyActive: false,
    isFailed: false,
    isBlocked: false,
    isManaged: true,
    isInMaintenance: false,
    isPromotable: false,
    isUnique: false,
    isDisabled: false,
    targetRole: undefined,
    isRemoved: false,
    isUnclean: false,
    isInternal: false,
    instanceMax: 0,
    failedProbes: new Map(),
    description: undefined,
    bundle: undefined,
    replica: undefined,
    members: [],
  };
}

function readResource(resource: Resource, scene: Scene): StatusResource {
  const members = resource.children.map((child) => readResource(child, scene));
  const { kind } = resource;
  const nodes = kind === "primitive" ? resource.activeOn.map((n) => n.name) : [...new Set(members.flatMap((member) => member.nodes))];
  const isPrimitive = kind === "primitive";
  const isPartlyActive = isPrimitive ? resource.activeOn.length > 0 : members.some((member) => member.isPartlyActive);
  const targetRole = resource.meta.get("target-role");
  const isUnpromotedOnly = resource.targetRole === "Unpromoted" && resource.isPromotable;
  const isInMaintenance = resource.isInMaintenance || (isPrimitive && resource.activeOn.some((node) => node.isMaintenance));
  return {
    ...emptyResource(resource.id, kind),
    printableId:
      resource.ownClone?.clone?.isUnique === true ? resource.id : isPrimitive ? resource.agentId : (resource.xml.id ?? resource.id),
    agent: [resource.agentClass, resource.provider, resource.type].filter((part) => part !== "").join(":"),
    agentClass: resource.agentClass,
    provider: resource.provider,
    type: resource.type,
    role: shownRole(resource),
    pendingTask: resource.activeOn
      .concat(scene.unpacked.nodes)
      .map((node) => scene.pending.get(`${resource.historyName} ${node.id}`))
      .find((task) => task !== undefined),
    nodes,
    isActive: isPrimitive
      ? isPartlyActive
      : kind === "clone"
        ? members.some((m) => m.isActive) && members.every((m) => m.isActive)
        : members.every((m) => m.isActive),
    isPartlyActive,
    isFailed: isPrimitive
      ? resource.isFailed
      : members.some((member) => member.isFailed && member.kind !== "primitive") || (kind !== "group" && resource.isFailed),
    isBlocked: resource.isBlocked,
    isManaged: resource.isManaged,
    isInMaintenance,
    isPromotable: resource.isPromotable,
    isUnique: kind === "clone" ? resource.clone?.isUnique === true : parseBoolean(resource.meta.get("globally-unique")) === true,
    isDisabled: resource.targetRole === "Stopped" || isUnpromotedOnly,
    targetRole,
    isRemoved: resource.isRemoved,
    isUnclean: resource.activeOn.some((node) => node.uncleanReason !== undefined && !node.isOnline),
    isInternal: scene.internal.has(resource.id),
    instanceMax: resource.clone?.max ?? 0,
    failedProbes: failedProbes(resource, scene.unpacked.history.failures),
    description: resource.xml.get("description"),
    members,
  };
}

/** What is active, and whose role is not known, is up; in a promotable clone that is to be unpromoted. */
function shownRole(resource: Resource): Role {
  const isUp = resource.kind === "primitive" && resource.activeOn.length > 0;
  const role = isUp && resource.role === "Stopped" ? "Started" : resource.role;
  return role === "Started" && resource.isPromotable ? "Unpromoted" : role;
}

/** True when a probe's result says that nothing can run there, which is no failure people need to see. */
export function isMaskedProbe(failure: FailedOperation): boolean {
  if (failure.operation !== "monitor" || failure.intervalMs > 0) return false;
  const codes: readonly number[] = [OCF.notInstalled, OCF.invalidArguments];
  return codes.includes(failure.exitCode) || failure.operationStatus === OPERATION_STATUS.notInstalled;
}

function failedProbes(resource: Resource, failures: readonly FailedOperation[]): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  const names = new Set(resource.withDescendants().flatMap((one) => [one.id, one.agentId]));
  for (const failure of failures) {
    if (failure.operation !== "monitor" || failure.intervalMs > 0) continue;
    const name = failure.key.replace(/_monitor_0$/, "");
    if (names.has(failure.resourceId) || names.has(name)) out.set(failure.node, failure.exitCode);
  }
  return out;
}

/** Operations under way: history name and node id to task; of several the last. */
function pendingTasks(cib: XmlElement): Map<string, string> {
  const out = new Map<string, string>();
  for (const state of cib.child("status")?.childrenNamed("node_state") ?? []) {
    for (const holder of state.descend("lrm", "lrm_resources")?.childrenNamed("lrm_resource") ?? []) {
      const pending = holder.childrenNamed("lrm_rsc_op").filter((op) => op.get("op-status") === String(OPERATION_STATUS.pending));
      const last = pending.at(-1);
      if (!last) continue;
      const task = last.get("operation") ?? "";
      const isProbe = task === "monitor" && (last.get("interval") ?? "0") === "0";
      out.set(`${holder.id} ${state.id}`, isProbe ? "probe" : task);
    }
  }
  return out;
}
