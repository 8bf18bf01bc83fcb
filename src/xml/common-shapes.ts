import type { ValueSpans } from "./attributes.ts";
import type { XmlElement } from "./element.ts";
import { ElementShape } from "./element-shape.ts";

/** How often a shape has to be seen before elements are looked at for it: making an expression takes as long as reading some elements. */
const COMMON_COUNT = 8;
/** Shapes of one name that are kept in mind. */
const MAX_SHAPES = 8;

/** The shapes that many elements of one name have. */
export class CommonShapes {
  readonly #text: string;
  readonly #spans: ValueSpans;
  readonly #seen: { readonly shape: ElementShape; count: number }[] = [];
  /** Those that were seen often, the last one that was found first. */
  readonly #common: ElementShape[] = [];
  #end = -1;

  constructor(text: string, spans: ValueSpans) {
    this.#text = text;
    this.#spans = spans;
  }

  /** Takes note of an element that was read and has children. */
  add(element: XmlElement): void {
    const known = this.#seen.find(({ shape }) => shape.isOf(element));
    if (known) {
      known.count += 1;
      if (known.count === COMMON_COUNT) this.#common.unshift(known.shape);
    } else if (this.#seen.length < MAX_SHAPES) {
      const shape = ElementShape.of(element, this.#text, this.#spans);
      if (shape) this.#seen.push({ shape, count: 1 });
    }
  }

  /** The shape of the element that begins at a place; undefined when it is none of these. */
  at(start: number): ElementShape | undefined {
    const common = this.#common;
    for (let index = 0; index < common.length; index += 1) {
      const shape = common[index] as ElementShape;
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
