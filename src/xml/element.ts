import type { AttributePicker } from "./attribute-picker.ts";
import { type AttributeNames, XmlAttributes } from "./attributes.ts";
import type { ElementKind } from "./element-kind.ts";

/** Name of the pseudo-element that holds a comment; its `text` is the comment. */
export const COMMENT = "#comment";

/** Name of the pseudo-element whose `text` is written as a CDATA section, in place of its parent's text. */
export const CDATA = "#cdata";

const NONE: readonly XmlElement[] = [];

/** What elements have that were checked when their document was read, but not taken apart; each is known by where it begins in the text. */
export interface FoldedContent {
  /** Takes the element at a place apart. */
  unfold(start: number): { readonly firstIndex: number; readonly children: XmlElement[] };
  /** Value of the attribute at a place of the names, of the element that begins at `start`. */
  valueAt(place: number, start: number): string;
  /** True when the element that begins at `start` is of a kind. */
  fits(kind: ElementKind, start: number): boolean;
  /** Its start tag, as it is written. */
  startTag(start: number): string;
  isBegunBy(startTag: string, start: number): boolean;
}

/** Some of an element's children, made when they are asked for. */
export interface FoldedChildren {
  readonly count: number;
  /** How the start tag of a child is written; undefined for one that was looked into. */
  startTag(index: number): string | undefined;
  /** How many children, from one on, have the start tags of a list, from one on, as these are written. */
  countBegunBy(startTags: readonly string[], firstTag: number, firstIndex: number): number;
  /** Where, from one place up to another, the first child stands that is not of a kind; the other place when all are. */
  endOfKind(kind: ElementKind, start: number, end: number): number;
  at(index: number): XmlElement;
  addTo(list: XmlElement[]): void;
  copy(): FoldedChildren;
}

/**
 * One element of a document: a name, attributes in document order, children in document order. Most elements are leaves of
 * which a few attributes are read: what they have beside their name is made when it is asked for.
 */
export class XmlElement {
  readonly name: string;
  text: string;
  #attributes: XmlAttributes | undefined;
  #children: XmlElement[] | undefined;
  /** The children, until they are asked for. */
  #parts: readonly (XmlElement | FoldedChildren)[] | undefined;
  /** Of an element as it was read: names of its attributes, and where its values are among the document's. */
  readonly #names: AttributeNames | undefined;
  /** Of a folded element: where it begins in the text. */
  #firstIndex: number;
  #folded: FoldedContent | undefined;

  /** Attributes are copied. The last four are for the reader of documents. */
  constructor(
    name: string,
    attributes?: Iterable<readonly [string, string]>,
    children?: XmlElement[],
    text = "",
    names?: AttributeNames,
    firstIndex = 0,
    folded?: FoldedContent,
    parts?: readonly (XmlElement | FoldedChildren)[],
  ) {
    this.name = name;
    this.text = text;
    this.#attributes = attributes === undefined ? undefined : XmlAttributes.from(attributes);
    this.#children = children;
    this.#names = names;
    this.#firstIndex = firstIndex;
    this.#folded = folded;
    this.#parts = parts;
  }

  #unfold(folded: FoldedContent): void {
    const { firstIndex, children } = folded.unfold(this.#firstIndex);
    this.#folded = undefined;
    this.#firstIndex = firstIndex;
    this.#children = children;
  }

  /** The children, if there is a list of them. */
  get #list(): XmlElement[] | undefined {
    if (this.#folded !== undefined) this.#unfold(this.#folded);
    const parts = this.#parts;
    if (parts !== undefined) {
      const list: XmlElement[] = [];
      for (const part of parts) {
        if (part instanceof XmlElement) list.push(part);
        else part.addTo(list);
      }
      this.#children = list;
      this.#parts = undefined;
    }
    return this.#children;
  }

