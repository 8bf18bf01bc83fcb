import type { ValueSpans } from "./attributes.ts";
import type { XmlElement } from "./element.ts";
import type { ElementKind } from "./element-kind.ts";
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
  readonly #frequent: ElementKind | undefined;
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

  /** `name` is that of the elements, `spans` those of the document; `frequent` is the kind that many elements are expected to be of. */
  constructor(name: string, source: SourceText, spans: ValueSpans, frequent: ElementKind | undefined) {
    this.#frequent = frequent;
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
    const { text } = this.#source;
    const [before, now] = [this.#before, this.#now];
    const first = now.length;
    const starts: number[] = [];
    const isKnown = this.#addedCount >= FIRST_COUNT;
    let elementCount = 0;
    let end = start;
    for (let next = start; ; ) {
      const expected = before[now.length];
      // Most elements of a large document are of the frequent kind, as the one at their place in the last list.
      let found = isKnown && expected?.kind !== undefined ? expected : undefined;
      if (found !== undefined) this.#foundEnd = found.endOf(next);
      if (isKnown && (found === undefined || this.#foundEnd < 0)) found = this.#find(next, expected);
      if (found === undefined || elementCount + found.elementCount > room) {
        // Another element, or the end of the list.
        if (!text.startsWith(this.#opening, next)) break;
        this.#strangeAt = next;
        now.push(undefined);
        break;
      }
      if (next > end) blanks.push(end, next);
      now.push(found);
      starts.push(next);
      elementCount += found.elementCount;
      end = this.#foundEnd;
      next = text.charCodeAt(end) === LESS ? end : this.#source.afterSpace(end);
    }
    this.#end = end;
    this.#elementCount = elementCount;
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

  /** The shape of the element at a place, and where it ends; undefined when it has none of them, or is another element. */
  #find(start: number, expected: ElementShape | undefined): ElementShape | undefined {
    if (expected !== undefined) {
      const found = this.#narrowed(expected, start);
      if (found !== undefined) return found;
    }
    // Most lists end here.
    if (!this.#source.text.startsWith(this.#opening, start)) return undefined;
    return this.#other(start, expected);
  }

  /** The shape as the element at a place has it: that of the kind or not; undefined when it has neither. */
  #narrowed(shape: ElementShape, start: number): ElementShape | undefined {
    const kind = this.#frequent;
    const ofKind = kind === undefined ? undefined : shape.ofKind(kind);
    if (ofKind !== undefined) {
      this.#foundEnd = ofKind.endOf(start);
      if (this.#foundEnd >= 0) return ofKind;
    }
    const any = shape.any;
    this.#foundEnd = any.endOf(start);
    return this.#foundEnd >= 0 ? any : undefined;
  }

  /** The shape of an element that has not the expected one. */
  #other(start: number, expected: ElementShape | undefined): ElementShape | undefined {
    const common = this.#common;
    const wasStrange = expected === undefined && this.#now.length < this.#before.length;
    const tries = Math.min(common.length, wasStrange ? 1 : MAX_TRIES);
    for (let index = 0; index < tries; index += 1) {
      const shape = common[index] as ElementShape;
      if (shape === expected?.any) continue;
      const found = this.#narrowed(shape, start);
      if (found === undefined) continue;
      if (index > 0) common.unshift(...common.splice(index, 1));
      return found;
    }
    return undefined;
  }
}
