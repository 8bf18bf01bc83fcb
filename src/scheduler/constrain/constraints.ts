import { parseBoolean } from "../../cib/document.ts";
import { parseScore } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { Resource, Role } from "../resource.ts";
import { ruleHolds } from "../unpack/rules.ts";
import type { Unpacked } from "../unpack/unpack.ts";
import type { Location } from "./location.ts";
import { readTicket } from "./tickets.ts";

/** A wish of one resource to be with (or away from) another. */
export interface Colocation {
  readonly id: string;
  readonly dependent: Resource;
  readonly primary: Resource;
  readonly score: number;
  readonly attribute: string;
  readonly isInfluential: boolean;
  /** It counts only for a dependent in this role. */
  readonly dependentRole: Role | undefined;
  /** It counts only while the primary has this role. */
  readonly primaryRole: Role | undefined;
}

/** One action of a resource before an action of another. */
export interface OrderConstraint {
  readonly id: string;
  readonly first: Resource;
  readonly firstAction: string;
  readonly then: Resource;
  readonly thenAction: string;
  readonly kind: "Mandatory" | "Optional" | "Serialize";
  readonly isSymmetrical: boolean;
}

/** Second phase: the constraints, each tied to its resources. */
export interface Constrained extends Unpacked {
  readonly locations: readonly Location[];
  /** Wishes about the promoted role only. */
  readonly roleLocations: readonly Location[];
  /** Clones whose promotion a ticket forbids. */
  readonly unpromotable: ReadonlySet<Resource>;
  readonly colocations: readonly Colocation[];
  readonly orders: readonly OrderConstraint[];
  /** Resource and node pairs that are not probed. */
  readonly unprobed: ReadonlySet<string>;
}

/** Reads the constraints section. */
export function constrain(unpacked: Unpacked): Constrained {
  const locations: Location[] = [];
  const colocations: Colocation[] = [];
  const orders: OrderConstraint[] = [];
  const unprobed = new Set<string>();
  const unpromotable = new Set<Resource>();
  for (const xml of unpacked.cib.descend("configuration", "constraints")?.children ?? []) {
    if (isOver(xml, unpacked)) continue;
    if (xml.name === "rsc_location") readLocation(xml, unpacked, locations, unprobed);
    else if (xml.name === "rsc_colocation") colocations.push(...readColocation(xml, unpacked));
    else if (xml.name === "rsc_ticket") {
      const { bans, unpromotable: clones } = readTicket(xml, unpacked, locationTargets(xml, unpacked));
      locations.push(...bans);
      for (const clone of clones) unpromotable.add(clone);
    } else if (xml.name === "rsc_order") orders.push(...readOrder(xml, unpacked));
  }
  const roleLocations = locations.filter((location) => location.role === "Promoted");
  return {
    ...unpacked,
    locations: locations.filter((location) => location.role === undefined),
    roleLocations,
    unpromotable,
    colocations,
    orders,
    unprobed,
  };
}

/** A constraint whose lifetime rule does not hold has no effect. */
function isOver(xml: XmlElement, unpacked: Unpacked): boolean {
  const rules = xml.child("lifetime")?.childrenNamed("rule") ?? [];
  return rules.length > 0 && !rules.some((rule) => ruleHolds(rule, { nowEpochSeconds: unpacked.nowEpochSeconds }));
}

function find(unpacked: Unpacked, id: string | undefined): Resource | undefined {
  if (id === undefined) return undefined;
  return unpacked.resources.byId.get(id) ?? unpacked.resources.byId.get(`${id}:0`)?.ownClone;
}

/** What an id in a constraint stands for: a resource, the members of a tag, or the users of a template. */
function membersOf(unpacked: Unpacked, id: string | undefined): Resource[] {
  const named = find(unpacked, id);
  if (named || id === undefined) return named ? [named] : [];
  const tag = unpacked.cib.descend("configuration", "tags")?.child("tag", id);
  if (tag) return tag.childrenNamed("obj_ref").flatMap((ref) => membersOf(unpacked, ref.id));
  return [...unpacked.resources.byId.values()].filter((resource) => resource.xml.get("template") === id);
}

