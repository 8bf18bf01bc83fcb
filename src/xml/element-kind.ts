/** Characters that a value may have when it is written as it is meant. */
export const PLAIN_CHARACTER = '[^"<&\\x00-\\x1f\\ud800-\\udfff\\ufffe\\uffff]';

/**
 * What is asked of many elements at once: that they have one child and no more, of a name, with values that fit regular
 * expressions. For use with `XmlElement.fits`.
 */
export class ElementKind {
  readonly childName: string;
  /** Names of the child's attributes with the source of a regular expression for the whole value; it must match nothing beyond a quote. */
  readonly values: ReadonlyMap<string, string>;
  readonly #expressions: readonly (readonly [string, RegExp])[];

  constructor(childName: string, values: Readonly<Record<string, string>>) {
    this.childName = childName;
    this.values = new Map(Object.entries(values));
    this.#expressions = [...this.values].map(([name, source]) => [name, new RegExp(`^(?:${source})$`)] as const);
  }

  /** True when the child's values, which are asked for by their names, fit. */
  isFittedBy(given: (name: string) => string | undefined): boolean {
    return this.#expressions.every(([name, expression]) => {
      const value = given(name);
      return value !== undefined && expression.test(value);
    });
  }
}
