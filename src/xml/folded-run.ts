import { type ChildView, type FoldedChildren, XmlElement } from "./element.ts";
import type { ElementKind } from "./element-kind.ts";
import type { ElementShape } from "./element-shape.ts";

/** Elements of one shape that stand one after the other. Each is made when it is asked for, and once. */
export class FoldedRun implements FoldedChildren {
  readonly #shape: ElementShape;
  /** Where they begin in the text. */
  readonly #starts: readonly number[];
  readonly #made: (XmlElement | undefined)[] = [];

  constructor(shape: ElementShape, starts: readonly number[]) {
    this.#shape = shape;
    this.#starts = starts;
  }

  copy(): FoldedRun {
    const copy = new FoldedRun(this.#shape, this.#starts);
    this.#made.forEach((element, index) => {
      copy.#made[index] = element?.clone();
    });
    return copy;
  }

  each(visit: (child: ChildView) => void): void {
    const cursor = new Cursor(this, this.#shape);
    for (let index = 0; index < this.#starts.length; index += 1) {
      const made = this.#made[index];
      if (made === undefined) visit(cursor.goTo(index, this.#starts[index] as number));
      else visit(made);
    }
  }

  addTo(list: XmlElement[]): void {
    for (let index = 0; index < this.#starts.length; index += 1) list.push(this.at(index));
  }

  at(index: number): XmlElement {
    let element = this.#made[index];
    if (element === undefined) {
      const { name, names } = this.#shape;
      element = new XmlElement(name, undefined, undefined, "", names, this.#starts[index], this.#shape);
      this.#made[index] = element;
    }
    return element;
  }
}

/** One of them, looked at without making it. */
class Cursor implements ChildView {
  readonly #run: FoldedRun;
  readonly #shape: ElementShape;
  #index = 0;
  #start = 0;

  constructor(run: FoldedRun, shape: ElementShape) {
    this.#run = run;
    this.#shape = shape;
  }

  goTo(index: number, start: number): this {
    this.#index = index;
    this.#start = start;
    return this;
  }

  get startTag(): string {
    return this.#shape.startTag(this.#start);
  }

  isBegunBy(startTag: string): boolean {
    return this.#shape.isBegunBy(startTag, this.#start);
  }

  fits(kind: ElementKind): boolean {
    return this.#shape.fits(kind, this.#start);
  }

  made(): XmlElement {
    return this.#run.at(this.#index);
  }
}
