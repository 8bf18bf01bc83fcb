import type { XmlElement } from "../../xml/element.ts";
import type { Resource } from "../resource.ts";
import type { Unpacked } from "../unpack/unpack.ts";

/** What constraints call resources by: ids, names in the history, tags and templates. */
export class Targets {
  readonly #byId = new Map<string, Resource>();
  readonly #byHistoryName = new Map<string, Resource>();
  readonly #templates = new Map<string, string[]>();
  readonly #tags = new Map<string, string[]>();

  constructor({ cib, top }: Pick<Unpacked, "cib" | "top">) {
    for (const resource of top.flatMap((one) => one.withDescendants())) {
      if (!this.#byId.has(resource.id)) this.#byId.set(resource.id, resource);
      const { historyName } = resource;
      if (historyName !== resource.id && !this.#byHistoryName.has(historyName)) this.#byHistoryName.set(historyName, resource);
    }
    const section = cib.descend("configuration", "resources");
    for (const template of section?.childrenNamed("template") ?? []) this.#templates.set(template.id ?? "", []);
    for (const xml of section?.walk() ?? []) this.#templates.get(xml.get("template") ?? "")?.push(xml.id ?? "");
    for (const tag of cib.descend("configuration", "tags")?.childrenNamed("tag") ?? []) {
      const known = this.#tags.get(tag.id ?? "") ?? [];
      this.#tags.set(tag.id ?? "", [...known, ...tag.childrenNamed("obj_ref").map((ref) => ref.id ?? "")]);
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

  /**
   * The sets of a constraint, tags and templates in them replaced by what they stand for. A set ends at the first name
   * that is unknown, and `isWhole` is false then.
   */
  sets(constraint: XmlElement): ResourceSet[] {
    return constraint.childrenNamed("resource_set").map((xml) => this.#set(xml));
  }

  #set(xml: XmlElement): ResourceSet {
    const resources: Resource[] = [];
    const visited = new Set<string>();
    const add = (id: string): boolean => {
      const resource = this.resource(id);
      if (resource) {
        resources.push(resource);
        return true;
      }
      const members = this.members(id);
      if (!members || visited.has(id)) return false;
      visited.add(id);
      return members.every(add);
    };
    const isWhole = xml.childrenNamed("resource_ref").every((ref) => add(ref.id ?? ""));
    return { id: xml.id ?? "", xml, resources, isWhole };
  }
}

/** A set of resources in a constraint. */
export interface ResourceSet {
  readonly id: string;
  readonly xml: XmlElement;
  readonly resources: readonly Resource[];
  readonly isWhole: boolean;
}
