import type { XmlElement } from "../xml/element.ts";
import type { SchemaProblem } from "./schema-problem.ts";
import { FORMS, ID_REFERENCES, PARTS, type Part, SHAPES, type Shape, WORDS } from "./shapes.ts";

/** Elements whose ids need not be unique over the document. */
const REFERENCES = new Set(["resource_ref", "obj_ref", "role", "role_ref", "acl_user", "acl_target"]);

/** Tells something wrong with an element. */
export type Complain = (message: string, more?: Pick<SchemaProblem, "attribute" | "isBearable">) => void;

/** What is to be said of elements with these attribute names, whatever their values. */
export interface NameCheck {
  readonly shape: Shape | undefined;
  /** Some may not be there, or are missing. */
  readonly isBad: boolean;
  /** Those whose values are checked. */
  readonly valued: readonly string[];
  /** Those that name another element by its id. */
  readonly references: readonly string[];
  /** What has to be among the children: each list is alternatives. */
  readonly parts: readonly (readonly Part[])[];
  /** It has an id that nothing else in the document may have. */
  readonly hasOwnId: boolean;
}

/** What was found out about the attribute names of a kind of elements: most elements of a kind have the same ones. */
export class NameChecks {
  readonly #known = new Map<string, NameCheck>();
  /** The same by the name of the element and the list, which elements that were read share. */
  readonly #ofLists = new Map<string, WeakMap<readonly string[], NameCheck>>();

  of(node: XmlElement): NameCheck {
    const names = node.attributeNames;
    let ofKind = this.#ofLists.get(node.name);
    if (!ofKind) this.#ofLists.set(node.name, (ofKind = new WeakMap()));
    let known = ofKind.get(names);
    if (!known) {
      const key = `${node.name} ${names.join(" ")}`;
      known = this.#known.get(key) ?? nameCheck(node, names);
      this.#known.set(key, known);
      ofKind.set(names, known);
    }
    return known;
  }
}

function nameCheck(node: XmlElement, names: readonly string[]): NameCheck {
  const shape = ofElement(SHAPES, node);
  const [words, forms] = [ofElement(WORDS, node) ?? {}, ofElement(FORMS, node) ?? {}];
  const isReference = names.includes("id-ref");
  let isBad = false;
  if (shape)
    checkNames(node, shape, () => {
      isBad = true;
    });
  return {
    shape,
    isBad,
    valued: shape ? names.filter((name) => name === "score" || Object.hasOwn(words, name) || Object.hasOwn(forms, name)) : [],
    references: [...(ofElement(ID_REFERENCES, node) ?? []), "id-ref"].filter((name) => names.includes(name)),
    parts: isReference ? [] : (ofElement(PARTS, node) ?? []).filter((alternatives) => !alternatives.some((part) => isNamed(part, names))),
    // Ids of nodes are free text, of their own kind: a remote node has the one of its connection.
    hasOwnId: names.includes("id") && !REFERENCES.has(node.name) && node.name !== "node",
  };
}

/** What a table has for elements of this name. */
export function ofElement<T>(table: Readonly<Record<string, T>>, { name }: XmlElement): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function isNamed({ attributes }: Part, names: readonly string[]): boolean {
  return attributes?.every((name) => names.includes(name)) === true;
}

/** Checks which attributes there are, and visits each. What is complained of depends on their names only. */
export function checkNames(node: XmlElement, shape: Shape, complain: Complain, visit?: (name: string) => void): void {
  const names = node.attributeNames;
  const isReference = names.includes("id-ref");
  const required = shape.required ?? [];
  for (const name of required) {
    if (!isReference && !names.includes(name)) complain(`attribute "${name}" of <${node.name}> is missing`, { isBearable: true });
  }
  for (const name of names) {
    if (!required.includes(name) && !(shape.optional ?? []).includes(name)) {
      complain(`attribute "${name}" is not allowed on <${node.name}>`);
    }
    visit?.(name);
  }
  const rivals = (shape.rivals ?? []).filter((group) => group.some((name) => names.includes(name)));
  if (rivals.length > 1 && !isReference) {
    const words = rivals.map((group) => group[0]).join(" and ");
    complain(`attributes ${words} of <${node.name}> exclude each other`, { isBearable: true });
  }
  if (node.name === "primitive" && !names.includes("template")) {
    for (const name of ["class", "type"]) {
      if (!names.includes(name)) complain(`attribute "${name}" of <primitive> is missing (or name a template)`);
    }
  }
  if (node.name === "nvpair" && !isReference && !names.includes("name")) complain('attribute "name" of <nvpair> is missing');
}
