import type { XmlElement } from "../../xml/element.ts";
import type { Resource } from "../cluster/resource.ts";
import type { Targets } from "../constrain/targets.ts";

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
  readonly #targets: Targets;

  constructor(targets: Targets) {
    this.#targets = targets;
  }

  /** The resource with an id; the clone for a name that the history has for an instance of it. */
  resource(id: string | undefined): Resource | undefined {
    return this.#targets.resource(id);
  }

  /** The sets of an order, up to one in which a name stands for nothing. */
  sets(constraint: XmlElement): NamedSet[] {
    const sets = this.#targets.sets(constraint);
    const end = sets.findIndex((set) => !set.isWhole);
    return sets.slice(0, end < 0 ? undefined : end).map(({ id, xml, known }) => ({
      id,
      resources: known,
      sequential: xml.get("sequential"),
      action: xml.get("action"),
      kind: xml.get("kind"),
      xml,
    }));
  }

  /** What one name of a plain order stands for, as a set; a tag's members come in no order. */
  single(id: string | undefined, action: string | undefined): NamedSet | undefined {
    if (id === undefined) return undefined;
    const own = this.resource(id);
    const members = own ? undefined : this.#targets.members(id);
    const resources = own ? [own] : members && this.#resources(members);
    const sequential = own ? undefined : "false";
    return resources && { id, resources, sequential, action, kind: undefined, xml: undefined };
  }

  #resources(ids: readonly string[]): Resource[] | undefined {
    const found = ids.flatMap((id) => this.resource(id) ?? []);
    return found.length === ids.length ? found : undefined;
  }
}
