import { CDATA, type XmlElement } from "../xml/element.ts";
import { writeAround, writeCompact } from "../xml/write.ts";

/** Texts of parts of documents: documents that share a part share its text. */
const known = new WeakMap<XmlElement, string>();

/** Longest text that is kept, in characters: a resource, or what is known of it on a node. Of larger parts, those of their parts are. */
const KEPT_CHARACTERS = 8192;

/**
 * The document as one line, as `writeCompact` writes it, at the cost of what is new in it. For documents that are never
 * changed in place, as those of a replica are.
 */
export function treeText(root: XmlElement): string {
  const { children } = root;
  if (children.length === 0 || children[0]?.name === CDATA) return writeCompact(root);
  const found = known.get(root);
  if (found !== undefined) return found;
  const made = writeAround(root, children.map(treeText).join(""));
  if (made.length > KEPT_CHARACTERS) return made;
  // Once is enough.
  for (const child of children) known.delete(child);
  known.set(root, made);
  return made;
}
