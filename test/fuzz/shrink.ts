import type { XmlElement } from "../../src/xml/element.ts";

/** Elements that every CIB needs. */
const KEPT = new Set(["cib", "configuration", "crm_config", "nodes", "resources", "constraints", "status"]);

/**
 * Makes a document smaller while it still shows something: removes runs of siblings, largest parts first, until nothing
 * more can go or `maxTries` is used up. `isShown` must be true of the document itself.
 */
export function shrink(document: XmlElement, isShown: (candidate: XmlElement) => boolean, maxTries: number): XmlElement {
  const best = document.clone();
  let tries = 0;
  for (let hasShrunk = true; hasShrunk && tries < maxTries; ) {
    hasShrunk = false;
    for (const parent of [...best.walk()]) {
      for (let size = Math.max(1, parent.children.length >> 1); size >= 1; size >>= 1) {
        for (let at = 0; at < parent.children.length && tries < maxTries; ) {
          const run = parent.children.slice(at, at + size);
          if (run.some((child) => KEPT.has(child.name))) {
            at += 1;
            continue;
          }
          parent.children.splice(at, run.length);
          tries += 1;
          if (isShown(best)) {
            hasShrunk = true;
            continue;
          }
          parent.children.splice(at, 0, ...run);
          at += size;
        }
      }
    }
  }
  return best;
}
