import { compareBytes } from "../../base/names.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { Resource } from "../cluster/resource.ts";
import { type Colocation, type ColocationSide, isInfinite } from "../constrain/colocation.ts";

const KIND_RANK = { primitive: 1, group: 2, clone: 3, bundle: 4 } as const;

const NONE: readonly Colocation[] = [];

/** A list in two; one that is all of one kind is that part itself. */
interface Parts {
  readonly mandatory: readonly Colocation[];
  readonly optional: readonly Colocation[];
}

function partsOf(list: readonly Colocation[]): Parts {
  const mandatory = list.filter(isInfinite);
  if (mandatory.length === 0) return { mandatory: NONE, optional: list };
  if (mandatory.length === list.length) return { mandatory: list, optional: NONE };
  return { mandatory, optional: list.filter((colocation) => !isInfinite(colocation)) };
}

const otherSide = (side: ColocationSide): ColocationSide => (side === "dependent" ? "primary" : "dependent");

/** The colocations that bear on a resource, those of what it is part of included, most important first. */
export class ColocationLists {
  readonly #own = { dependent: new Map<Resource, Colocation[]>(), primary: new Map<Resource, Colocation[]>() };
  readonly #gathered = { dependent: new Map<Resource, readonly Colocation[]>(), primary: new Map<Resource, readonly Colocation[]>() };
  #parts = new WeakMap<readonly Colocation[], Parts>();
  readonly #promoting: ReadonlySet<Resource>;

  /** `promoting` holds the clones whose promotion is being decided. */
  constructor(colocations: readonly Colocation[], promoting: ReadonlySet<Resource>) {
    this.#promoting = promoting;
    for (const side of ["dependent", "primary"] as const) {
      const own = this.#own[side];
      for (let at = 0; at < colocations.length; at += 1) {
        const colocation = colocations[at] as Colocation;
        const known = own.get(colocation[side]);
        if (known) known.push(colocation);
        else own.set(colocation[side], [colocation]);
      }
      const other = otherSide(side);
      // As if they were put in their places one by one, each before its equals.
      for (const list of own.values()) if (list.length > 1) list.reverse().sort((a, b) => compareImportance(a[other], b[other]));
    }
  }

  /** Takes in one more colocation. */
  add(colocation: Colocation): void {
    this.#gathered.dependent.clear();
    this.#gathered.primary.clear();
    this.#parts = new WeakMap();
    for (const side of ["dependent", "primary"] as const) insert(this.#ownOf(colocation[side], side), colocation, otherSide(side));
  }

  #ownOf(resource: Resource, side: ColocationSide): Colocation[] {
    let list = this.#own[side].get(resource);
    if (!list) this.#own[side].set(resource, (list = []));
    return list;
  }

  /** Wishes of this resource to be with others. */
  thisWith(resource: Resource): readonly Colocation[] {
    return this.#gather(resource, "dependent");
  }

  /** Wishes of others to be with this resource. */
  withThis(resource: Resource): readonly Colocation[] {
    return this.#gather(resource, "primary");
  }

  /** Of a list that was gathered here those that have to be heeded, or those that do not. */
  part(list: readonly Colocation[], kind: keyof Parts): readonly Colocation[] {
    const only = list[0];
    if (list.length < 2) return only && isInfinite(only) === (kind === "mandatory") ? list : NONE;
    let parts = this.#parts.get(list);
    if (!parts) this.#parts.set(list, (parts = partsOf(list)));
    return parts[kind];
  }

  /** What is gathered inside a bundle, or for a member behind an unmanaged one, changes while places are given out. */
  isLasting(resource: Resource, side: ColocationSide): boolean {
    if (resource.kind === "primitive" && !resource.parent) return true;
    return !resource.ownBundle && (side === "primary" || resource.parent?.kind !== "group");
  }