  get attributes(): XmlAttributes {
    if (this.#folded !== undefined) this.#unfold(this.#folded);
    this.#attributes ??= new XmlAttributes(undefined, this.#names, this.#firstIndex);
    return this.#attributes;
  }

  get children(): XmlElement[] {
    const list = this.#list;
    if (list !== undefined) return list;
    this.#children = [];
    return this.#children;
  }

  /** The children, for looking at them only: of elements without any no list is made. */
  get childList(): readonly XmlElement[] {
    return this.#list ?? NONE;
  }

  /** The children in document order; those that stand one after the other and were not asked for yet, in one. */
  get parts(): readonly (XmlElement | FoldedChildren)[] {
    return this.#parts ?? this.#list ?? NONE;
  }

  /** Names of the attributes of an element that was read and not changed; those with the same ones share it. For the reader of documents. */
  get sharedNames(): AttributeNames | undefined {
    return this.#attributes === undefined ? this.#names : undefined;
  }

  /** Names of the attributes in their order; see `XmlAttributes.names`. */
  get attributeNames(): readonly string[] {
    return this.#attributes === undefined && this.#names !== undefined ? this.#names.list : this.attributes.names;
  }

  /** Value of an attribute, undefined when it is absent. */
  get(name: string): string | undefined {
    if (this.#attributes !== undefined) return this.#attributes.get(name);
    const names = this.#names;
    const place = names?.placeOf(name);
    return names === undefined || place === undefined ? undefined : this.#valueAt(names, place);
  }

  /** Value of the attribute that a picker has at an index, undefined when it is absent. */
  pick(picker: AttributePicker, index: number): string | undefined {
    const names = this.#names;
    if (names === undefined || this.#attributes !== undefined) return this.get(picker.wanted[index] ?? "");
    const place = picker.placesIn(names)[index] ?? -1;
    return place < 0 ? undefined : this.#valueAt(names, place);
  }

  #valueAt(names: AttributeNames, place: number): string {
    return this.#folded === undefined ? names.valueAt(place, this.#firstIndex) : this.#folded.valueAt(place, this.#firstIndex);
  }

  /** True for an element of a kind. */
  fits(kind: ElementKind): boolean {
    if (this.#folded !== undefined) return this.#folded.fits(kind, this.#firstIndex);
    const list = this.#list;
    const child = list?.[0];
    if (list === undefined || child === undefined || list.length > 1 || child.name !== kind.childName) return false;
    return kind.isFittedBy((name) => child.get(name));
  }

  /** How the start tag is written, of an element that was read and not looked into since; undefined for others. */
  get startTag(): string | undefined {
    return this.#folded?.startTag(this.#firstIndex);
  }

  /** True when the start tag is known to be written in this way; false for some whose start tag means the same. */
  isBegunBy(startTag: string): boolean {
    return this.#folded?.isBegunBy(startTag, this.#firstIndex) ?? false;
  }

  /** True when the first attributes of a picker are known to be these texts; false for some that are written as something else. */
  picksTexts(picker: AttributePicker, texts: readonly string[]): boolean {
    const names = this.#names;
    if (names !== undefined && this.#attributes === undefined && this.#folded === undefined)
      return names.areAt(picker.placesIn(names), this.#firstIndex, texts);
    for (let index = 0; index < texts.length; index += 1) if (this.pick(picker, index) !== texts[index]) return false;
    return true;
  }

  /**
   * How the attributes behind the first one are written, of an element that was read and not changed: what is written alike means
   * the same. Undefined for other elements.
   */
  get writtenBehindFirst(): string | undefined {
    if (this.#names === undefined || this.#attributes !== undefined || this.#folded !== undefined) return undefined;
    return this.#names.list.length === 0 ? undefined : this.#names.behindFirst(this.#firstIndex);
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
    const children = this.#list;
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
    const children = this.#list;
    if (children === undefined) return found;
    for (let index = 0; index < children.length; index += 1) {
      const child = children[index] as XmlElement;
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
    const parts = this.#parts?.map((part) => (part instanceof XmlElement ? part.clone() : part.copy()));
    return new XmlElement(this.name, this.#attributes, children, this.text, this.#names, this.#firstIndex, this.#folded, parts);
  }
}

/** Shorthand for building elements in code. Undefined attribute values are left out. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string | number | undefined>> = {},
  children: XmlElement[] = [],
): XmlElement {
  const made = new XmlElement(name, undefined, children);
  for (const key in attributes) {
    const value = attributes[key];
    if (value !== undefined) made.set(key, String(value));
  }
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
