import type { ValueSpans } from "./attributes.ts";
import type { XmlElement } from "./element.ts";
import { ElementShape } from "./element-shape.ts";

/** Elements that are read before any is looked at for a shape: making an expression takes as long as reading some of them. */
const FIRST_COUNT = 40;
/** How often a shape has to be seen before elements are looked at for it where another one was expected. */
const COMMON_COUNT = 8;
/** Shapes of one name that are kept in mind. */
const MAX_SHAPES = 100;
/** Elements that had none of these before no further ones are compared with them. */
const MAX_STRANGERS = 100;
/** Shapes that an element is looked at for; each takes as long as reading a part of it. */
const MAX_TRIES = 4;

/**
 * The shapes that many elements of one name have. Lists of a document mostly have the same shapes in the same order, so what
 * came at this place in the last list is tried first.
 */
export class CommonShapes {
  readonly #text: string;
  readonly #spans: ValueSpans;
  readonly #seen: { readonly shape: ElementShape; count: number }[] = [];
  #addedCount = 0;
  #strangerCount = 0;
  /** Those that were seen often, the last one that was found first. */
  readonly #common: ElementShape[] = [];
  #list: object | undefined;
  /** Shapes in the last list and in this one; undefined for elements that had none of those seen. */
  #before: (ElementShape | undefined)[] = [];
  #now: (ElementShape | undefined)[] = [];
  /** Where the last element that was looked at begins. */
  #start = -1;
  #end = -1;

  constructor(text: string, spans: ValueSpans) {
    this.#text = text;
    this.#spans = spans;
  }

  /** Takes note of an element that was read from a place and has children. */
  add(element: XmlElement, start: number): void {
    if (this.#strangerCount > MAX_STRANGERS) return;
    this.#addedCount += 1;
    let known = this.#seen.find(({ shape }) => shape.isOf(element));
    if (!known) {
      const shape = this.#seen.length < MAX_SHAPES ? ElementShape.of(element, this.#text, this.#spans) : undefined;
      if (!shape) {
        this.#strangerCount += 1;
        return;
      }
      known = { shape, count: 0 };
      this.#seen.push(known);
    }
    known.count += 1;
    if (known.count === COMMON_COUNT) this.#common.unshift(known.shape);
    if (start === this.#start) this.#now[this.#now.length - 1] = known.shape;
  }

  /** The shape of the element that begins at a place, in a list (told from others by its identity); undefined when it is none of these. */
  at(start: number, list: object): ElementShape | undefined {
    if (this.#seen.length === 0 || start === this.#start) return undefined;
    this.#start = start;
    if (list !== this.#list) {
      this.#list = list;
      this.#before = this.#now;
      this.#now = [];
    }
    const shape = this.#addedCount < FIRST_COUNT ? undefined : this.#found(start);
    this.#now.push(shape);
    return shape;
  }

  #found(start: number): ElementShape | undefined {
    const place = this.#now.length;
    const expected = this.#before[place];
    if (expected !== undefined) {
      this.#end = expected.endOf(start);
      if (this.#end >= 0) return expected;
    }
    const common = this.#common;
    const wasStrange = expected === undefined && place < this.#before.length;
    const tries = Math.min(common.length, wasStrange ? 1 : MAX_TRIES);
    for (let index = 0; index < tries; index += 1) {
      const shape = common[index] as ElementShape;
      if (shape === expected) continue;
      this.#end = shape.endOf(start);
      if (this.#end < 0) continue;
      if (index > 0) common.unshift(...common.splice(index, 1));
      return shape;
    }
    return undefined;
  }

  /** Where the element that was found last ends. */
  get end(): number {
    return this.#end;
  }
}
