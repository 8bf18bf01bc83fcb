import { Mixture } from "../base/mixture.ts";
import type { XmlElement } from "../xml/element.ts";

/** Digests of elements with children: documents that share a part share its digest. */
const known = new WeakMap<XmlElement, Mixture>();

/**
 * Digest of a document (16 hexadecimal digits) that costs what is new in it: each element's is made of its own text and its
 * children's digests, and kept. Documents with the same text have the same digest. For documents that are never changed in place, as those
 * of a replica are; what is compared is that members hold the same document, nothing secret depends on it.
 */
export function treeDigest(root: XmlElement): string {
  return digestOf(root).hex();
}

function digestOf(element: XmlElement): Mixture {
  const found = known.get(element);
  if (found) return found;
  const made = new Mixture().text(element.name).text(element.text).number(element.attributes.size);
  for (const [name, value] of element.attributes) made.text(name).text(value);
  made.number(element.children.length);
  if (element.children.length === 0) return made;
  for (const child of element.children) made.mixture(digestOf(child));
  known.set(element, made);
  return made;
}
