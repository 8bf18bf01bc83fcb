import { AttributeNames, type ValueSpans } from "./attributes.ts";
import { CommonShapes } from "./common-shapes.ts";
import type { ElementKind } from "./element-kind.ts";
import type { SourceText } from "./source-text.ts";

/**
 * One step of a start tag: the attributes read so far, in their order. Elements of one kind mostly have the same
 * attributes in the same order, so the step that came next the last time is tried first.
 */
export class AttributeStep {
  /** What came next the last time. */
  following: AttributeStep | undefined;
  /** Name of the last attribute; empty before the first one. */
  readonly name: string;
  /** How that attribute is mostly written, up to its value. */
  readonly opening: string;
  readonly depth: number;
  readonly #spans: ValueSpans;
  readonly #before: AttributeStep | undefined;
  readonly #others = new Map<string, AttributeStep>();
  #names: AttributeNames | undefined;

  constructor(name: string, spans: ValueSpans, before: AttributeStep | undefined) {
    this.name = name;
    this.opening = `${name}="`;
    this.#spans = spans;
    this.#before = before;
    this.depth = before ? before.depth + 1 : 0;
  }

  /** The step that a further attribute leads to. */
  next(name: string): AttributeStep {
    let step = this.#others.get(name);
    if (!step) {
      step = new AttributeStep(name, this.#spans, this);
      this.#others.set(name, step);
    }
    this.following = step;
    return step;
  }

  /** Names of all attributes up to here. */
  get names(): AttributeNames {
    this.#names ??= new AttributeNames(this.list(), this.#spans);
    return this.#names;
  }

  list(): string[] {
    const list: string[] = [];
    for (let step: AttributeStep = this; step.#before; step = step.#before) list.push(step.name);
    return list.reverse();
  }
}

/** The name of elements of one kind, and how they were written so far. */
export class Tag {
  readonly name: string;
  /** How its end tag is mostly written. */
  readonly closing: string;
  readonly noAttributes: AttributeStep;
  /** The tag that was opened next the last time. */
  following: Tag | undefined;
  readonly shapes: CommonShapes;

  constructor(name: string, spans: ValueSpans, shapes: CommonShapes) {
    this.name = name;
    this.shapes = shapes;
    this.noAttributes = new AttributeStep("", spans, undefined);
    this.closing = `</${name}>`;
  }
}

/** Names of the elements of one document. */
export class Vocabulary {
  readonly #source: SourceText;
  readonly #spans: ValueSpans;
  readonly #frequent: ElementKind | undefined;
  readonly #tags = new Map<string, Tag>();

  /** `spans`: where the values are in the text; `frequent`: what many elements are expected to be. */
  constructor(source: SourceText, spans: ValueSpans, frequent: ElementKind | undefined) {
    this.#frequent = frequent;
    this.#source = source;
    this.#spans = spans;
  }

  tag(name: string): Tag {
    let tag = this.#tags.get(name);
    if (!tag) {
      tag = new Tag(name, this.#spans, new CommonShapes(name, this.#source, this.#spans, this.#frequent));
      this.#tags.set(name, tag);
    }
    return tag;
  }
}