  #gather(resource: Resource, side: ColocationSide): readonly Colocation[] {
    if (isHeardAlone(resource, side)) return this.#own[side].get(resource) ?? NONE;
    if (side === "dependent" && isLaterMember(resource) && !isBehindUnmanaged(resource)) return this.#own.dependent.get(resource) ?? NONE;
    const known = this.#gathered[side].get(resource);
    if (known) return known;
    const clone = this.#speaksFor(resource, side);
    if (clone) return this.#gather(clone, side);
    const out: Colocation[] = [];
    this.#collect(resource, resource, side, out);
    if (this.isLasting(resource, side)) this.#gathered[side].set(resource, out);
    return out;
  }

  /** The clone of an instance that has no colocations of its own: one list is that of all of them. */
  #speaksFor(instance: Resource, side: ColocationSide): Resource | undefined {
    const { parent, kind } = instance;
    const isPlain = kind === "primitive" && parent?.kind === "clone" && parent.parent === undefined;
    return isPlain && !this.#own[side].has(instance) ? parent : undefined;
  }

  /**
   * Adds all that bear on `holder`. In Pacemaker (pcmk__add_this_with_list, 2.1.7 and later) a list that has something in it
   * already takes the first of several as often as there are, and none of the others: so do places that depend on it.
   */
  #addAll(holder: Resource, side: ColocationSide, out: Colocation[]): void {
    const own = this.#own[side].get(holder) ?? NONE;
    const first = own[0];
    if (out.length === 0) out.push(...own);
    else if (first) for (const _ of own) insert(out, first, otherSide(side));
  }

  #collect(holder: Resource, asked: Resource, side: ColocationSide, out: Colocation[]): void {
    switch (holder.kind) {
      case "primitive":
        if (holder === asked) {
          this.#addAll(holder, side, out);
          if (holder.parent) this.#collect(holder.parent, asked, side, out);
        } else {
          for (const colocation of this.#own[side].get(holder) ?? []) if (colocation.isExplicit) insert(out, colocation, otherSide(side));
        }
        return;
      case "group":
        this.#collectGroup(holder, asked, side, out);
        return;
      case "clone":
        this.#addAll(holder, side, out);
        if (holder.parent) this.#collect(holder.parent, asked, side, out);
        return;
      case "bundle":
        this.#collectBundle(holder, asked, side, out);
    }
  }

  /** The first member speaks for the group as dependent, the last one as primary. */
  #collectGroup(group: Resource, asked: Resource, side: ColocationSide, out: Colocation[]): void {
    const speaker = side === "dependent" ? group.children[0] : group.children.at(-1);
    if (asked === group || asked === speaker) {
      this.#addAll(group, side, out);
      if (group.parent) this.#collect(group.parent, asked, side, out);
      if (!group.isColocatedGroup) return;
      for (const member of group.children) if (member !== asked) this.#collect(member, asked, side, out);
      return;
    }
    if (side === "primary") return;
    // Behind an unmanaged member the chain is broken: what the group must be with holds for later members directly.
    if (!isBehindUnmanaged(asked)) return;
    for (const colocation of this.#own.dependent.get(group) ?? [])
      if (colocation.score === INFINITY_SCORE) insert(out, colocation, "primary");
  }

  /** A bundle's colocations are those of its containers; for promotion, those of the instances inside. */
  #collectBundle(bundle: Resource, asked: Resource, side: ColocationSide, out: Colocation[]): void {
    const isContainer = bundle.bundle?.replicas.some((replica) => replica.container === asked) === true;
    if (asked === bundle || isContainer) {
      this.#addAll(bundle, side, out);
      return;
    }
    const inner = bundle.bundle?.inner;
    if (inner?.clone?.isPromotable !== true || asked.top !== inner) return;
    if (asked === inner ? this.#promoting.has(inner) : asked.isAssigned) this.#addAll(bundle, side, out);
  }
}

/** True for what has no colocations but its own: of a group's members, as primaries, only the last one speaks for the group. */
function isHeardAlone(resource: Resource, side: ColocationSide): boolean {
  const { kind, parent } = resource;
  if (kind !== "primitive" || !parent) return kind === "primitive";
  return side === "primary" && parent.kind === "group" && parent.children.at(-1) !== resource;
}

/** True for a member of a group before which there is another one. */
function isLaterMember(resource: Resource): boolean {
  const { kind, parent } = resource;
  return kind === "primitive" && parent?.kind === "group" && parent.children[0] !== resource;
}

/** True for a member of a group before which there is an unmanaged one. */
function isBehindUnmanaged(member: Resource): boolean {
  const members = member.parent?.children ?? [];
  for (let at = 0; at < members.length && members[at] !== member; at += 1) if (members[at]?.isManaged === false) return true;
  return false;
}

/** Puts a colocation where it belongs; before its equals. */
function insert(list: Colocation[], colocation: Colocation, side: ColocationSide): void {
  const at = list.findIndex((known) => compareImportance(colocation[side], known[side]) <= 0);
  if (at < 0) list.push(colocation);
  else list.splice(at, 0, colocation);
}

function compareImportance(a: Resource, b: Resource): number {
  return (
    b.placementPriority - a.placementPriority ||
    KIND_RANK[b.kind] - KIND_RANK[a.kind] ||
    (a.kind === "clone" ? Number(b.clone?.isPromotable === true) - Number(a.clone?.isPromotable === true) : 0) ||
    compareBytes(a.id, b.id)
  );
}
