import type { AttributeNames, ValueSpans } from "./attributes.ts";
import { type FoldedContent, XmlElement } from "./element.ts";
import { type ElementKind, PLAIN_CHARACTER } from "./element-kind.ts";

/** How many elements a shape may have: larger ones are seldom written in the same way again. */
export const MAX_SHAPE_ELEMENTS = 8;

const SPACE = "[ \\t\\n\\r]*";
const ANY_VALUE = `${PLAIN_CHARACTER}*`;
const SLASH = 47;

/**
 * How an element and all in it are written: names in their order, and any plain values. Most elements of a large document
 * are written like many others, which one regular expression can tell; they need to be taken apart only when they are
 * looked into. A shape is that of one document.
 */
export class ElementShape implements FoldedContent {
  readonly name: string;
  readonly names: AttributeNames;
  /** How many elements there are, with this one. */
  readonly elementCount: number;
  readonly #children: readonly ElementShape[];
  readonly #text: string;
  readonly #spans: ValueSpans;
  #expression: RegExp | undefined;
  #kind: ElementKind | undefined;
  /** Finds elements that are of the kind that was asked for last; undefined when none is. */
  #expressionOfKind: RegExp | undefined;
  /** Where the last element that was looked for ends. */
  #end = 0;

  private constructor(name: string, names: AttributeNames, children: readonly ElementShape[], text: string, spans: ValueSpans) {
    this.name = name;
    this.names = names;
    this.elementCount = children.reduce((sum, child) => sum + child.elementCount, 1);
    this.#children = children;
    this.#text = text;
    this.#spans = spans;
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

  /** Where the element that begins at a place ends, if it has this shape and its values are plain; otherwise -1. */
  endOf(start: number): number {
    this.#expression ??= new RegExp(this.#source(), "y");
    this.#expression.lastIndex = start;
    return this.#expression.test(this.#text) ? this.#expression.lastIndex : -1;
  }

  fits(kind: ElementKind, start: number): boolean {
    if (kind !== this.#kind) {
      this.#kind = kind;
      const source = this.#sourceOf(kind);
      this.#expressionOfKind = source === undefined ? undefined : new RegExp(source, "y");
    }
    if (this.#expressionOfKind === undefined) return false;
    this.#expressionOfKind.lastIndex = start;
    return this.#expressionOfKind.test(this.#text);
  }

  valueAt(place: number, start: number): string {
    const { list } = this.names;
    let at = start + 1 + this.name.length;
    for (let before = 0; before < place; before += 1) at = this.#text.indexOf('"', at + 3 + (list[before] as string).length) + 1;
    at += 3 + (list[place] as string).length;
    return this.#text.slice(at, this.#text.indexOf('"', at));
  }

  startTag(start: number): string {
    let at = start + 1 + this.name.length;
    for (const name of this.names.list) at = this.#text.indexOf('"', at + 3 + name.length) + 1;
    return this.#text.slice(start, at + 1);
  }

  isBegunBy(startTag: string, start: number): boolean {
    return this.#text.startsWith(startTag, start);
  }

  unfold(start: number): { readonly firstIndex: number; readonly children: XmlElement[] } {
    const firstIndex = this.#spans.nextIndex;
    let at = start + 1 + this.name.length;
    for (const name of this.names.list) {
      const valueStart = at + 3 + name.length;
      const valueEnd = this.#text.indexOf('"', valueStart);
      this.#spans.add(valueStart, valueEnd);
      at = valueEnd + 1;
    }
    const children: XmlElement[] = [];
    if (this.#text.charCodeAt(at) === SLASH) {
      this.#end = at + 2;
      return { firstIndex, children };
    }
    at += 1;
    for (const shape of this.#children) {
      const own = shape.unfold(this.#text.indexOf("<", at));
      children.push(new XmlElement(shape.name, undefined, own.children, "", shape.names, own.firstIndex));
      at = shape.#end;
    }
    this.#end = this.#text.indexOf(">", at) + 1;
    return { firstIndex, children };
  }

  #source(values: ReadonlyMap<string, string> = new Map()): string {
    return this.#written(
      values,
      this.#children.map((child) => child.#source()),
    );
  }

  /** Of the elements that are of a kind; undefined when none can be. */
  #sourceOf(kind: ElementKind): string | undefined {
    const [only, ...others] = this.#children;
    if (only === undefined || others.length > 0 || only.name !== kind.childName) return undefined;
    if ([...kind.sources.keys()].some((name) => only.names.placeOf(name) === undefined)) return undefined;
    return this.#written(new Map(), [only.#source(kind.sources)]);
  }

  #written(values: ReadonlyMap<string, string>, children: readonly string[]): string {
    const attributes = this.names.list.map((name) => ` ${literal(name)}="(?:${values.get(name) ?? ANY_VALUE})"`);
    const name = literal(this.name);
    const end = `>${children.map((child) => SPACE + child).join("")}${SPACE}</${name}>`;
    return `<${name}${attributes.join("")}${children.length === 0 ? `(?:/>|${end})` : end}`;
  }
}

/** The source of a regular expression for a name. */
function literal(name: string): string {
  return name.replace(/[.-]/g, "\\$&");
}
