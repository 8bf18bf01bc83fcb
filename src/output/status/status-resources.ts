import { parseBoolean } from "../../cib/document.ts";
import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { FailedOperation } from "../../scheduler/cluster/failed-operation.ts";
import type { SchedulerNode } from "../../scheduler/cluster/node.ts";
import type { BundleSettings, Replica, Resource } from "../../scheduler/cluster/resource.ts";
import { isActive } from "../../scheduler/cluster/resource-state.ts";
import type { Role } from "../../scheduler/cluster/role.ts";
import type { Unpacked } from "../../scheduler/unpack/unpack.ts";
import type { StatusResource } from "./status-resource.ts";

/** Elements of a bundle that name its container technology. */
const CONTAINER_TYPES = ["docker", "podman", "rkt"] as const;

/** All resources in order of priority, then those known from the history only. */
export function readStatusResources(unpacked: Unpacked): StatusResource[] {
  return unpacked.top.map((resource) =>
    resource.bundle ? readBundle(resource, resource.bundle, unpacked) : readResource(resource, unpacked),
  );
}

function readBundle(bundle: Resource, settings: BundleSettings, unpacked: Unpacked): StatusResource {
  const members = settings.replicas.map((replica, offset) => readReplica(bundle, replica, offset, unpacked));
  const container = CONTAINER_TYPES.map((name) => bundle.xml.child(name)).find((xml) => xml !== undefined);
  return {
    ...readResource(bundle, unpacked),
    nodes: [...new Set(members.flatMap((member) => member.nodes))],
    isActive: members.length > 0 && members.every((member) => member.isActive),
    isPartlyActive: members.some((member) => member.isPartlyActive),
    // What fails is in the bundle; the bundle itself never does.
    isFailed: false,
    isUnique: settings.isUnique,
    bundle: { type: container?.name ?? "docker", image: container?.get("image") ?? "" },
    members,
  };
}

function readReplica(bundle: Resource, replica: Replica, offset: number, unpacked: Unpacked): StatusResource {
  const parts = [replica.address, replica.child, replica.container, replica.connection].filter((part) => part !== undefined);
  const members = parts.map((part) => readResource(part, unpacked));
  const at = (part: Resource | undefined): number | undefined => (part === undefined ? undefined : parts.indexOf(part));
  const container = members[parts.indexOf(replica.container)];
  return {
    ...emptyResource(`${bundle.id}:${offset}`, "replica"),
    nodes: container?.nodes ?? [],
    isActive: members.every((member) => member.isActive),
    isPartlyActive: members.some((member) => member.isPartlyActive),
    isFailed: members.some((member) => member.isFailed),
    isManaged: container?.isManaged ?? true,
    isInMaintenance: container?.isInMaintenance ?? false,
    replica: {
      offset,
      address: replica.address && addressOf(replica.address, unpacked),
      child: at(replica.child),
      container: parts.indexOf(replica.container),
      host: replica.container.currentNode?.name,
      remote: at(replica.connection),
    },
    members,
  };
}

function addressOf(resource: Resource, unpacked: Unpacked): string | undefined {
  return unpacked.parametersOn(resource, undefined).get("ip");
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
    pendingNode: undefined,
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
    isFailureIgnored: false,
    lockNode: undefined,
    allowedNodes: [],
    isRemoved: false,
    isUnclean: false,
    isPlaceUnclean: false,
    isInternal: false,
    instanceMax: 0,
    failedProbes: new Map(),
    description: undefined,
    bundle: undefined,
    replica: undefined,
    members: [],
  };
}

/** The id that people know a resource by: instances that cannot be told apart have no number. */
export function printableIdOf(resource: Resource): string {
  if (resource.ownClone?.clone?.isUnique === true) return resource.id;
  return resource.kind === "primitive" ? resource.agentId : (resource.xml.id ?? resource.id);
}

function isLost(node: SchedulerNode | undefined): boolean {
  return node !== undefined && node.uncleanReason !== undefined && !node.isOnline;
}