function locationTargets(xml: XmlElement, unpacked: Unpacked): Resource[] {
  const named = membersOf(unpacked, xml.get("rsc"));
  if (named.length > 0) return named;
  const pattern = xml.get("rsc-pattern");
  if (pattern !== undefined) {
    const matcher = safePattern(pattern.replace(/^!/, ""));
    return matcher ? unpacked.resources.top.filter((resource) => matcher.test(resource.id) !== pattern.startsWith("!")) : [];
  }
  return xml
    .childrenNamed("resource_set")
    .flatMap((set) => set.childrenNamed("resource_ref").flatMap((ref) => membersOf(unpacked, ref.id)));
}

/** Patterns that could run for ever (nested repetition) are not used. */
function safePattern(text: string): RegExp | undefined {
  if (text.length > 256 || /\([^)]*[+*{][^)]*\)[+*{]/.test(text)) return undefined;
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}

function readLocation(xml: XmlElement, unpacked: Unpacked, out: Location[], unprobed: Set<string>): void {
  const id = xml.id ?? "";
  const discovery = xml.get("resource-discovery") ?? "always";
  for (const resource of locationTargets(xml, unpacked)) {
    const wishes = locationWishes(xml, unpacked, resource);
    for (const { nodeIndex, score, role } of wishes) {
      out.push({ id, resource, nodeIndex, score, role });
      if (discovery === "never") for (const primitive of resource.primitives()) unprobed.add(`${primitive.id} ${nodeIndex}`);
    }
    if (discovery !== "exclusive") continue;
    const named = new Set(wishes.map((wish) => wish.nodeIndex));
    for (const node of unpacked.nodes) {
      if (named.has(node.index)) continue;
      out.push({ id, resource, nodeIndex: node.index, score: -1_000_000, role: undefined });
      for (const primitive of resource.primitives()) unprobed.add(`${primitive.id} ${node.index}`);
    }
  }
}

function locationWishes(xml: XmlElement, unpacked: Unpacked, resource: Resource): Omit<Location, "id" | "resource">[] {
  const rules = xml.childrenNamed("rule");
  if (rules.length === 0) {
    const node = unpacked.nodes.find((candidate) => candidate.name.toLowerCase() === xml.get("node")?.toLowerCase());
    const score = parseScore(xml.get("score") ?? "");
    return node && score !== undefined ? [{ nodeIndex: node.index, score, role: limitedRole(xml.get("role")) }] : [];
  }
  return rules.flatMap((rule) =>
    unpacked.nodes.flatMap((node) => {
      const context = { nowEpochSeconds: unpacked.nowEpochSeconds, attributes: node.attributes, agent: resource };
      if (!ruleHolds(rule, context)) return [];
      const text =
        rule.get("score-attribute") === undefined ? (rule.get("score") ?? "0") : node.attributes.get(rule.get("score-attribute") ?? "");
      const score = text === undefined ? undefined : parseScore(text);
      return score === undefined ? [] : [{ nodeIndex: node.index, score, role: limitedRole(rule.get("role") ?? xml.get("role")) }];
    }),
  );
}

/** Only a preference for the promoted role is limited to a role. */
function limitedRole(text: string | undefined): Role | undefined {
  return text !== undefined && /^(promoted|master)$/i.test(text) ? "Promoted" : undefined;
}

