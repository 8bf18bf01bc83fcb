import { INFINITY_SCORE, parseScore } from "../../src/score/score.ts";
import type { XmlElement } from "../../src/xml/element.ts";

/** Two resources that are named in one colocation; of a set each with each. */
interface NamedColocation {
  readonly dependent: string;
  readonly primary: string;
  readonly score: number;
}

/** Resources of a kind, wherever they are. */
export function resourcesNamed(cib: XmlElement, kind: string): XmlElement[] {
  return [...(cib.descend("configuration", "resources")?.walk() ?? [])].filter((one) => one.name === kind);
}

/** Ids of a resource and of what is in it. */
export function resourceIds(resource: XmlElement): Set<string> {
  const kinds = new Set(["primitive", "group", "clone", "bundle"]);
  return new Set([...resource.walk()].filter((one) => kinds.has(one.name)).flatMap((one) => one.id ?? []));
}

/** Ids of what has this id and of all that is in it. */
export function idsBelow(cib: XmlElement, id: string): Set<string> {
  const found = [...(cib.descend("configuration", "resources")?.walk() ?? [])].find((one) => one.id === id);
  return found ? resourceIds(found) : new Set([id]);
}

/** Ids of all members of groups. */
export function membersOf(cib: XmlElement): Set<string> {
  return new Set(resourcesNamed(cib, "group").flatMap((group) => group.childrenNamed("primitive").flatMap((member) => member.id ?? [])));
}

/** All pairs that colocations speak of. */
export function colocationsIn(cib: XmlElement): NamedColocation[] {
  const all = cib.descend("configuration", "constraints")?.childrenNamed("rsc_colocation") ?? [];
  return all.flatMap((xml) => {
    const score = parseScore(xml.get("score") ?? "") ?? 0;
    const [dependents, primaries] = [tagged(cib, xml.get("rsc")), tagged(cib, xml.get("with-rsc"))];
    if (dependents.length > 0 && primaries.length > 0)
      return dependents.flatMap((dependent) => primaries.map((primary) => ({ dependent, primary, score })));
    const named = [...xml.walk()].filter((one) => one.name === "resource_ref").flatMap((one) => one.id ?? []);
    return named.flatMap((one) => named.filter((two) => two !== one).map((two) => ({ dependent: one, primary: two, score })));
  });
}

/** What a name stands for: the resources with a tag, or itself. */
export function tagged(cib: XmlElement, name: string | undefined): string[] {
  if (name === undefined) return [];
  const tag = (cib.descend("configuration", "tags")?.childrenNamed("tag") ?? []).find((one) => one.id === name);
  return tag ? tag.childrenNamed("obj_ref").flatMap((one) => one.id ?? []) : [name];
}

/** False for what has to be, or must not. */
export function isOptional(score: number): boolean {
  return Math.abs(score) < INFINITY_SCORE;
}

/** What has to be with a single member of a group. */
export function dependentsOfMembers(cib: XmlElement): Set<string> {
  const members = membersOf(cib);
  const mandatory = colocationsIn(cib).filter((one) => one.score >= INFINITY_SCORE && members.has(one.primary));
  return new Set(mandatory.map((one) => one.dependent));
}

/** True when each of the lines has to do with one of these resources or with an instance of one. */
export function namesIn(lines: readonly string[], ids: ReadonlySet<string>): boolean {
  return lines.some((line) => [...ids].some((id) => line.includes(id)));
}

/** True when the status knows a resource of this collection, or a container of it. */
export function runningIn(cib: XmlElement, collective: XmlElement): boolean {
  const known = [...(cib.child("status")?.walk() ?? [])].filter((one) => one.name === "lrm_resource").flatMap((one) => one.id ?? []);
  const ids = [...resourceIds(collective)];
  return known.some((name) => ids.some((id) => name === id || name.startsWith(`${id}:`) || name.startsWith(`${id}-`)));
}

/** True when some node has a transient attribute whose name starts like this. */
export function hasTransientName(cib: XmlElement, start: string): boolean {
  return [...(cib.child("status")?.walk() ?? [])].some((one) => one.name === "nvpair" && one.get("name")?.startsWith(start));
}

/** Names of guest nodes: those resources make by themselves. */
export function guestsIn(cib: XmlElement): Set<string> {
  const pairs = [...(cib.descend("configuration", "resources")?.walk() ?? [])].filter((one) => one.get("name") === "remote-node");
  return new Set(pairs.flatMap((one) => one.get("value") ?? []));
}

/** True when a resource makes a node of some kind. */
export function hasGuests(cib: XmlElement): boolean {
  const isRemote = resourcesNamed(cib, "primitive").some((one) => one.get("type") === "remote" && one.get("provider") === "pacemaker");
  return isRemote || guestsIn(cib).size > 0 || resourcesNamed(cib, "bundle").length > 0;
}
