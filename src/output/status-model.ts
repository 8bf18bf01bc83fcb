import { clusterOption } from "../cib/document.ts";
import type { ClusterOptions } from "../scheduler/options.ts";
import type { FailedOperation, Resource, Role } from "../scheduler/resource.ts";
import { type Unpacked, unpack } from "../scheduler/unpack/unpack.ts";
import type { XmlElement } from "../xml/element.ts";
import { type ExpandedCib, expandGuests, markRemoteNodes } from "./guest-nodes.ts";
import { type NodeHistory, readNodeHistories } from "./status-history.ts";
import { isMixedVersion, readStatusNodes, type StatusNode } from "./status-nodes.ts";
import { readStatusResources } from "./status-resources.ts";

export type { StatusNode } from "./status-nodes.ts";

/** The instance of a bundle or the bundle itself needs a few words more. */
export interface BundleDetails {
  readonly type: string;
  readonly image: string;
}

/** A replica: what it consists of, in the order people see it. */
export interface ReplicaDetails {
  readonly offset: number;
  readonly address: string | undefined;
  /** Indices of the parts among the members; undefined when there is none. */
  readonly child: number | undefined;
  readonly container: number;
  readonly remote: number | undefined;
}

/** A resource as status displays show it; groups, clones, bundles and replicas have members, a primitive has none. */
export interface StatusResource {
  readonly id: string;
  /** Id without instance number where instances cannot be told apart: what people see. */
  readonly printableId: string;
  readonly kind: "primitive" | "group" | "clone" | "bundle" | "replica";
  /** As `ocf:heartbeat:IPaddr2`. */
  readonly agent: string;
  readonly agentClass: string;
  readonly provider: string;
  readonly type: string;
  readonly role: Role;
  /** Operation under way: start, stop, promote, ... */
  readonly pendingTask: string | undefined;
  readonly nodes: readonly string[];
  /** All of it is active. */
  readonly isActive: boolean;
  /** Some of it is active. */
  readonly isPartlyActive: boolean;
  readonly isFailed: boolean;
  readonly isBlocked: boolean;
  readonly isManaged: boolean;
  readonly isInMaintenance: boolean;
  readonly isPromotable: boolean;
  readonly isUnique: boolean;
  /** Its target role forbids what it could be. */
  readonly isDisabled: boolean;
  /** As configured. */
  readonly targetRole: string | undefined;
  /** Known from the history only. */
  readonly isRemoved: boolean;
  /** One of its nodes cannot be trusted. */
  readonly isUnclean: boolean;
  /** It stands for a guest's connection, which people do not care about. */
  readonly isInternal: boolean;
  /** Most instances of a clone. */
  readonly instanceMax: number;
  /** Exit codes of probes that could not find out, by node. */
  readonly failedProbes: ReadonlyMap<string, number>;
  readonly description: string | undefined;
  readonly bundle: BundleDetails | undefined;
  readonly replica: ReplicaDetails | undefined;
  readonly members: readonly StatusResource[];
}

/** Who changed the CIB last, and when. */
export interface LastChange {
  readonly time: string | undefined;
  readonly user: string | undefined;
  readonly client: string | undefined;
  readonly origin: string | undefined;
}

/** The state of a cluster, as its CIB tells it. */
export interface ClusterStatus {
  readonly stack: string;
  readonly dc: { readonly name: string; readonly id: string; readonly version: string } | undefined;
  readonly hasQuorum: boolean;
  readonly isMixedVersion: boolean;
  readonly lastChange: LastChange;
  readonly options: ClusterOptions;
  readonly nodes: readonly StatusNode[];
  readonly resources: readonly StatusResource[];
  readonly instanceCount: number;
  readonly disabledCount: number;
  readonly blockedCount: number;
  readonly failures: readonly FailedOperation[];
  readonly histories: readonly NodeHistory[];
  /** What was read, guests and bundles expanded; for tools that ask more. */
  readonly unpacked: Unpacked;
  readonly expanded: ExpandedCib;
  readonly cib: XmlElement;
}

/** Reads the state of the cluster from its CIB. */
export function readClusterStatus(cib: XmlElement, clock: { readonly nowEpochSeconds: number }): ClusterStatus {
  const expanded = expandGuests(cib);
  const unpacked = unpackExpanded(expanded, clock.nowEpochSeconds);
  const nodes = readStatusNodes(unpacked, expanded);
  const resources = readStatusResources(cib, unpacked, expanded);
  const flat = resources.flatMap(primitivesOf).filter((resource) => !resource.isRemoved);
  const dcNode = nodes.find((node) => node.isDc);
  return {
    stack: clusterOption(cib, "cluster-infrastructure") ?? "unknown",
    dc: dcNode && { name: dcNode.name, id: dcNode.id, version: clusterOption(cib, "dc-version") ?? "unknown" },
    hasQuorum: unpacked.options.hasQuorum,
    isMixedVersion: isMixedVersion(nodes),
    lastChange: {
      time: cib.get("cib-last-written"),
      user: cib.get("update-user"),
      client: cib.get("update-client"),
      origin: cib.get("update-origin"),
    },
    options: unpacked.options,
    nodes,
    resources,
    instanceCount: flat.length,
    disabledCount: flat.filter((resource) => resource.isDisabled).length,
    blockedCount: flat.filter((resource) => resource.isBlocked).length,
    failures: unpacked.history.failures,
    histories: readNodeHistories(expanded.cib, unpacked, replicaNames(expanded)),
    unpacked,
    expanded,
    cib,
  };
}

/** Instances inside replicas by the id they are configured under. */
function replicaNames(expanded: ExpandedCib): ReadonlyMap<string, string> {
  return new Map(
    expanded.bundles.flatMap(({ childId, isUnique, replicas }) =>
      replicas.flatMap((replica) =>
        childId === undefined || isUnique || replica.child === undefined ? [] : [[replica.child, childId] as const],
      ),
    ),
  );
}

/** Where connections are active is known only after reading; then the nodes behind them count. */
function unpackExpanded(expanded: ExpandedCib, nowEpochSeconds: number): Unpacked {
  if (expanded.remoteNodes.length === 0) return unpack(expanded.cib, nowEpochSeconds);
  const first = unpack(expanded.cib, nowEpochSeconds);
  const find = (id: string): Resource | undefined => first.resources.byId.get(id);
  markRemoteNodes(
    expanded,
    (id) => (find(id)?.activeOn.length ?? 0) > 0,
    (id) => find(id)?.isInMaintenance === true,
  );
  return unpack(expanded.cib, nowEpochSeconds);
}

/** The primitives of a resource, itself when it is one. */
export function primitivesOf(resource: StatusResource): StatusResource[] {
  return resource.kind === "primitive" ? [resource] : resource.members.flatMap(primitivesOf);
}

/** A resource and everything in it. */
export function withMembers(resource: StatusResource): StatusResource[] {
  return [resource, ...resource.members.flatMap(withMembers)];
}

/** The resource with this id, at any depth; for what a clone copies, all its instances as one. */
export function findStatusResource(status: ClusterStatus, id: string): StatusResource | undefined {
  const all = status.resources.flatMap(withMembers).filter((resource) => resource.kind !== "replica");
  const exact = all.find((resource) => resource.id === id && (resource.kind !== "primitive" || resource.printableId === id));
  if (exact) return exact;
  const instances = all.filter((resource) => resource.printableId === id || resource.id === id || resource.id.replace(/:\d+$/, "") === id);
  const first = instances.find((instance) => instance.isActive) ?? instances[0];
  return first && { ...first, id: first.id === id ? first.id : id, nodes: instances.flatMap((instance) => instance.nodes) };
}
