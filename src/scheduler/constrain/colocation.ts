import { parseBoolean } from "../../cib/document.ts";
import { INFINITY_SCORE, parseScore } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Role } from "../cluster/role.ts";
import { limitingRole } from "./roles.ts";
import type { ResourceSet, Targets } from "./targets.ts";

/** The resource that wishes to be with another one, or that other one. */
export type ColocationSide = "dependent" | "primary";

/** A wish of one resource to be with (or away from) another. */
export interface Colocation {
  readonly id: string;
  readonly dependent: Resource;
  readonly primary: Resource;
  readonly score: number;
  readonly attribute: string;
  readonly isInfluential: boolean;
  /** Configured, not implied by a group or container. */
  readonly isExplicit: boolean;
  /** It counts only for a dependent in this role. */
  readonly dependentRole: Role | undefined;
  /** It counts only while the primary has this role. */
  readonly primaryRole: Role | undefined;
}

/** True for a colocation that is no preference: together, or apart, or not at all. */
export function isInfinite({ score }: Colocation): boolean {
  return Math.abs(score) >= INFINITY_SCORE;
}

interface SetMembers {
  readonly set: ResourceSet;
  readonly isSequential: boolean;
  readonly role: Role | undefined | "invalid";
}

/** Reads a colocation constraint. Source: Pacemaker Explained, "Placing Resources Relative to other Resources". */
export function readColocation(xml: XmlElement, targets: Targets): Colocation[] {
  const score = parseScore(xml.get("score") ?? "0");
  if (score === undefined) return [];
  const sets = targets.sets(xml);
  return sets.length > 0 ? betweenSets(xml, sets, score) : betweenTwo(xml, targets, score);
}

/** A colocation; nothing when it would say nothing. One of a resource with itself, or with what it is in, counts as any other. */
function make(
  xml: XmlElement,
  id: string,
  dependent: Resource | undefined,
  primary: Resource | undefined,
  score: number,
  limits: { dependentRole: Role | undefined | "invalid"; primaryRole: Role | undefined | "invalid" },
  attribute = "#uname",
): Colocation[] {
  const { dependentRole, primaryRole } = limits;
  if (!dependent || !primary || score === 0) return [];
  if (dependentRole === "invalid" || primaryRole === "invalid") return [];
  const isInfluential = parseBoolean(xml.get("influence")) ?? dependent.isCritical;
  return [{ id, dependent, primary, score, attribute, isInfluential, isExplicit: true, dependentRole, primaryRole }];
}

function betweenTwo(xml: XmlElement, targets: Targets, score: number): Colocation[] {
  const dependent = targets.resource(xml.get("rsc"));
  const primary = targets.resource(xml.get("with-rsc"));
  const dependentRole = limitingRole(xml.get("rsc-role"));
  const primaryRole = limitingRole(xml.get("with-rsc-role"));
  const id = xml.id ?? "";
  if (dependent && primary) return make(xml, id, dependent, primary, score, { dependentRole, primaryRole }, xml.get("node-attribute"));
  // A tag or template on one side: its members, in no sequence, against the other.
  const resources = (name: string | undefined): Resource[] =>
    (targets.members(name) ?? []).flatMap((member) => targets.resource(member) ?? []);
  const dependents = dependent ? [dependent] : resources(xml.get("rsc"));
  const primaries = primary ? [primary] : resources(xml.get("with-rsc"));
  if (!dependent && !primary) return [];
  // The other side is a set then too, and a set of one keeps what is named otherwise than what stands for it apart from that.
  const [alone, name, role] = dependent ? [dependent, xml.get("rsc"), dependentRole] : [primary, xml.get("with-rsc"), primaryRole];
  const limits = { dependentRole: role, primaryRole: role };
  const own = score < 0 && alone && alone.id !== name ? make(xml, name ?? "", alone, alone, score, limits) : [];
  const between = dependents.flatMap((one) =>
    primaries.flatMap((other) => make(xml, id, one, other, score, { dependentRole, primaryRole })),
  );
  return [...own, ...between];
}

function betweenSets(xml: XmlElement, sets: readonly ResourceSet[], score: number): Colocation[] {
  const out: Colocation[] = [];
  let previous: SetMembers | undefined;
  for (const set of sets) {
    const isSequential = parseBoolean(set.xml.get("sequential")) ?? true;
    const members: SetMembers = { set, isSequential, role: limitingRole(set.xml.get("role")) };
    const ownScore = parseScore(set.xml.get("score") ?? String(score)) ?? 0;
    if (isSequential) out.push(...withinSet(xml, set, ownScore, members.role));
    if (previous) out.push(...setWithSet(xml, previous, members, score));
    previous = members;
  }
  return out;
}

/**
 * Each member with the one before it; apart, every member from every earlier one. Pacemaker goes through the set until it comes to
 * the member's own name: what is in a clone or bundle is named otherwise than what stands for it, and is kept apart from all.
 */
function withinSet(xml: XmlElement, set: ResourceSet, score: number, role: SetMembers["role"]): Colocation[] {
  const limits = { dependentRole: role, primaryRole: role };
  const resources = set.leading;
  const isReversed = (set.xml.get("ordering") ?? "group").toLowerCase() !== "group";
  return resources.flatMap((resource, at) => {
    if (score < 0) {
      const own = set.names.indexOf(resource.id);
      return set.entries.slice(0, own < 0 ? undefined : own).flatMap((other) => make(xml, set.id, resource, other, score, limits));
    }
    const before = resources[at - 1];
    return isReversed ? make(xml, set.id, before, resource, score, limits) : make(xml, set.id, resource, before, score, limits);
  });
}

/** A later set is placed first: of sequential sets the first of the earlier one goes with the last of the later one. */
function setWithSet(xml: XmlElement, earlier: SetMembers, later: SetMembers, score: number): Colocation[] {
  const dependents = earlier.isSequential ? earlier.set.entries.slice(0, 1) : earlier.set.known;
  const primaries = later.isSequential ? later.set.entries.slice(-1) : later.set.known;
  const limits = { dependentRole: earlier.role, primaryRole: later.role };
  return dependents.flatMap((one) => primaries.flatMap((other) => make(xml, xml.id ?? "", one, other, score, limits)));
}

function imply(id: string, dependent: Resource, primary: Resource, score: number, isInfluential: boolean): Colocation {
  const attribute = "#uname";
  return { id, dependent, primary, score, attribute, isInfluential, isExplicit: false, dependentRole: undefined, primaryRole: undefined };
}

/** Adds what groups and launchers imply: members live together, contents live where their container is. */
export function addImpliedColocations(resource: Resource, found: Colocation[]): void {
  const { children, launcher } = resource;
  for (let at = 0; at < children.length; at += 1) addImpliedColocations(children[at] as Resource, found);
  if (resource.kind === "group" && resource.isColocatedGroup) {
    for (let at = 1; at < children.length; at += 1) {
      const member = children[at] as Resource;
      found.push(imply("#group-members", member, children[at - 1] as Resource, 1_000_000, member.isCritical));
    }
  }
  for (const { address, container } of resource.bundle?.replicas ?? [])
    if (address) found.push(imply("#ip-with-container", address, container, 1_000_000, true));
  if (!launcher) return;
  const livesInGuest = launcher.isRemoteConnection || launcher.launched.some((other) => other.isRemoteConnection);
  if (resource.kind === "primitive" && resource.isManaged && (resource.isRemoteConnection || !livesInGuest))
    found.push(imply("#resource-with-container", resource, launcher, resource.isNestingAllowed ? 10_000 : 1_000_000, true));
}
