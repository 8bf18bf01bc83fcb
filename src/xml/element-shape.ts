import type { AttributeNames, ValueSpans } from "./attributes.ts";
import { type FoldedContent, XmlElement } from "./element.ts";
import { type ElementKind, PLAIN_CHARACTER } from "./element-kind.ts";

/** How many elements a shape may have: larger ones are seldom written in the same way again. */
export const MAX_SHAPE_ELEMENTS = 8;

const SPACE = "[ \\t\\n\\r]*";
const ANY_VALUE = `${PLAIN_CHARACTER}*`;
const ANY_VALUES: ReadonlyMap<string, string> = new Map();
const SLASH = 47;

/**
 * How an element and all in it are written: names in their order, and any plain values. Most elements of a large document
 * are written like many others, which one regular expression can tell; they need to be taken apart only when they are
 * looked into. A shape is that of one document, and of all elements written so or of those that are of a kind.
 */
export class ElementShape implements FoldedContent {
  readonly name: string;
  readonly names: AttributeNames;
  /** How many elements there are, with this one. */
  readonly elementCount: number;
  /** The document's. */
  readonly text: string;
  /** What all elements of this shape are; undefined for any that are written so. */
  readonly kind: ElementKind | undefined;
  /** That of any that are written so. */
  readonly any: ElementShape;
  readonly #children: readonly ElementShape[];
  readonly #spans: ValueSpans;
  /** Characters before each value, from the name or the value before it on: a blank, the name of the attribute, `="`. */
  readonly #gaps: readonly number[];
  #expression: RegExp | undefined;
  #kindAsked: ElementKind | undefined;
  /** The shape of those that are of the kind that was asked for last; undefined when none is. */
  #shapeOfKind: ElementShape | undefined;
  /** Where the last element that was looked for ends. */
  #end = 0;

  private constructor(
    name: string,
    names: AttributeNames,
    children: readonly ElementShape[],
    text: string,
    spans: ValueSpans,
    kind?: ElementKind,
    any?: ElementShape,
  ) {
    this.kind = kind;
    this.any = any ?? this;
    this.name = name;
    this.names = names;
    this.elementCount = children.reduce((sum, child) => sum + child.elementCount, 1);
    this.#children = children;
    this.text = text;
    this.#spans = spans;
    this.#gaps = names.list.map((own) => own.length + 3);
  }

  /** The shape of an element as it was read from the text; undefined for what holds text or comments. */
  static of(element: XmlElement, text: string, spans: ValueSpans): ElementShape | undefined {
    const { sharedNames, children } = element;
    if (sharedNames === undefined || element.text !== "") return undefined;
    const shapes: ElementShape[] = [];
    for (const child of children) {
      const shape = ElementShape.of(child, text, spans);
      if (!shape) return undefined;
      shapes.push(shape);
    }
    return new ElementShape(element.name, sharedNames, shapes, text, spans);
  }

  /** True for an element that was read and has this shape. */
  isOf(element: XmlElement): boolean {
    const { children } = element;
    if (element.name !== this.name || element.sharedNames !== this.names || element.text !== "") return false;
    return children.length === this.#children.length && this.#children.every((shape, index) => shape.isOf(children[index] as XmlElement));
  }

  /** The shape of those that are of a kind; undefined when none can be. */
  ofKind(kind: ElementKind): ElementShape | undefined {
    if (kind === this.kind) return this;
    if (kind !== this.#kindAsked) {
      this.#kindAsked = kind;
      this.#shapeOfKind = this.#canBeOf(kind)
        ? new ElementShape(this.name, this.names, this.#children, this.text, this.#spans, kind, this.any)
        : undefined;
    }
    return this.#shapeOfKind;
  }

  /** Where the element that begins at a place ends, if it has this shape and its values are plain; otherwise -1. */
  endOf(start: number): number {
    this.#expression ??= new RegExp(this.#source(), "y");
    this.#expression.lastIndex = start;
    return this.#expression.test(this.text) ? this.#expression.lastIndex : -1;
  }

  fits(kind: ElementKind, start: number): boolean {
    return kind === this.kind || (this.ofKind(kind)?.endOf(start) ?? -1) >= 0;
  }

  valueAt(place: number, start: number): string {
    const { text } = this;
    const gaps = this.#gaps;
    let at = start + 1 + this.name.length;
    for (let before = 0; before < place; before += 1) at = text.indexOf('"', at + (gaps[before] as number)) + 1;
    at += gaps[place] as number;
    return text.slice(at, text.indexOf('"', at));
  }

  startTag(start: number): string {
    const { text } = this;
    const gaps = this.#gaps;
    let at = start + 1 + this.name.length;
    for (let place = 0; place < gaps.length; place += 1) at = text.indexOf('"', at + (gaps[place] as number)) + 1;
    return text.slice(start, at + 1);
  }

  isBegunBy(startTag: string, start: number): boolean {
    return this.text.startsWith(startTag, start);
  }

  unfold(start: number): { readonly firstIndex: number; readonly children: XmlElement[] } {
    const firstIndex = this.#spans.nextIndex;
    let at = this.#spans.addPlain(start + 1 + this.name.length, this.#gaps);
    const children: XmlElement[] = [];
    if (this.text.charCodeAt(at) === SLASH) {
      this.#end = at + 2;
      return { firstIndex, children };
    }
    at += 1;
    for (let nth = 0; nth < this.#children.length; nth += 1) {
      const shape = this.#children[nth] as ElementShape;
      const own = shape.unfold(this.text.indexOf("<", at));
      children.push(new XmlElement(shape.name, undefined, own.children, "", shape.names, own.firstIndex));
      at = shape.#end;
    }
    this.#end = this.text.indexOf(">", at) + 1;
    return { firstIndex, children };
  }

  #canBeOf(kind: ElementKind): boolean {
    const [only, ...others] = this.#children;
    if (only === undefined || others.length > 0 || only.name !== kind.childName) return false;
    return [...kind.sources.keys()].every((name) => only.names.placeOf(name) !== undefined);
  }

  /** The source of an expression for such elements; some values may have to be of their own form. */
  #source(values: ReadonlyMap<string, string> = ANY_VALUES): string {
    const attributes = this.names.list.map((name) => ` ${literal(name)}="(?:${values.get(name) ?? ANY_VALUE})"`);
    const children = this.#children.map((child) => SPACE + child.#source(this.kind?.sources));
    const name = literal(this.name);
    const end = `>${children.join("")}${SPACE}</${name}>`;
    return `<${name}${attributes.join("")}${children.length === 0 ? `(?:/>|${end})` : end}`;
  }
}

/** The source of a regular expression for a name. */
function literal(name: string): string {
  return name.replace(/[.-]/g, "\\$&");
}
