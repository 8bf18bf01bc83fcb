import type { ValueSpans } from "./attributes.ts";
import type { XmlElement } from "./element.ts";
import { ElementShape } from "./element-shape.ts";
import { FoldedRun } from "./folded-run.ts";
import type { SourceText } from "./source-text.ts";

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

const LESS = 60;

/**
 * The shapes that many elements of one name have. Lists of a document mostly have the same shapes in the same order, so what
 * came at this place in the last list is tried first.
 */
export class CommonShapes {
  readonly #opening: string;
  readonly #source: SourceText;
  readonly #spans: ValueSpans;
  readonly #seen: { readonly shape: ElementShape; count: number }[] = [];
  #addedCount = 0;
  #strangerCount = 0;
  /** Those that were seen often, the last one that was found first. */
  readonly #common: ElementShape[] = [];
  #list: object | undefined;
  /** Shapes in the last list and in this one; undefined for elements that had none of those seen. */
  #before: readonly (ElementShape | undefined)[] = [];
  #now: (ElementShape | undefined)[] = [];
  /** Where the element begins that was looked at last and had none of them, if nothing was found since. */
  #strangeAt = -1;
  /** Where the element ends that was found last. */
  #foundEnd = -1;
  #end = -1;
  #elementCount = 0;

  /** `name` is that of the elements, `spans` those of the document. */
  constructor(name: string, source: SourceText, spans: ValueSpans) {
    this.#opening = `<${name}`;
    this.#source = source;
    this.#spans = spans;
  }

  /** Takes note of an element that was read from a place and has children. */
  add(element: XmlElement, start: number): void {
    if (this.#strangerCount > MAX_STRANGERS) return;
    this.#addedCount += 1;
    let known = this.#seen.find(({ shape }) => shape.isOf(element));
    if (!known) {
      const shape = this.#seen.length < MAX_SHAPES ? ElementShape.of(element, this.#source.text, this.#spans) : undefined;
      if (!shape) {
        this.#strangerCount += 1;
        return;
      }
      known = { shape, count: 0 };
      this.#seen.push(known);
    }
    known.count += 1;
    if (known.count === COMMON_COUNT) this.#common.unshift(known.shape);
    if (start === this.#strangeAt) this.#now[this.#now.length - 1] = known.shape;
  }

  /**
   * Passes over elements of these shapes from a place on, of which there is one of the name, and notes the white space between
   * them. `list` tells what they are children of from others, by its identity. Undefined when the first one has none of these
   * shapes, or holds more elements than there is `room` for.
   */
  fold(start: number, list: object, blanks: number[], room: number): FoldedRun | undefined {
    // What is found strange is read, and asked for once more before that.
    if (this.#seen.length === 0 || start === this.#strangeAt) return undefined;
    if (list !== this.#list) {
      this.#list = list;
      this.#before = this.#now;
      this.#now = [];
    }
    this.#strangeAt = -1;
    this.#elementCount = 0;
    const { text } = this.#source;
    const [before, now] = [this.#before, this.#now];
    const first = now.length;
    const starts: number[] = [];
    for (let next = start; ; ) {
      let shape = before[now.length];
      if (!this.#isAsExpected(next, shape)) {
        // Another element, or the end of the list.
        if (!text.startsWith(this.#opening, next)) break;
        shape = this.#other(next, shape);
      }
      if (shape === undefined || this.#elementCount + shape.elementCount > room) {
        this.#strangeAt = next;
        now.push(undefined);
        break;
      }
      if (starts.length > 0 && next > this.#end) blanks.push(this.#end, next);
      now.push(shape);
      starts.push(next);
      this.#elementCount += shape.elementCount;
      this.#end = this.#foundEnd;
      next = text.charCodeAt(this.#end) === LESS ? this.#end : this.#source.afterSpace(this.#end);
    }
    return starts.length === 0 ? undefined : new FoldedRun(now, first, starts);
  }

  /** Where the run ends that was folded last. */
  get end(): number {
    return this.#end;
  }

  /** How many elements there are in it. */
  get elementCount(): number {
    return this.#elementCount;
  }

  #isAsExpected(start: number, expected: ElementShape | undefined): boolean {
    if (expected === undefined || this.#addedCount < FIRST_COUNT) return false;
    this.#foundEnd = expected.endOf(start);
    return this.#foundEnd >= 0;
  }

  /** The shape of an element that has not the expected one. */
  #other(start: number, expected: ElementShape | undefined): ElementShape | undefined {
    const common = this.#common;
    const wasStrange = expected === undefined && this.#now.length < this.#before.length;
    const tries = this.#addedCount < FIRST_COUNT ? 0 : Math.min(common.length, wasStrange ? 1 : MAX_TRIES);
    for (let index = 0; index < tries; index += 1) {
      const shape = common[index] as ElementShape;
      if (shape === expected) continue;
      this.#foundEnd = shape.endOf(start);
      if (this.#foundEnd < 0) continue;
      if (index > 0) common.unshift(...common.splice(index, 1));
      return shape;
    }
    return undefined;
  }
}
