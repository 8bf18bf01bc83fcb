import type { XmlElement } from "../../../xml/element.ts";

/**
 * A resource with what its template brings: the template's content first, for of equals the later one counts; of its
 * operations those that the resource does not have itself. Undefined where there is no such template. Source: Pacemaker Explained, "Reusing Resource Definitions".
 */
export function withTemplate(xml: XmlElement, resources: readonly XmlElement[]): XmlElement | undefined {
  const name = xml.get("template");
  if (name === undefined) return xml;
  const template = resources.find((candidate) => candidate.name === "template" && candidate.id === name);
  if (!template) return undefined;
  const made = xml.clone();
  for (const [key, value] of template.attributes) if (key !== "id" && !made.attributes.has(key)) made.set(key, value);
  made.children.unshift(...template.children.filter((child) => child.name !== "operations").map((child) => child.clone()));
  for (const child of template.childrenNamed("operations")) {
    const own = made.child("operations");
    if (own === undefined) made.children.push(child.clone());
    // Operations that are referred to are not mixed with others.
    if (own === undefined || own.get("id-ref") !== undefined || child.get("id-ref") !== undefined) continue;
    const known = new Set(own.children.map(operationKey));
    for (const op of child.children) if (!known.has(operationKey(op))) own.children.push(op.clone());
  }
  return made;
}

/** An operation replaces one of the same name and role; no role, Started and Unpromoted are the same here. */
function operationKey(op: XmlElement): string {
  const role = op.get("role")?.toLowerCase() ?? "started";
  return `${op.get("name")} ${["started", "unpromoted", "slave"].includes(role) ? "" : role}`;
}
