import { XmlElement } from "../../xml/element.ts";
import { writeCompact } from "../../xml/write.ts";
import type { UpgradeNote } from "./upgrade-note.ts";

const SETS = ["cluster_property_set", "instance_attributes", "meta_attributes"];
/** Begins the ids of what stands in the place of a reference, as Pacemaker's upgrade has it. */
const COPY = "_cibtr-2_";

/**
 * Puts copies in the place of references to attribute sets, so that each can be upgraded where it counts. `cib` is
 * changed. Gives what is wrong when a reference leads nowhere, or to several.
 */
export function unfoldReferences(cib: XmlElement): string | undefined {
  const known = new Map<string, XmlElement[]>();
  for (const node of cib.walk()) {
    if (node.id === undefined || !SETS.includes(node.name)) continue;
    const key = `${node.name} ${node.id}`;
    known.set(key, [...(known.get(key) ?? []), node]);
  }
  for (const parent of [...cib.walk()]) {
    for (const [at, child] of parent.children.entries()) {
      const target = SETS.includes(child.name) ? child.get("id-ref") : undefined;
      if (target === undefined) continue;
      const [original, ...others] = known.get(`${child.name} ${target}`) ?? [];
      if (!original || others.length > 0) {
        return `${child.name}: reference to ${target}: ${original ? "there are several with that id" : "there is none with that id"}`;
      }
      const copy = original.clone();
      for (const inner of copy.walk()) {
        if (inner !== copy && inner.id !== undefined && inner.name !== "resource_ref") inner.set("id", `_${COPY}${target}__${inner.id}`);
      }
      parent.children[at] = copy.set("id", `${COPY}${target}`);
    }
  }
  return undefined;
}

/** Makes references of copies again that are still the same as what they were copied from. `cib` is changed. */
export function foldReferences(cib: XmlElement): UpgradeNote[] {
  const notes: UpgradeNote[] = [];
  const originals = new Map([...cib.walk()].map((node) => [`${node.name} ${node.id}`, node]));
  for (const parent of [...cib.walk()]) {
    for (const [at, child] of parent.children.entries()) {
      if (!SETS.includes(child.name) || !child.id?.startsWith(COPY)) continue;
      const target = child.id.slice(COPY.length);
      const original = originals.get(`${child.name} ${target}`);
      if (!original) {
        const text = `${child.name}: original element pointed to with @id-ref (${target}) disappeared during upgrade`;
        notes.push({ severity: "debug", text });
      } else if (withoutIds(original) === withoutIds(child)) {
        parent.children[at] = new XmlElement(child.name, [["id-ref", target]]);
      }
    }
  }
  return notes;
}

function withoutIds(node: XmlElement): string {
  const copy = node.clone();
  for (const inner of copy.walk()) inner.set("id", undefined);
  return writeCompact(copy);
}
