import { parseBoolean } from "../../cib/document.ts";
import type { Targets } from "../../scheduler/constrain/targets.ts";
import { parseScore } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import { doubt, failure, type Problem } from "./problem.ts";

/** Attributes that name a resource, by the constraint. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  rsc_location: ["rsc"],
  rsc_colocation: ["rsc", "with-rsc"],
  rsc_order: ["first", "then"],
  rsc_ticket: ["rsc"],
};

/** True for elements that constrain resources. */
export function isConstraint(name: string): boolean {
  return name in NAMES;
}

/**
 * A constraint that names nothing, and is ignored for that; undefined for one that is read. Source: Pacemaker 3.0.2, tags in
 * constraints.
 */
export function ignoredConstraint(xml: XmlElement, targets: Targets): Problem[] | undefined {
  const names = (NAMES[xml.name] ?? []).flatMap((name) => xml.get(name) ?? []);
  const unknown = names.find((id) => targets.resource(id) === undefined && targets.members(id) === undefined);
  if (unknown === undefined) return undefined;
  return [nothingNamed(unknown), failure(`unpack_${kindOf(xml)}_tags`, `Ignoring constraint '${xml.id}' ${because(unknown)}`)];
}

/**
 * Names in the sets, tags and templates of a constraint that stand for nothing: as a rule they end what is read of it. `forEach` are
 * the problems with each resource until then.
 */
export function referenceProblems(xml: XmlElement, targets: Targets, forEach: readonly Problem[] = []): Problem[] {
  const inSets = unknownInSets(xml, targets);
  const ignored = inSets === undefined ? [] : [nothingNamed(inSets), failure("pcmk__expand_tags_in_sets", setsIgnored(xml, inSets))];
  const lists = namedLists(xml, targets);
  return [...ignored, ...(xml.name === "rsc_colocation" ? colocationProblems(lists, isZero(xml)) : untilUnknown(lists, forEach))];
}

function nothingNamed(id: string): Problem {
  return doubt("pcmk__valid_resource_or_tag", `No resource, template, or tag named '${id}'`);
}

const because = (id: string): string => `because '${id}' is not a valid resource or tag`;

const setsIgnored = (xml: XmlElement, id: string): string => `Ignoring resource sets for constraint '${xml.id}' ${because(id)}`;

const kindOf = (xml: XmlElement): string => xml.name.replace("rsc_", "").replace("ticket", "rsc_ticket");

/** The first name in the sets that stands for nothing, in tags as well. */
function unknownInSets(xml: XmlElement, targets: Targets): string | undefined {
  for (const set of xml.childrenNamed("resource_set"))
    for (const { id = "" } of set.childrenNamed("resource_ref")) {
      const unknown = unknownIn(id, targets, []);
      if (unknown !== undefined) return unknown;
    }
  return undefined;
}

function unknownIn(name: string, targets: Targets, trail: readonly string[]): string | undefined {
  if (targets.resource(name)) return undefined;
  const members = trail.includes(name) ? undefined : targets.members(name);
  if (members === undefined) return name;
  for (const member of members) {
    const unknown = unknownIn(member, targets, [...trail, name]);
    if (unknown !== undefined) return unknown;
  }
  return undefined;
}

/** Names that are read as a set; unknown ones are marked. */
interface NamedList {
  readonly id: string;
  readonly isSequential: boolean;
  /** Its resources are not to be together or apart: nothing is read of them. */
  readonly isIdle: boolean;
  readonly entries: readonly { readonly name: string; readonly isKnown: boolean }[];
}

/** The sets of a constraint; where a side is a tag or template, the sides. */
function namedLists(xml: XmlElement, targets: Targets): NamedList[] {
  const sets = targets.sets(xml);
  if (sets.length > 0)
    return sets.map(({ id, xml: set, names, entries }) => ({
      id,
      isSequential: parseBoolean(set.get("sequential")) !== false,
      isIdle: isZero(set.get("score") === undefined ? xml : set),
      entries: names.map((name, at) => ({ name, isKnown: entries[at] !== undefined })),
    }));
  return (NAMES[xml.name] ?? []).flatMap((attribute): NamedList[] => {
    const id = xml.get(attribute);
    if (id === undefined) return [];
    const members = targets.resource(id) === undefined ? targets.members(id) : undefined;
    const entries = (members ?? [id]).map((name) => ({ name, isKnown: targets.resource(name) !== undefined }));
    return [{ id, isSequential: members === undefined, isIdle: isZero(xml), entries }];
  });
}

function isZero(scored: XmlElement): boolean {
  return parseScore(scored.get("score") ?? "0") === 0;
}

function untilUnknown(lists: readonly NamedList[], forEach: readonly Problem[]): Problem[] {
  const problems: Problem[] = [];
  for (const { id, entries } of lists)
    for (const { name, isKnown } of entries) {
      if (!isKnown) return [...problems, failure("unpack_order_set", `${id}: No resource found for ${name}`)];
      problems.push(...forEach.map((one) => ({ ...one })));
    }
  return problems;
}

const NOTHING = "No such resource";

/** Colocations go from set to set, and within those that are in sequence from resource to resource. */
function colocationProblems(lists: readonly NamedList[], areSetsIdle: boolean): Problem[] {
  const within = lists.flatMap(({ id, isSequential, isIdle, entries }) => {
    const unknown = isSequential && !isIdle ? entries.find(({ isKnown }) => !isKnown) : undefined;
    return unknown ? [`Ignoring ${unknown.name} and later resources in set ${id}: ${NOTHING}`] : [];
  });
  const between = (areSetsIdle ? [] : lists.slice(1)).flatMap((next, at) => betweenSets(lists[at] as NamedList, next));
  return [...within, ...between].map((text) => failure("colocate_rsc_sets", text));
}

function betweenSets(dependents: NamedList, primaries: NamedList): string[] {
  const pair = `colocation of set ${dependents.id} with set ${primaries.id}`;
  const first = dependents.isSequential ? dependents.entries[0] : undefined;
  if (first?.isKnown === false) return [`Ignoring ${pair} because first resource ${first.name} not found`];
  const last = primaries.isSequential ? primaries.entries.at(-1) : undefined;
  if (last?.isKnown === false) return [`Ignoring ${pair} because last resource ${last.name} not found`];
  const unknownPrimaries = primaries.isSequential ? [] : primaries.entries.filter(({ isKnown }) => !isKnown);
  if (dependents.isSequential)
    return unknownPrimaries.map(
      ({ name }) => `Ignoring set ${dependents.id} colocation with resource ${name} in set ${primaries.id}: ${NOTHING}`,
    );
  return dependents.entries.flatMap(({ name, isKnown }) => {
    const what = `Ignoring colocation of set ${dependents.id} resource ${name} with set ${primaries.id}`;
    return isKnown ? unknownPrimaries.map((primary) => `${what} resource ${primary.name}: ${NOTHING}`) : [`${what}: ${NOTHING}`];
  });
}
