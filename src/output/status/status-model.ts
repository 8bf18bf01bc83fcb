import { clusterOption } from "../../cib/document.ts";
import type { FailedOperation } from "../../scheduler/cluster/failed-operation.ts";
import type { ClusterOptions } from "../../scheduler/cluster/options.ts";
import { applyLossPolicies } from "../../scheduler/constrain/constraints.ts";
import { type Unpacked, unpack } from "../../scheduler/unpack/unpack.ts";
import type { XmlElement } from "../../xml/element.ts";
import { isMixedVersion, readStatusNodes, type StatusNode } from "./status-nodes.ts";
import { primitivesOf, type StatusResource, withMembers } from "./status-resource.ts";
import { readStatusResources } from "./status-resources.ts";

export type { StatusNode } from "./status-nodes.ts";
export { primitivesOf, type StatusResource, topResource, withMembers } from "./status-resource.ts";

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
  readonly dc: { readonly name: string; readonly id: string; readonly version: string | undefined } | undefined;
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
  /** What was read; for tools that ask more. */
  readonly unpacked: Unpacked;
  readonly cib: XmlElement;
}

/** How the state of the cluster is read. */
export interface StatusReading {
  readonly nowEpochSeconds: number;
  /** What the loss of a ticket is answered with shows: nodes to be fenced, resources that are left as they are. */
  readonly showsLostTickets?: boolean;
}

/** Reads the state of the cluster from its CIB. */
export function readClusterStatus(cib: XmlElement, { nowEpochSeconds, showsLostTickets = false }: StatusReading): ClusterStatus {
  return clusterStatus(cib, unpack(cib, nowEpochSeconds), showsLostTickets);
}

/** The same from what was read already. To be called before that is planned with, which uses it up. */
export function clusterStatus(cib: XmlElement, unpacked: Unpacked, showsLostTickets = false): ClusterStatus {
  // What a lost ticket freezes is not counted as blocked: it did not fail.
  const before = readStatusResources(unpacked);
  const counted = instancesOf(before);
  const blockedCount = counted.filter((resource) => resource.isBlocked).length;
  if (showsLostTickets) applyLossPolicies(unpacked);
  const nodes = readStatusNodes(unpacked);
  const resources = showsLostTickets ? readStatusResources(unpacked) : before;
  const dcNode = nodes.find((node) => node.isDc);
  return {
    stack: clusterOption(cib, "cluster-infrastructure") ?? "unknown",
    dc: dcNode && { name: dcNode.name, id: dcNode.id, version: clusterOption(cib, "dc-version") },
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
    instanceCount: counted.length,
    disabledCount: counted.filter((resource) => resource.isDisabled).length,
    blockedCount,
    failures: unpacked.history.failures,
    unpacked,
    cib,
  };
}

/** All primitives; what was removed is counted as long as it runs. */
function instancesOf(resources: readonly StatusResource[]): StatusResource[] {
  return resources.flatMap(primitivesOf).filter((resource) => !resource.isRemoved || resource.role !== "Stopped");
}

/** The name of the instance that answers for a resource; its own unless it is what all instances of a clone are called. */
export function instanceName(status: ClusterStatus, resource: StatusResource): string {
  const isInstance = (one: StatusResource): boolean => one.printableId === resource.id || one.id.replace(/:\d+$/, "") === resource.id;
  const all = status.resources.flatMap(withMembers);
  if (all.some(({ id }) => id === resource.id)) return resource.id;
  const instances = all.filter((one) => one.kind === resource.kind && isInstance(one));
  return (instances.find(({ isActive }) => isActive) ?? instances[0])?.id ?? resource.id;
}

/**
 * The resource with this id, at any depth; for what a clone copies, all its instances as one. Where instances can be told
 * apart that is none of them, unless `isByConfiguration` says that what they are configured by is meant.
 */
export function findStatusResource(status: ClusterStatus, id: string, isByConfiguration = true): StatusResource | undefined {
  const all = status.resources.flatMap(withMembers).filter((resource) => resource.kind !== "replica");
  const exact = all.find((resource) => resource.id === id && (resource.kind !== "primitive" || resource.printableId === id));
  if (exact) return exact;
  const isConfigured = (resource: StatusResource): boolean => isByConfiguration && resource.id.replace(/:\d+$/, "") === id;
  const instances = all.filter((resource) => resource.printableId === id || resource.id === id || isConfigured(resource));
  const first = instances.find((instance) => instance.isActive) ?? instances[0];
  return first && { ...first, id: first.id === id ? first.id : id, nodes: instances.flatMap((instance) => instance.nodes) };
}