function readColocation(xml: XmlElement, unpacked: Unpacked): Colocation[] {
  const score = parseScore(xml.get("score") ?? "INFINITY") ?? 0;
  if (score === 0) return [];
  const make = (dependent: Resource, primary: Resource): Colocation => ({
    id: xml.id ?? "",
    dependent,
    primary,
    score,
    attribute: xml.get("node-attribute") ?? "#uname",
    dependentRole: limitedRole(xml.get("rsc-role")),
    primaryRole: limitedRole(xml.get("with-rsc-role")),
    isInfluential: parseBoolean(xml.get("influence")) ?? parseBoolean(dependent.meta.get("critical")) ?? true,
  });
  const dependents = membersOf(unpacked, xml.get("rsc"));
  const primaries = membersOf(unpacked, xml.get("with-rsc"));
  if (dependents.length > 0 && primaries.length > 0)
    return dependents.flatMap((dependent) => primaries.flatMap((primary) => pairOf(dependent, primary, make)));
  const out: Colocation[] = [];
  let previous: { readonly members: readonly Resource[]; readonly isSequential: boolean; readonly role: Role | undefined } | undefined;
  for (const set of xml.childrenNamed("resource_set")) {
    const references = set.childrenNamed("resource_ref").map((ref) => membersOf(unpacked, ref.id));
    const members = references.flat();
    const isSequential = (parseBoolean(set.get("sequential")) ?? true) && references.every((list) => list.length === 1);
    const role = limitedRole(set.get("role"));
    if (isSequential && score > 0) for (let i = 1; i < members.length; i += 1) out.push(...pairOf(members[i], members[i - 1], make));
    if (isSequential && score < 0) for (const a of members) for (const b of members) if (a.id < b.id) out.push(...pairOf(a, b, make));
    // A later set is placed first: the earlier one goes where it is.
    if (previous) {
      const left = previous.isSequential ? previous.members.slice(0, 1) : previous.members;
      const right = isSequential ? members.slice(-1) : members;
      const { role: dependentRole } = previous;
      for (const a of left)
        for (const b of right) out.push(...pairOf(a, b, (x, y) => ({ ...make(x, y), dependentRole, primaryRole: role })));
    }
    previous = { members, isSequential, role };
  }
  return out;
}

function pairOf<T>(a: Resource | undefined, b: Resource | undefined, make: (a: Resource, b: Resource) => T): T[] {
  return a && b && a !== b ? [make(a, b)] : [];
}

function readOrder(xml: XmlElement, unpacked: Unpacked): OrderConstraint[] {
  const score = xml.get("score");
  const given = xml.get("kind");
  const kind =
    given === "Optional" || given === "Serialize"
      ? given
      : given === undefined && score !== undefined && parseScore(score) === 0
        ? "Optional"
        : "Mandatory";
  const isSymmetrical = (parseBoolean(xml.get("symmetrical")) ?? true) && kind !== "Serialize";
  const firstAction = xml.get("first-action") ?? "start";
  const make = (first: Resource, then: Resource, action = firstAction): OrderConstraint => ({
    id: xml.id ?? "",
    first,
    firstAction: action,
    then,
    thenAction: xml.get("then-action") ?? action,
    kind,
    isSymmetrical,
  });
  const firsts = membersOf(unpacked, xml.get("first"));
  const thens = membersOf(unpacked, xml.get("then"));
  if (firsts.length > 0 && thens.length > 0) return firsts.flatMap((first) => thens.flatMap((then) => pairOf(first, then, make)));
  const out: OrderConstraint[] = [];
  let previous: { readonly members: readonly Resource[]; readonly isSequential: boolean } | undefined;
  for (const set of xml.childrenNamed("resource_set")) {
    const references = set.childrenNamed("resource_ref").map((ref) => membersOf(unpacked, ref.id));
    const members = references.flat();
    const action = set.get("action") ?? "start";
    const isSequential = (parseBoolean(set.get("sequential")) ?? true) && references.every((list) => list.length === 1);
    const relate = (before: Resource | undefined, after: Resource | undefined): void => {
      out.push(...pairOf(before, after, (a, b) => make(a, b, action)));
    };
    if (isSequential) for (let i = 1; i < members.length; i += 1) relate(members[i - 1], members[i]);
    if (previous) {
      const left = previous.isSequential ? previous.members.slice(-1) : previous.members;
      const right = isSequential ? members.slice(0, 1) : members;
      for (const before of left) for (const after of right) relate(before, after);
    }
    previous = { members, isSequential };
  }
  return out;
}
