import type { AttributeNames } from "./attributes.ts";

/**
 * A few attributes that are read of many elements: where they are is looked up once for elements that have the same ones
 * in the same order. For use with `XmlElement.pick`.
 */
export class AttributePicker {
  readonly wanted: readonly string[];
  #names: AttributeNames | undefined;
  #places: readonly number[] = [];
  /** Kinds of elements come by turns. */
  readonly #known = new WeakMap<AttributeNames, readonly number[]>();

  constructor(...wanted: readonly string[]) {
    this.wanted = wanted;
  }

  /** Where the wanted ones are among the names; -1 for those that are not there. */
  placesIn(names: AttributeNames): readonly number[] {
    if (this.#names !== names) {
      let places = this.#known.get(names);
      if (places === undefined) {
        places = this.wanted.map((name) => names.placeOf(name) ?? -1);
        this.#known.set(names, places);
      }
      this.#names = names;
      this.#places = places;
    }
    return this.#places;
  }
}
