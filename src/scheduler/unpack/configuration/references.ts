import { XmlElement } from "../../../xml/element.ts";

/**
 * The document with every `id-ref` below its configuration replaced by a copy of what it refers to; the document itself
 * when it has none. Source: Pacemaker Explained, "Reusing Rules, Options, and Sets".
 */
export function resolveReferences(cib: XmlElement): XmlElement {
  const configuration = cib.child("configuration");
  if (!configuration || !hasReference(configuration)) return cib;
  const resolver = new Resolver(configuration);
  const children = cib.children.map((child) => (child === configuration ? resolver.resolve(child, new Set()) : child));
  return new XmlElement(cib.name, cib.attributes, children, cib.text);
}

/** Elements whose id names something else. */
const REFERENCES: ReadonlySet<string> = new Set(["resource_ref", "obj_ref"]);

function hasReference(element: XmlElement): boolean {
  return element.attributeNames.includes("id-ref") || element.childList.some(hasReference);
}

class Resolver {
  readonly #byId = new Map<string, XmlElement>();
  /** What stands beside sets that are referred to. */
  readonly #parents = new Map<XmlElement, XmlElement>();

  constructor(configuration: XmlElement) {
    for (const element of configuration.walk()) {
      const { id } = element;
      if (id !== undefined && !element.attributes.has("id-ref") && !REFERENCES.has(element.name))
        this.#byId.set(`${element.name} ${id}`, element);
      for (const child of element.children) if (child.name === SET) this.#parents.set(child, element);
    }
  }

  /** The element with all below it; `trail` is what it stands in for already. */
  resolve(element: XmlElement, trail: ReadonlySet<XmlElement>): XmlElement {
    const target = this.#target(element);
    const source = target && !trail.has(target) ? target : element;
    const inner = new Set(trail).add(source);
    const parts = source.children.some((child) => child.name === SET && child.get("id-ref") !== undefined)
      ? this.#readSets(source)
      : source.children;
    const children = parts.map((child) => (isReadSet(child) ? child : this.resolve(child, inner)));
    const made = new XmlElement(element.name, source.attributes, children, source.text);
    // A pair may take its value from another one and keep its own name.
    if (source !== element && element.name === "nvpair" && element.attributes.has("name")) made.set("name", element.get("name"));
    // Whose operations they are makes a difference for failures that block.
    if (source !== element && element.name === "operations") made.set("id-ref", element.get("id-ref"));
    return made;
  }

  #target(element: XmlElement): XmlElement | undefined {
    const name = element.get("id-ref");
    return name === undefined ? undefined : this.#byId.get(`${element.name} ${name}`);
  }

  /**
   * The parts of a constraint as Pacemaker reads its sets: after one that is referred to it goes on with what stands behind that,
   * not with what stands behind the reference. All these keep a reference, to themselves: tags in them stand for nothing.
   */
  #readSets(constraint: XmlElement): readonly XmlElement[] {
    const read = new Map<XmlElement, XmlElement>();
    let holder = constraint;
    let isForeign = false;
    for (let at = 0; at < holder.children.length; at += 1) {
      const child = holder.children[at] as XmlElement;
      const set = child.name === SET ? (this.#target(child) ?? child) : undefined;
      if (!set) continue;
      if (read.has(set)) break;
      isForeign ||= set !== child;
      read.set(set, isForeign ? asReference(set) : set);
      holder = this.#parents.get(set) ?? holder;
      at = holder.children.indexOf(set);
    }
    return [...constraint.children.filter((child) => child.name !== SET), ...read.values()];
  }
}

const SET = "resource_set";

/** True for a set that was found by way of a reference, which has both. */
function isReadSet({ name, attributes }: XmlElement): boolean {
  return name === SET && attributes.has("id-ref") && attributes.has("id");
}

function asReference(set: XmlElement): XmlElement {
  return new XmlElement(SET, [...set.attributes, ["id-ref", set.id ?? ""]], set.children, set.text);
}
