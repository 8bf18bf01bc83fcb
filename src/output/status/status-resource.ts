import type { Role } from "../../scheduler/cluster/role.ts";

/** What a bundle is made of. */
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
  /** Node the container is on; while it moves, the one it comes from. */
  readonly host: string | undefined;
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
  /** Where that is under way. */
  readonly pendingNode: string | undefined;
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
  /** One of its failures is ignored. */
  readonly isFailureIgnored: boolean;
  /** Node it is kept for while that one is shut down. */
  readonly lockNode: string | undefined;
  /** Nodes on which it could be, or has been looked for. */
  readonly allowedNodes: readonly string[];
  /** Known from the history only. */
  readonly isRemoved: boolean;
  /** One of its nodes cannot be trusted. */
  readonly isUnclean: boolean;
  /** The node it is shown on cannot be trusted: where it is active, where something is about to happen, or what it is kept for. */
  readonly isPlaceUnclean: boolean;
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

/** The resource and its parts as if nothing were under way. */
export function withoutPending(resource: StatusResource): StatusResource {
  return { ...resource, pendingTask: undefined, members: resource.members.map(withoutPending) };
}

/** The primitives of a resource, itself when it is one. */
export function primitivesOf(resource: StatusResource): StatusResource[] {
  return resource.kind === "primitive" ? [resource] : resource.members.flatMap(primitivesOf);
}

/** A resource and everything in it. */
export function withMembers(resource: StatusResource): StatusResource[] {
  return [resource, ...resource.members.flatMap(withMembers)];
}

/** The topmost resource that a resource is part of, itself when it stands alone. */
export function topResource(
  resources: readonly StatusResource[],
  resource: Pick<StatusResource, "id" | "printableId">,
): StatusResource | undefined {
  const isIt = (one: StatusResource): boolean =>
    one.id === resource.id || one.printableId === resource.id || one.id === resource.printableId;
  return resources.find((candidate) => withMembers(candidate).some(isIt));
}
