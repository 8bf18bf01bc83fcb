import type { AttributeNames } from "./attributes.ts";

/**
 * A few attributes that are read of many elements: where they are is looked up once for elements that have the same ones
 * in the same order. For use with `XmlElement.pick`.
 */
export class AttributePicker {
  readonly wanted: readonly string[];
  #names: AttributeNames | undefined;
  #places: readonly number[] = [];
  /** Those looked at before: mostly two kinds of elements come by turns. */
  #namesBefore: AttributeNames | undefined;
  #placesBefore: readonly number[] = [];

  constructor(...wanted: readonly string[]) {
    this.wanted = wanted;
  }

  /** Where the wanted ones are among the names; -1 for those that are not there. */
  placesIn(names: AttributeNames): readonly number[] {
    if (this.#names !== names) this.#lookUp(names);
    return this.#places;
  }

  #lookUp(names: AttributeNames): void {
    const isBefore = this.#namesBefore === names;
    const places = isBefore ? this.#placesBefore : this.wanted.map((name) => names.placeOf(name) ?? -1);
    this.#namesBefore = this.#names;
    this.#placesBefore = this.#places;
    this.#names = names;
    this.#places = places;
  }
}
