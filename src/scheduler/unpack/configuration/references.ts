import { XmlElement } from "../../../xml/element.ts";

/**
 * The document with every `id-ref` below its configuration replaced by a copy of what it refers to; the document itself
 * when it has none. Source: Pacemaker Explained, "Reusing Rules, Options, and Sets".
 */
export function resolveReferences(cib: XmlElement): XmlElement {
  const configuration = cib.child("configuration");
  if (!configuration || !hasReference(configuration)) return cib;
  const byId = new Map<string, XmlElement>();
  for (const element of configuration.walk()) {
    const { id } = element;
    if (id !== undefined && !element.attributes.has("id-ref") && !REFERENCES.has(element.name)) byId.set(`${element.name} ${id}`, element);
  }
  const resolve = (element: XmlElement, trail: ReadonlySet<XmlElement>): XmlElement => {
    const name = element.get("id-ref");
    const target = name === undefined ? undefined : byId.get(`${element.name} ${name}`);
    const source = target && !trail.has(target) ? target : element;
    const inner = new Set(trail).add(source);
    const children = source.children.map((child) => resolve(child, inner));
    const made = new XmlElement(element.name, source.attributes, children, source.text);
    // A pair may take its value from another one and keep its own name.
    if (source !== element && element.name === "nvpair" && element.attributes.has("name")) made.set("name", element.get("name"));
    // Whose operations they are makes a difference for failures that block.
    if (source !== element && element.name === "operations") made.set("id-ref", name);
    return made;
  };
  const children = cib.children.map((child) => (child === configuration ? resolve(child, new Set()) : child));
  return new XmlElement(cib.name, cib.attributes, children, cib.text);
}

/** Elements whose id names something else. */
const REFERENCES: ReadonlySet<string> = new Set(["resource_ref", "obj_ref"]);

function hasReference(element: XmlElement): boolean {
  return element.attributeNames.includes("id-ref") || element.childList.some(hasReference);
}
