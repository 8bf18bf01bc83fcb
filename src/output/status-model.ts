import { clusterOption } from "../cib/document.ts";
import type { ClusterOptions } from "../scheduler/options.ts";
import type { FailedOperation } from "../scheduler/resource.ts";
import { type Unpacked, unpack } from "../scheduler/unpack/unpack.ts";
import type { XmlElement } from "../xml/element.ts";
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
  /** What was read; for tools that ask more. */
  readonly unpacked: Unpacked;
  readonly cib: XmlElement;
}

/** Reads the state of the cluster from its CIB. */
export function readClusterStatus(cib: XmlElement, clock: { readonly nowEpochSeconds: number }): ClusterStatus {
  return clusterStatus(cib, unpack(cib, clock.nowEpochSeconds));
}

/** The same from what was read already. To be called before that is planned with, which uses it up. */
export function clusterStatus(cib: XmlElement, unpacked: Unpacked): ClusterStatus {
  const nodes = readStatusNodes(unpacked);
  const resources = readStatusResources(unpacked);
  // What was removed is counted as long as it runs.
  const flat = resources.flatMap(primitivesOf).filter((resource) => !resource.isRemoved || resource.role !== "Stopped");
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
    unpacked,
    cib,
  };
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
