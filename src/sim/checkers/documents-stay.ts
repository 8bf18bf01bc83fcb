import { treeDigest } from "../../cib/tree-digest.ts";
import { treeText } from "../../cib/tree-text.ts";
import type { XmlElement } from "../../xml/element.ts";
import { writeCompact } from "../../xml/write.ts";
import type { Checker } from "./checker.ts";

/** So many changes are passed over between two that are looked at: each look reads the whole document. */
const PASSED_OVER = 10;

/** Documents share what they have in common and are never changed in place: the text stays, and the digest is that of the text. */
export function documentsStay(): Checker {
  const held = new Map<string, { readonly cib: XmlElement; readonly text: string }>();
  let count = 0;
  return {
    observe: (_world, observation) => {
      if (observation.kind !== "effect" || observation.effect.kind !== "cib-changed") return undefined;
      count += 1;
      if (count % PASSED_OVER !== 0) return undefined;
      const { node } = observation;
      const before = held.get(node);
      const { cib } = observation.effect;
      held.set(node, { cib, text: writeCompact(cib) });
      const invariant = "documents stay as they are";
      if (before && writeCompact(before.cib) !== before.text)
        return { invariant, text: `${node} has changed a document in place: ${before.text}` };
      if (treeText(cib) !== writeCompact(cib)) return { invariant, text: `${node} has a text that is not its document's` };
      return treeDigest(cib) === treeDigest(cib.clone())
        ? undefined
        : { invariant, text: `${node} has a digest that is not its document's` };
    },
  };
}
