/** Characters that a value may have when it is written as it is meant. */
export const PLAIN_CHARACTER = '[^"<&\\x00-\\x1f\\ud800-\\udfff\\ufffe\\uffff]';

/**
 * What is asked of many elements at once: that they have one child and no more, of a name, with some values. For use with
 * `XmlElement.fits`.
 */
export class ElementKind {
  readonly childName: string;
  /** Attributes of the child that have to be there, with sources of regular expressions for them. */
  readonly sources: ReadonlyMap<string, string>;
  readonly #texts: readonly (readonly [string, string])[];
  readonly #patterns: readonly (readonly [string, RegExp])[];

  /** `texts` are whole values of letters, digits, `-` and `_`; `patterns` are for whole values too, and match nothing beyond a quote. */
  constructor(childName: string, texts: Readonly<Record<string, string>>, patterns: Readonly<Record<string, string>>) {
    this.childName = childName;
    this.#texts = Object.entries(texts);
    this.#patterns = Object.entries(patterns).map(([name, source]) => [name, new RegExp(`^(?:${source})$`)]);
    this.sources = new Map([...this.#texts, ...Object.entries(patterns)]);
  }

  /** True when the child's values, which are asked for by their names, fit. */
  isFittedBy(given: (name: string) => string | undefined): boolean {
    for (const [name, text] of this.#texts) if (given(name) !== text) return false;
    return this.#patterns.every(([name, pattern]) => {
      const value = given(name);
      return value !== undefined && pattern.test(value);
    });
  }
}
