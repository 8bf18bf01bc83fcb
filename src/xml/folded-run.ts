import { type FoldedChildren, XmlElement } from "./element.ts";
import type { ElementKind } from "./element-kind.ts";
import type { ElementShape } from "./element-shape.ts";

/** Elements of known shapes that stand one after the other. Each is made when it is asked for, and once. */
export class FoldedRun implements FoldedChildren {
  readonly #shapes: readonly (ElementShape | undefined)[];
  /** Place of the first one's shape. */
  readonly #first: number;
  /** Where they begin in the text. */
  readonly #starts: readonly number[];
  #made: (XmlElement | undefined)[] | undefined;

  /** Shapes of elements in a list, from a place on those of these elements; and where these begin. */
  constructor(shapes: readonly (ElementShape | undefined)[], first: number, starts: readonly number[]) {
    this.#shapes = shapes;
    this.#first = first;
    this.#starts = starts;
  }

  get count(): number {
    return this.#starts.length;
  }

  copy(): FoldedRun {
    const copy = new FoldedRun(this.#shapes, this.#first, this.#starts);
    copy.#made = this.#made?.map((element) => element?.clone());
    return copy;
  }

  addTo(list: XmlElement[]): void {
    for (let index = 0; index < this.#starts.length; index += 1) list.push(this.at(index));
  }

  startTag(index: number): string | undefined {
    const made = this.#made?.[index];
    return made === undefined ? this.#shapeAt(index).startTag(this.#starts[index] as number) : made.startTag;
  }

  countBegunBy(startTags: readonly string[], firstTag: number, firstIndex: number): number {
    const { text } = this.#shapeAt(firstIndex);
    const starts = this.#starts;
    const made = this.#made;
    const most = Math.min(starts.length - firstIndex, startTags.length - firstTag);
    let count = 0;
    for (; count < most; count += 1) {
      const startTag = startTags[firstTag + count] as string;
      const start = starts[firstIndex + count] as number;
      if (made?.[firstIndex + count] !== undefined) break;
      // Faster than `startsWith`, which looks at one character after the other.
      if (text.slice(start, start + startTag.length) !== startTag) break;
    }
    return count;
  }

  endOfKind(kind: ElementKind, start: number, end: number): number {
    const made = this.#made;
    let index = start;
    for (; index < end; index += 1) {
      const own = made?.[index];
      const shape = this.#shapes[this.#first + index] as ElementShape;
      if (own !== undefined ? !own.fits(kind) : shape.kind !== kind && !shape.fits(kind, this.#starts[index] as number)) break;
    }
    return index;
  }

  at(index: number): XmlElement {
    this.#made ??= [];
    let element = this.#made[index];
    if (element === undefined) {
      const shape = this.#shapeAt(index);
      element = new XmlElement(shape.name, undefined, undefined, "", shape.names, this.#starts[index], shape);
      this.#made[index] = element;
    }
    return element;
  }

  #shapeAt(index: number): ElementShape {
    return this.#shapes[this.#first + index] as ElementShape;
  }
}
