import { XmlElement } from "../xml/element.ts";

/** A copy of an element with a list of children of its own; the children are the same ones. */
export function shallowCopy(element: XmlElement): XmlElement {
  return new XmlElement(element.name, element.attributes, [...element.children], element.text);
}

/** A copy whose child `name` (the status, the configuration) is shared with the original; everything else may be changed. */
export function copyBut(root: XmlElement, name: string): XmlElement {
  const children = root.children.map((child) => (child.name === name ? child : child.clone()));
  return new XmlElement(root.name, root.attributes, children, root.text);
}

/**
 * A copy in which one element, by the names on the way to it, and the lists of children above it may be changed;
 * everything else is shared with the original.
 */
export function copyBranch(root: XmlElement, names: readonly string[]): XmlElement {
  const copy = shallowCopy(root);
  let here = copy;
  for (const [depth, name] of names.entries()) {
    const index = here.children.findIndex((child) => child.name === name);
    const child = here.children[index];
    if (!child) break;
    const own = depth === names.length - 1 ? child.clone() : shallowCopy(child);
    here.children[index] = own;
    here = own;
  }
  return copy;
}

/** True when two documents have the same text. What they share is not looked at. */
export function isSameText(one: XmlElement, other: XmlElement): boolean {
  if (one === other) return true;
  if (one.name !== other.name || one.text !== other.text || one.children.length !== other.children.length) return false;
  if (one.attributes.size !== other.attributes.size) return false;
  const attributes = [...other.attributes];
  let at = 0;
  for (const [name, value] of one.attributes) {
    const [otherName, otherValue] = attributes[at] ?? [];
    if (name !== otherName || value !== otherValue) return false;
    at += 1;
  }
  return one.children.every((child, index) => isSameText(child, other.children[index] as XmlElement));
}

/**
 * A copy of a document in which the elements at these paths, and all above them, may be changed; everything else is shared
 * with the original. Undefined when a path is none of the plain ones that patchsets are made of, or its place is not
 * the only one of its name where it has no id: then only a whole copy is safe. Paths are those of `stepOf`: `/cib/status/node_state[@id='1']`.
 */
export function copyAlong(root: XmlElement, paths: readonly string[]): XmlElement | undefined {
  const copy = shallowCopy(root);
  const own = new Set([copy]);
  for (const path of paths) {
    const steps = stepsOf(path);
    if (!steps || steps[0]?.name !== root.name || (steps[0].id !== undefined && steps[0].id !== root.id)) return undefined;
    let here = copy;
    for (const step of steps.slice(1)) {
      const index = onlyIndex(here, step);
      const child = index === undefined ? undefined : here.children[index];
      if (index === undefined || !child) return undefined;
      const next = own.has(child) ? child : shallowCopy(child);
      here.children[index] = next;
      own.add(next);
      here = next;
    }
  }
  return copy;
}

interface Step {
  readonly name: string;
  readonly id: string | undefined;
}

/** The steps of a plain path; undefined for any other. */
export function stepsOf(path: string): Step[] | undefined {
  if (!/^(?:\/[\w.-]+(?:\[@id='[^']*'\])?)+$/.test(path)) return undefined;
  return [...path.matchAll(/\/([\w.-]+)(?:\[@id='([^']*)'\])?/g)].map(([, name = "", id]) => ({ name, id }));
}

/** Place of the one child that a step can mean; undefined when there is none, or several. */
function onlyIndex({ children }: XmlElement, { name, id }: Step): number | undefined {
  const isMeant = (child: XmlElement): boolean => child.name === name && (id === undefined || child.id === id);
  const index = children.findIndex(isMeant);
  if (index < 0 || (id === undefined && children.some((child, other) => other > index && isMeant(child)))) return undefined;
  return index;
}
