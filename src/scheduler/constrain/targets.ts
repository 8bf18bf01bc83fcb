import type { XmlElement } from "../../xml/element.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Unpacked } from "../unpack/unpack.ts";

/** What constraints call resources by: ids, names in the history, tags and templates. */
export class Targets {
  readonly #byId = new Map<string, Resource>();
  readonly #byHistoryName = new Map<string, Resource>();
  readonly #templates = new Map<string, string[]>();
  readonly #tags = new Map<string, string[]>();

  constructor({ cib, top }: Pick<Unpacked, "cib" | "top">) {
    this.#addAll(top);
    const section = cib.descend("configuration", "resources");
    for (const template of section?.childrenNamed("template") ?? []) this.#templates.set(template.id ?? "", []);
    const users = this.#templates.size === 0 ? undefined : section?.walk();
    for (const xml of users ?? []) this.#templates.get(xml.get("template") ?? "")?.push(xml.id ?? "");
    for (const tag of cib.descend("configuration", "tags")?.childrenNamed("tag") ?? []) {
      const known = this.#tags.get(tag.id ?? "") ?? [];
      this.#tags.set(tag.id ?? "", [...known, ...tag.childrenNamed("obj_ref").map((ref) => ref.id ?? "")]);
    }
  }

  /** Takes in resources, each before those in it. */
  #addAll(resources: readonly Resource[]): void {
    for (let at = 0; at < resources.length; at += 1) {
      const resource = resources[at] as Resource;
      const { id, historyName, children } = resource;
      if (!this.#byId.has(id)) this.#byId.set(id, resource);
      if (historyName !== id && !this.#byHistoryName.has(historyName)) this.#byHistoryName.set(historyName, resource);
      this.#addAll(children);
    }
  }

  /** The resource of an id; a name from the history of a clone's instance stands for the clone. */
  resource(id: string | undefined): Resource | undefined {
    if (id === undefined) return undefined;
    return this.#byId.get(id) ?? this.#byHistoryName.get(id)?.top;
  }

  /** Ids of the users of a template, or of the members of a tag; undefined when the name is neither, or empty. */
  members(name: string | undefined): readonly string[] | undefined {
    if (name === undefined) return undefined;
    const found = this.#templates.get(name) ?? this.#tags.get(name);
    return found === undefined || found.length === 0 ? undefined : found;
  }

  /** The resources a tag or template stands for, up to the first name in it that stands for none. */
  leadingMembers(name: string | undefined): readonly Resource[] | undefined {
    const entries = this.members(name)?.map((id) => this.resource(id));
    const end = entries?.indexOf(undefined) ?? -1;
    return entries?.slice(0, end < 0 ? undefined : end).flatMap((resource) => resource ?? []);
  }

  /**
   * The sets of a constraint, tags and templates in them, and in those, replaced by what they stand for. If any name in them
   * stands for nothing at all, none is replaced; nor is one in a set that the constraint only refers to.
   */
  sets(constraint: XmlElement): ResourceSet[] {
    // Most constraints have none.
    if (constraint.child("resource_set") === undefined) return [];
    const named = constraint.childrenNamed("resource_set").map((xml) => {
      const names = namesIn(xml);
      if (xml.get("id-ref") !== undefined) return { xml, names, expanded: names };
      const replaced = names.map((name) => this.#expanded(name, []));
      return { xml, names, expanded: replaced.includes(undefined) ? undefined : replaced.flatMap((ids) => ids ?? []) };
    });
    const areReplaced = named.every(({ expanded }) => expanded !== undefined);
    return named.map(({ xml, names, expanded }) => {
      const ids = areReplaced ? (expanded ?? names) : names;
      const entries = ids.map((id) => this.resource(id));
      const end = entries.indexOf(undefined);
      const known = entries.flatMap((resource) => resource ?? []);
      return { id: xml.id ?? "", xml, names: ids, entries, known, leading: known.slice(0, end < 0 ? undefined : end), isWhole: end < 0 };
    });
  }

  /** Ids of the resources a name stands for, tags in tags included; undefined when any of them stands for nothing. */
  #expanded(name: string, trail: readonly string[]): readonly string[] | undefined {
    if (this.resource(name)) return [name];
    if (trail.includes(name)) return undefined;
    const members = this.members(name)?.map((member) => this.#expanded(member, [...trail, name]));
    return members === undefined || members.includes(undefined) ? undefined : members.flatMap((ids) => ids ?? []);
  }
}

/**
 * A set of resources in a constraint. Names in it may stand for nothing: members of clones are known by their own name
 * only where an instance of them has a history.
 */
export interface ResourceSet {
  readonly id: string;
  readonly xml: XmlElement;
  readonly names: readonly string[];
  /** What the names stand for; undefined for what is unknown. */
  readonly entries: readonly (Resource | undefined)[];
  readonly known: readonly Resource[];
  /** Those before the first one that is unknown. */
  readonly leading: readonly Resource[];
  /** All of them are known. */
  readonly isWhole: boolean;
}

function namesIn(set: XmlElement): string[] {
  return set.childrenNamed("resource_ref").map((ref) => ref.id ?? "");
}

/** The sets up to and including the first one in which something is unknown: where the reading of a constraint ends. */
export function untilUnknown(sets: readonly ResourceSet[]): readonly ResourceSet[] {
  const end = sets.findIndex((set) => !set.isWhole);
  return end < 0 ? sets : sets.slice(0, end + 1);
}
