import { COMMENT, type XmlElement } from "../xml/element.ts";
import type { Access, Acl } from "./acl.ts";
import { matchChildren, stepOf } from "./patchset.ts";

/** A step of the check, under the name Pacemaker's logs have for it. */
export interface AclNote {
  readonly source: "pcmk__check_acl" | "pcmk__apply_creation_acl";
  readonly text: string;
}

/** What came of checking a change. */
export interface AclVerdict {
  readonly isDenied: boolean;
  readonly notes: readonly AclNote[];
}

/**
 * Checks every difference between two documents against a user's rules: attributes need write access to their element,
 * and so do elements that come or go; elements with nothing but an id may come anywhere outside the ACLs.
 */
export function checkChange(before: XmlElement, after: XmlElement, acl: Acl): AclVerdict {
  const check = new Check(acl, before, after);
  check.differences(before, after, []);
  return { isDenied: check.isDenied, notes: check.notes };
}

/** True when a user's rules allow what `change` does to a document; it is done to a copy. */
export function isChangeAllowed(cib: XmlElement, acl: Acl, change: (copy: XmlElement) => void): boolean {
  const copy = cib.clone();
  change(copy);
  return !checkChange(cib, copy, acl).isDenied;
}

type Marks = ReadonlyMap<XmlElement, ReadonlySet<Access>>;

class Check {
  isDenied = false;
  readonly notes: AclNote[] = [];
  readonly #acl: Acl;
  readonly #before: Marks;
  readonly #after: Marks;

  constructor(acl: Acl, before: XmlElement, after: XmlElement) {
    this.#acl = acl;
    this.#before = acl.marks(before);
    this.#after = acl.marks(after);
  }

  /** `parents` leads from the root to the parent, as the elements of the new document. */
  differences(before: XmlElement, after: XmlElement, parents: readonly XmlElement[]): void {
    if (before === after) return;
    const chain = [...parents, after];
    this.#attributes(before, after, chain);
    const pairs = matchChildren(before, after);
    for (const child of before.children) {
      const partner = pairs.get(child);
      if (partner) this.differences(child, partner, chain);
      else if (child.name !== COMMENT) this.#mayWrite([...chain, child], this.#before.get(child), undefined);
    }
    const known = new Set(pairs.values());
    for (const child of after.children) if (!known.has(child) && child.name !== COMMENT) this.#creation(child, chain);
  }

  #attributes(before: XmlElement, after: XmlElement, chain: readonly XmlElement[]): void {
    const own = this.#after.get(after);
    for (const [name, value] of before.attributes) {
      const now = after.get(name);
      if (now === undefined) this.#mayWrite(chain, own, undefined);
      else if (now !== value) this.#mayWrite(chain, own, name);
    }
    for (const name of after.attributes.keys()) if (!before.attributes.has(name)) this.#mayWrite(chain, own, name);
  }

  #creation(node: XmlElement, parents: readonly XmlElement[]): void {
    const chain = [...parents, node];
    const shown = `<${node.name}>`;
    const id = `id="${node.id ?? "<unset>"}"`;
    const isScaffolding = [...node.attributes.keys()].every((name) => name === "id") && !parents.some((one) => one.name === "acls");
    if (isScaffolding) {
      this.#note("pcmk__apply_creation_acl", `Creation of ${shown} scaffolding with ${id} is implicitly allowed`);
    } else if (this.#mayWrite(chain, this.#after.get(node), undefined)) {
      this.#note("pcmk__apply_creation_acl", `ACLs allow creation of ${shown} with ${id}`);
    } else {
      this.#note("pcmk__apply_creation_acl", `ACLs disallow creation of ${shown} with ${id}`);
      return;
    }
    for (const child of node.children) if (child.name !== COMMENT) this.#creation(child, chain);
  }

  /** Walks from an element to the root until a rule decides. `own` is what rules say of the element itself. */
  #mayWrite(chain: readonly XmlElement[], own: ReadonlySet<Access> | undefined, attribute: string | undefined): boolean {
    if (this.#acl.isEmpty) return this.#deny("Lack of ", chain, attribute);
    const above = chain.slice(0, -1).reverse();
    for (const [distance, kinds] of [own, ...above.map((node) => this.#after.get(node))].entries()) {
      if (kinds?.has("deny")) return this.#deny(distance === 0 ? "" : "Parent ", chain, attribute);
      if (kinds?.has("write")) return true;
    }
    return this.#deny("Default ", chain, attribute);
  }

  #deny(prefix: string, chain: readonly XmlElement[], attribute: string | undefined): false {
    this.isDenied = true;
    const path = chain.map(stepOf).join("");
    const where = attribute === undefined ? path : `${path}[@${attribute}]`;
    this.#note("pcmk__check_acl", `${prefix}ACL denies user '${this.#acl.userName}' read/write access to ${where}`);
    return false;
  }

  #note(source: AclNote["source"], text: string): void {
    this.notes.push({ source, text });
  }
}
