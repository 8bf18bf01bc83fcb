import { parseBoolean } from "../../cib/document.ts";
import { INFINITY_SCORE, parseScore } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Unpacked } from "../unpack/unpack.ts";
import { addImpliedColocations, type Colocation, readColocation } from "./colocation.ts";
import { healthLocations } from "./health.ts";
import { type Location, LocationReader } from "./location.ts";
import { Targets } from "./targets.ts";
import { readTicket, type TicketEffect } from "./tickets.ts";

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
  /** In the order of the document; node health comes first. */
  readonly locations: readonly Location[];
  /** Resources that a ticket keeps from running anywhere, with the id of the constraint. */
  readonly bannedByTicket: TicketEffect["banned"];
  /** Resources whose promotion tickets forbid, with the ids of the constraints. */
  readonly unpromotable: ReadonlyMap<Resource, readonly string[]>;
  /** Nodes on which a ticket is lost whose loss has them fenced, in the order in which that showed. */
  readonly fencedForTickets: ReadonlySet<SchedulerNode>;
  /** The configured ones, then those that groups and containers imply; placing containers on guests adds some. */
  readonly colocations: Colocation[];
  /** Of each constraint that keeps resources apart whatever happens, the colocations it makes. */
  readonly separations: ReadonlyMap<XmlElement, readonly Colocation[]>;
  /** The orders, for those who explain a plan; read when they ask. */
  readonly orders: () => readonly OrderConstraint[];
  readonly targets: Targets;
}

/** Reads the constraints section. */
export function constrain(unpacked: Unpacked): Constrained {
  const targets = new Targets(unpacked);
  const locations = [...healthLocations(unpacked), ...configuredLocations(unpacked, targets)];
  const colocations: Colocation[] = [];
  const separations = new Map<XmlElement, readonly Colocation[]>();
  const banned: TicketEffect["banned"][number][] = [];
  const unpromotable = new Map<Resource, string[]>();
  const fencedForTickets = new Set<SchedulerNode>();
  for (const xml of unpacked.cib.descend("configuration", "constraints")?.children ?? []) {
    if (xml.name === "rsc_colocation") {
      const read = readColocation(xml, targets);
      colocations.push(...read);
      const apart = read.filter(({ score }) => score <= -INFINITY_SCORE);
      if (apart.length > 0) separations.set(xml, apart);
    } else if (xml.name === "rsc_ticket") {
      const effect = readTicket(xml, unpacked, targets);
      banned.push(...effect.banned);
      for (const resource of effect.unpromotable) unpromotable.set(resource, [...(unpromotable.get(resource) ?? []), xml.id ?? ""]);
      for (const node of effect.fenced) fencedForTickets.add(node);
    }
  }
  for (const resource of unpacked.top) addImpliedColocations(resource, colocations);
  let orders: readonly OrderConstraint[] | undefined;
  return {
    ...unpacked,
    locations,
    bannedByTicket: banned,
    unpromotable,
    fencedForTickets,
    colocations,
    separations,
    orders: () => (orders ??= configuredOrders(unpacked)),
    targets,
  };
}

function configuredOrders(unpacked: Unpacked): OrderConstraint[] {
  const constraints = unpacked.cib.descend("configuration", "constraints")?.childrenNamed("rsc_order") ?? [];
  return constraints.flatMap((xml) => readOrder(xml, unpacked));
}

/**
 * The location constraints in force, in the order of the document. One with a lifetime never is: Pacemaker 3.0 makes of both
 * a rule without a score, which it ignores. (For other constraints it drops the lifetime.) Source: the upgrade to schema
 * pacemaker-4.0.
 */
export function configuredLocations(unpacked: Unpacked, targets: Targets = new Targets(unpacked)): Location[] {
  const reader = new LocationReader(unpacked, targets);
  const constraints = unpacked.cib.descend("configuration", "constraints")?.childrenNamed("rsc_location") ?? [];
  return constraints.filter((xml) => xml.child("lifetime") === undefined).flatMap((xml) => reader.read(xml));
}

/** Carries out what loss policies ask for where tickets are lost, and nothing else of the constraints. */
export function applyLossPolicies(unpacked: Unpacked): void {
  const targets = new Targets(unpacked);
  const constraints = unpacked.cib.descend("configuration", "constraints")?.childrenNamed("rsc_ticket") ?? [];
  for (const xml of constraints) readTicket(xml, unpacked, targets);
}

function find(unpacked: Unpacked, id: string | undefined): Resource | undefined {
  if (id === undefined) return undefined;
  return unpacked.resources.byId.get(id) ?? unpacked.resources.byId.get(`${id}:0`)?.ownClone;
}

/** What an id in a constraint stands for: a resource, the members of a tag, or the users of a template. */
function membersOf(unpacked: Unpacked, id: string | undefined, trail: readonly string[] = []): Resource[] {
  const named = find(unpacked, id);
  if (named || id === undefined) return named ? [named] : [];
  if (trail.includes(id)) return [];
  const tag = unpacked.cib.descend("configuration", "tags")?.child("tag", id);
  if (tag) return tag.childrenNamed("obj_ref").flatMap((ref) => membersOf(unpacked, ref.id, [...trail, id]));
  return [...unpacked.resources.byId.values()].filter((resource) => resource.xml.get("template") === id);
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
