import type { XmlElement } from "../../xml/element.ts";
import type { Constrained } from "../constrain/constraints.ts";
import { Targets } from "../constrain/targets.ts";
import type { Resource } from "../resource.ts";

/** Resources named together in an order: those of a set, or what one name stands for. */
export interface NamedSet {
  readonly id: string;
  readonly resources: readonly Resource[];
  /** The attribute, undefined when it is not given. */
  readonly sequential: string | undefined;
  readonly action: string | undefined;
  readonly kind: string | undefined;
  readonly xml: XmlElement | undefined;
}

/** Finds what ids in constraints stand for: resources, members of tags, users of templates. */
export class OrderReferences {
  readonly #cluster: Constrained;
  readonly #targets: Targets;
  #byTemplate: Map<string, string[]> | undefined;

  constructor(cluster: Constrained) {
    this.#cluster = cluster;
    this.#targets = new Targets(cluster);
  }

  /** The resource with an id; the clone for a name that the history has for an instance of it. */
  resource(id: string | undefined): Resource | undefined {
    return this.#targets.resource(id);
  }

  /** Ids a tag or template stands for; undefined when there is none of that name. */
  members(id: string): readonly string[] | undefined {
    const tag = this.#cluster.cib.descend("configuration", "tags")?.child("tag", id);
    if (tag) return tag.childrenNamed("obj_ref").flatMap((ref) => (ref.id === undefined ? [] : [ref.id]));
    return this.#templates().get(id);
  }

  /** The sets of an order; undefined when a name in them stands for nothing. */
  sets(constraint: XmlElement): NamedSet[] | undefined {
    const out: NamedSet[] = [];
    for (const named of constraint.childrenNamed("resource_set")) {
      const set = this.#resolved(named, constraint);
      const ids = set?.childrenNamed("resource_ref").flatMap((ref) => {
        const id = ref.id ?? "";
        return this.resource(id) ? [id] : (this.members(id) ?? [id]);
      });
      const resources = ids && this.#resources(ids);
      if (!set || !resources) return undefined;
      out.push({
        id: set.id ?? "",
        resources,
        sequential: set.get("sequential"),
        action: set.get("action"),
        kind: set.get("kind"),
        xml: set,
      });
    }
    return out;
  }

  /** What one name of a plain order stands for, as a set; a tag's members come in no order. */
  single(id: string | undefined, action: string | undefined): NamedSet | undefined {
    if (id === undefined) return undefined;
    const own = this.resource(id);
    const members = own ? undefined : this.members(id);
    const resources = own ? [own] : members && this.#resources(members);
    const sequential = own ? undefined : "false";
    return resources && { id, resources, sequential, action, kind: undefined, xml: undefined };
  }

  #resources(ids: readonly string[]): Resource[] | undefined {
    const found = ids.flatMap((id) => this.resource(id) ?? []);
    return found.length === ids.length ? found : undefined;
  }

  #resolved(set: XmlElement, constraint: XmlElement): XmlElement | undefined {
    const reference = set.get("id-ref");
    if (reference === undefined) return set;
    const section = this.#cluster.cib.descend("configuration", "constraints") ?? constraint;
    for (const xml of section.walk()) if (xml.name === "resource_set" && xml.id === reference) return xml;
    return undefined;
  }

  #templates(): Map<string, string[]> {
    if (this.#byTemplate) return this.#byTemplate;
    this.#byTemplate = new Map();
    const section = this.#cluster.cib.descend("configuration", "resources");
    for (const xml of section?.walk() ?? []) {
      const template = xml.name === "primitive" ? xml.get("template") : undefined;
      if (template === undefined || xml.id === undefined) continue;
      const known = this.#byTemplate.get(template);
      if (known) known.push(xml.id);
      else this.#byTemplate.set(template, [xml.id]);
    }
    return this.#byTemplate;
  }
}
