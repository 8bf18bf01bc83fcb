import type { AttributePicker } from "./attribute-picker.ts";
import { type AttributeNames, XmlAttributes } from "./attributes.ts";

/** Name of the pseudo-element that holds a comment; its `text` is the comment. */
export const COMMENT = "#comment";

/** Name of the pseudo-element whose `text` is written as a CDATA section, in place of its parent's text. */
export const CDATA = "#cdata";

/**
 * One element of a document: a name, attributes in document order, children in document order. Most elements are leaves of
 * which a few attributes are read: what they have beside their name is made when it is asked for.
 */
export class XmlElement {
  readonly name: string;
  text: string;
  #attributes: XmlAttributes | undefined;
  #children: XmlElement[] | undefined;
  /** Of an element as it was read: names of its attributes, and where its values are among the document's. */
  readonly #names: AttributeNames | undefined;
  readonly #firstIndex: number;

  /** Attributes are copied. The last two are for the reader of documents. */
  constructor(
    name: string,
    attributes?: Iterable<readonly [string, string]>,
    children?: XmlElement[],
    text = "",
    names?: AttributeNames,
    firstIndex = 0,
  ) {
    this.name = name;
    this.text = text;
    this.#attributes = attributes === undefined ? undefined : XmlAttributes.from(attributes);
    this.#children = children;
    this.#names = names;
    this.#firstIndex = firstIndex;
  }

  get attributes(): XmlAttributes {
    this.#attributes ??= new XmlAttributes(this.#names ? undefined : new Map(), this.#names, this.#firstIndex);
    return this.#attributes;
  }

  get children(): XmlElement[] {
    this.#children ??= [];
    return this.#children;
  }

  /** Names of the attributes in their order; see `XmlAttributes.names`. */
  get attributeNames(): readonly string[] {
    return this.#attributes === undefined && this.#names !== undefined ? this.#names.list : this.attributes.names;
  }

  /** Value of an attribute, undefined when it is absent. */
  get(name: string): string | undefined {
    return this.#attributes === undefined ? this.#names?.valueOf(name, this.#firstIndex) : this.#attributes.get(name);
  }

  /** Value of the attribute that a picker has at an index, undefined when it is absent. */
  pick(picker: AttributePicker, index: number): string | undefined {
    const names = this.#names;
    if (names === undefined || this.#attributes !== undefined) return this.get(picker.wanted[index] ?? "");
    const place = picker.placesIn(names)[index] ?? -1;
    return place < 0 ? undefined : names.valueAt(place, this.#firstIndex);
  }

  /** True when the first attributes of a picker are known to be these texts; false for some that are written as something else. */
  picksTexts(picker: AttributePicker, texts: readonly string[]): boolean {
    const names = this.#names;
    if (names === undefined || this.#attributes !== undefined)
      return texts.every((text, index) => this.get(picker.wanted[index] ?? "") === text);
    return names.areAt(picker.placesIn(names), this.#firstIndex, texts);
  }

  /** Sets an attribute; undefined removes it. Returns the element, for chaining. */
  set(name: string, value: string | undefined): this {
    if (value === undefined) this.attributes.delete(name);
    else this.attributes.set(name, value);
    return this;
  }

  /** The `id` attribute, undefined when absent. */
  get id(): string | undefined {
    return this.get("id");
  }

  /** First child with this name, and with this id when one is given. */
  child(name: string, id?: string): XmlElement | undefined {
    const children = this.#children;
    if (children === undefined) return undefined;
    for (let index = 0; index < children.length; index += 1) {
      const child = children[index] as XmlElement;
      if (child.name === name && (id === undefined || child.get("id") === id)) return child;
    }
    return undefined;
  }

  /** All children with this name, in document order. */
  childrenNamed(name: string): XmlElement[] {
    const found: XmlElement[] = [];
    if (this.#children === undefined) return found;
    for (let index = 0; index < this.#children.length; index += 1) {
      const child = this.#children[index] as XmlElement;
      if (child.name === name) found.push(child);
    }
    return found;
  }

  /** Follows a chain of child names; undefined where one is missing. */
  descend(...names: readonly string[]): XmlElement | undefined {
    let here: XmlElement | undefined = this;
    for (const name of names) here = here?.child(name);
    return here;
  }

  /** First child with this name, created at the end when there is none. */
  childOrCreate(name: string, id?: string): XmlElement {
    const found = this.child(name, id);
    if (found) return found;
    const made = new XmlElement(name, id === undefined ? [] : [["id", id]]);
    this.children.push(made);
    return made;
  }

  /** This element and everything below it, depth first, parents before children. */
  *walk(): Generator<XmlElement> {
    const ahead: XmlElement[] = [this];
    for (let next = ahead.pop(); next; next = ahead.pop()) {
      yield next;
      for (let index = next.children.length - 1; index >= 0; index -= 1) ahead.push(next.children[index] as XmlElement);
    }
  }

  /** Removes `child` by identity; false when it is not a child of this element. */
  remove(child: XmlElement): boolean {
    const index = this.children.indexOf(child);
    if (index < 0) return false;
    this.children.splice(index, 1);
    return true;
  }

  /** Deep copy that shares nothing with this element. */
  clone(): XmlElement {
    const children = this.#children?.map((child) => child.clone());
    return new XmlElement(this.name, this.#attributes, children, this.text, this.#names, this.#firstIndex);
  }
}

/** Shorthand for building elements in code. Undefined attribute values are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  children: XmlElement[] = [],
): XmlElement {
  const made = new XmlElement(name, [], children);
  for (const [key, value] of Object.entries(attributes)) if (value !== undefined) made.set(key, String(value));
  return made;
}

/** An element that holds nothing but text. */
export function textElement(name: string, attributes: Readonly<Record<string, string | number | undefined>>, text: string): XmlElement {
  const made = element(name, attributes);
  made.text = text;
  return made;
}

/** An element whose text is written as a CDATA section: markup inside stays readable. */
export function cdataElement(name: string, text: string): XmlElement {
  return element(name, {}, [new XmlElement(CDATA, [], [], text)]);
}