function readResource(resource: Resource, unpacked: Unpacked): StatusResource {
  const members = resource.children.map((child) => readResource(child, unpacked));
  const { kind } = resource;
  const nodes = kind === "primitive" ? resource.activeOn.map((n) => n.name) : [...new Set(members.flatMap((member) => member.nodes))];
  const isPrimitive = kind === "primitive";
  const isPartlyActive = isPrimitive ? isActive(resource) : members.some((member) => member.isPartlyActive);
  const targetRole = resource.meta.get("target-role") ?? (kind === "clone" ? members[0]?.targetRole : undefined);
  const isUnpromotedOnly = resource.targetRole === "Unpromoted" && resource.isPromotable;
  const isInMaintenance = resource.isInMaintenance || (isPrimitive && resource.activeOn.some((node) => node.isMaintenance));
  return {
    ...emptyResource(resource.id, kind),
    printableId: printableIdOf(resource),
    agent: [resource.agentClass, ...(resource.provider === "" ? [] : [resource.provider]), resource.type].join(":"),
    agentClass: resource.agentClass,
    provider: resource.provider,
    type: resource.type,
    role: shownRole(resource),
    pendingTask: resource.pendingTask,
    pendingNode: resource.pendingNode?.name,
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
    isUnclean: resource.activeOn.some(isLost),
    isPlaceUnclean: isLost(resource.activeOn[0] ?? resource.pendingNode ?? resource.lockNode),
    isFailureIgnored: resource.isFailureIgnored,
    lockNode: resource.lockNode?.name,
    allowedNodes: listedNodes(resource, unpacked).map((node) => node.name),
    isInternal: parseBoolean(resource.meta.get("internal_rsc")) === true,
    instanceMax: resource.clone?.max ?? 0,
    failedProbes: failedProbes(resource, unpacked.history.failures),
    description: resource.xml.get("description"),
    members,
  };
}

/** What is up in a promotable clone is unpromoted, unless more is known. */
function shownRole({ role, isPromotable }: Resource): Role {
  return role === "Started" && isPromotable ? "Unpromoted" : role;
}

/** True when a probe's result says that nothing can run there, which is no failure people need to see. */
export function isMaskedProbe(failure: FailedOperation): boolean {
  if (failure.operation !== "monitor" || failure.intervalMs > 0) return false;
  const codes: readonly number[] = [OCF.notInstalled, OCF.invalidArguments];
  return codes.includes(failure.exitCode) || failure.operationStatus === OPERATION_STATUS.notInstalled;
}

/** Where probes could not find out. Of what is in a clone only those of what the clone multiplies are known: not those of a group's members. */
function failedProbes(resource: Resource, failures: readonly FailedOperation[]): ReadonlyMap<string, number> {
  const out = new Map<string, number>();
  const clone = resource.kind === "clone" ? resource : resource.top.kind === "clone" ? resource.top : undefined;
  const multiplied = clone?.xml.children.find(({ name }) => name === "primitive" || name === "group");
  const name = clone ? multiplied?.id : resource.id;
  for (const failure of failures) {
    if (!isMaskedProbe(failure) || out.has(failure.node) || failure.recordedNode?.toLowerCase() !== failure.node.toLowerCase()) continue;
    if (failure.key.replace(/_monitor_0$/, "") === name) out.set(failure.node, failure.exitCode);
  }
  return out;
}

/** Where a resource can be; where nothing is allowed unless it is named, where its state is known. */
function listedNodes(resource: Resource, unpacked: Unpacked): readonly SchedulerNode[] {
  const allowed = unpacked.nodes.filter((node) => resource.isAllowedOn[node.index] === 1);
  if (allowed.length > 0) return allowed;
  const known = new Set(resource.primitives().flatMap((primitive) => [...primitive.probedOn]));
  return unpacked.nodes.filter((node) => known.has(node.index));
}
