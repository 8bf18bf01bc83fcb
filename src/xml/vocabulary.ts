import { AttributeNames } from "./attributes.ts";

/** A name and the place in the document where it stands first, so that it is known again by comparing characters. */
interface KnownName {
  readonly name: string;
  readonly start: number;
}

/**
 * One step of a start tag: the attributes read so far, in their order. Elements of one kind mostly have the same
 * attributes in the same order, so the step that came next the last time is tried first.
 */
export class AttributeStep {
  /** What came next the last time. */
  following: AttributeStep | undefined;
  readonly known: KnownName;
  readonly depth: number;
  readonly #before: AttributeStep | undefined;
  readonly #others = new Map<string, AttributeStep>();
  #names: AttributeNames | undefined;

  constructor(known: KnownName, before: AttributeStep | undefined) {
    this.known = known;
    this.#before = before;
    this.depth = before ? before.depth + 1 : 0;
  }

  /** The step that a further attribute leads to. */
  next(name: string, start: number): AttributeStep {
    let step = this.#others.get(name);
    if (!step) {
      step = new AttributeStep({ name, start }, this);
      this.#others.set(name, step);
    }
    this.following = step;
    return step;
  }

  /** Names of all attributes up to here. */
  get names(): AttributeNames {
    this.#names ??= new AttributeNames(this.list());
    return this.#names;
  }

  list(): string[] {
    const list: string[] = [];
    for (let step: AttributeStep = this; step.#before; step = step.#before) list.push(step.known.name);
    return list.reverse();
  }
}

/** Names of the elements of one document, each with the first step of its attributes. */
export class Vocabulary {
  readonly #tags = new Map<string, AttributeStep>();

  /** The element name's own step, before any attribute. */
  tag(name: string, start: number): AttributeStep {
    let tag = this.#tags.get(name);
    if (!tag) {
      tag = new AttributeStep({ name, start }, undefined);
      this.#tags.set(name, tag);
    }
    return tag;
  }
}
