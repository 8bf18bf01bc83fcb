import type { Resource } from "../../scheduler/cluster/resource.ts";
import { isNotified } from "../../scheduler/cluster/resource-state.ts";

/** What each bit of a resource's state stands for. Source: Pacemaker 3.0.3, `crm_resource --list-cts`. */
const BITS: readonly (readonly [bit: number, holds: (resource: Resource) => boolean])[] = [
  [0, (resource) => resource.isRemoved],
  [1, (resource) => resource.isManaged],
  [2, (resource) => resource.isBlocked],
  [4, isNotified],
  [5, isUnique],
  [6, (resource) => resource.isFenceDevice],
  [7, (resource) => resource.isPromotable],
  // It has no place yet: what is shown was not planned.
  [8, () => true],
  [12, (resource) => resource.isFailed && resource.isStoppedIfFailed],
  [14, (resource) => resource.isNestingAllowed],
  [15, (resource) => resource.isCritical],
  [16, (resource) => resource.isFailed],
  [18, (resource) => resource.isRemoteConnection],
  [19, (resource) => [...resource.startPendingOn].length > 0],
  [20, (resource) => resource.isExclusive],
  [23, (resource) => resource.isMigratable],
  [24, (resource) => resource.isFailureIgnored],
  [25, (resource) => resource.parent?.bundle?.replicas.some(({ container }) => container === resource) === true],
  [26, (resource) => resource.isInMaintenance],
  [28, (resource) => resource.requires === "quorum"],
  [29, (resource) => resource.requires === "fencing" && !resource.needsUnfencing],
  [30, (resource) => resource.needsUnfencing],
];

/** The state of a resource as a number with a bit for each thing that is true of it. */
export function resourceFlags(resource: Resource): number {
  // Not by bitwise operators, which would make bit 31 a sign.
  return BITS.reduce((sum, [bit, holds]) => sum + (holds(resource) ? 2 ** bit : 0), 0);
}

/** It can be told apart from others by its id: it is no instance of a clone that has them alike, nor a bundle or such a clone itself. */
function isUnique(resource: Resource): boolean {
  if (resource.kind === "bundle") return false;
  const clone = resource.clone ?? resource.ownClone?.clone;
  return clone === undefined || clone.isUnique;
}
