import { type ChildView, type FoldedChildren, XmlElement } from "./element.ts";
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

  copy(): FoldedRun {
    const copy = new FoldedRun(this.#shapes, this.#first, this.#starts);
    copy.#made = this.#made?.map((element) => element?.clone());
    return copy;
  }

  each(visit: (child: ChildView) => void): void {
    const cursor = new Cursor(this);
    for (let index = 0; index < this.#starts.length; index += 1) {
      const made = this.#made?.[index];
      if (made === undefined) visit(cursor.goTo(index, this.#shapeAt(index), this.#starts[index] as number));
      else visit(made);
    }
  }

  addTo(list: XmlElement[]): void {
    for (let index = 0; index < this.#starts.length; index += 1) list.push(this.at(index));
  }

  #shapeAt(index: number): ElementShape {
    return this.#shapes[this.#first + index] as ElementShape;
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
}

/** One of them, looked at without making it. */
class Cursor implements ChildView {
  readonly #run: FoldedRun;
  #shape: ElementShape | undefined;
  #index = 0;
  #start = 0;

  constructor(run: FoldedRun) {
    this.#run = run;
  }

  goTo(index: number, shape: ElementShape, start: number): this {
    this.#index = index;
    this.#shape = shape;
    this.#start = start;
    return this;
  }

  get startTag(): string | undefined {
    return this.#shape?.startTag(this.#start);
  }

  isBegunBy(startTag: string): boolean {
    return this.#shape?.isBegunBy(startTag, this.#start) === true;
  }

  fits(kind: ElementKind): boolean {
    return this.#shape?.fits(kind, this.#start) === true;
  }

  made(): XmlElement {
    return this.#run.at(this.#index);
  }
}
