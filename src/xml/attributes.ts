import { decodeValue } from "./characters.ts";

/** Characters of a document for each of its attributes where these are short and nothing is between elements. */
const SHORT_ATTRIBUTE_LENGTH = 24;

const NO_NAMES: readonly string[] = [];

/** Where the values of a document's attributes stand in its text. */
export class ValueSpans {
  readonly #text: string;
  #spans: Int32Array;
  #count = 0;

  constructor(text: string) {
    this.#text = text;
    this.#spans = new Int32Array(2 * Math.max(32, Math.trunc(text.length / SHORT_ATTRIBUTE_LENGTH)));
  }

  /** Index that the next value will have. */
  get nextIndex(): number {
    return this.#count;
  }

  /** Notes a value; its end is given as its complement when it has to be decoded. */
  add(start: number, end: number): void {
    if (this.#count === this.#spans.length) this.#resize(2 * this.#count);
    this.#spans[this.#count] = start;
    this.#spans[this.#count + 1] = end;
    this.#count += 2;
  }

  /**
   * Notes the values of a start tag that is written plainly, from the end of its name on; `gaps` are the numbers of characters
   * between the values. Gives the place behind the last one.
   */
  addPlain(nameEnd: number, gaps: readonly number[]): number {
    while (this.#count + 2 * gaps.length > this.#spans.length) this.#resize(2 * this.#spans.length);
    const text = this.#text;
    const spans = this.#spans;
    let index = this.#count;
    let at = nameEnd;
    for (let place = 0; place < gaps.length; place += 1) {
      const start = at + (gaps[place] as number);
      const end = text.indexOf('"', start);
      spans[index] = start;
      spans[index + 1] = end;
      index += 2;
      at = end + 1;
    }
    this.#count = index;
    return at;
  }

  /** Gives back what was set aside for more values, if it is much. */
  finish(): void {
    if (this.#count < this.#spans.length >> 1) this.#resize(this.#count);
  }

  /** The value at an index. */
  value(index: number): string {
    const start = this.#spans[index] ?? 0;
    const end = this.#spans[index + 1] ?? 0;
    return end < 0 ? decodeValue(this.#text.slice(start, ~end)) : this.#text.slice(start, end);
  }

  /** What is written from the end of the value at one index to the end of that at another. */
  between(index: number, lastIndex: number): string {
    const start = this.#spans[index + 1] ?? 0;
    const end = this.#spans[lastIndex + 1] ?? 0;
    return this.#text.slice(start < 0 ? ~start : start, end < 0 ? ~end : end);
  }

  /** True when the values at some places, of the element whose values begin at an index, are written as the texts. */
  are(places: readonly number[], firstIndex: number, texts: readonly string[]): boolean {
    const spans = this.#spans;
    const source = this.#text;
    for (let nth = 0; nth < texts.length; nth += 1) {
      const text = texts[nth] as string;
      const place = places[nth] as number;
      const index = firstIndex + 2 * place;
      const start = spans[index] as number;
      if (place < 0 || (spans[index + 1] as number) - start !== text.length || !source.startsWith(text, start)) return false;
    }
    return true;
  }

  #resize(length: number): void {
    const spans = new Int32Array(length);
    spans.set(this.#spans.subarray(0, Math.min(length, this.#spans.length)));
    this.#spans = spans;
  }
}

/** Names of the attributes of elements that have the same ones in the same order, shared by all of them in a document. */
export class AttributeNames {
  readonly list: readonly string[];
  readonly #spans: ValueSpans;
  readonly #places = new Map<string, number>();

  /** Names must differ from each other; `spans` are those of the document. */
  constructor(list: readonly string[], spans: ValueSpans) {
    this.list = list;
    this.#spans = spans;
    list.forEach((name, place) => {
      this.#places.set(name, place);
    });
  }

  /** Place of a name in the list; undefined when it is not there. */
  placeOf(name: string): number | undefined {
    return this.#places.get(name);
  }

  /** Value at a place of the list, of the element whose values begin at an index of the document's. */
  valueAt(place: number, firstIndex: number): string {
    return this.#spans.value(firstIndex + 2 * place);
  }

  /** True when the values at some places are written as the texts; false for some that mean the same and have to be decoded. */
  areAt(places: readonly number[], firstIndex: number, texts: readonly string[]): boolean {
    return this.#spans.are(places, firstIndex, texts);
  }

  /** How the attributes of that element behind the first one are written. */
  behindFirst(firstIndex: number): string {
    return this.#spans.between(firstIndex, firstIndex + 2 * (this.list.length - 1));
  }

  /** Value of an attribute of that element; undefined when it has none of the name. */
  valueOf(name: string, firstIndex: number): string | undefined {
    const place = this.#places.get(name);
    return place === undefined ? undefined : this.#spans.value(firstIndex + 2 * place);
  }
}

/**
 * The attributes of an element, in document order: a Map in what it does. Those that were read from a document stay in
 * its text until they are asked for, and become a Map of their own only when they are changed. No attribute name can
 * reach an object's prototype.
 */
export class XmlAttributes implements Iterable<[string, string]> {
  #own: Map<string, string> | undefined;
  readonly #names: AttributeNames | undefined;
  readonly #firstIndex: number;

  constructor(own: Map<string, string> | undefined, names?: AttributeNames, firstIndex = 0) {
    this.#own = own;
    this.#names = names;
    this.#firstIndex = firstIndex;
  }

  /** The same names and values; a later change of one is not seen in the other. */
  static from(pairs: Iterable<readonly [string, string]>): XmlAttributes {
    if (!(pairs instanceof XmlAttributes)) return new XmlAttributes(new Map(pairs));
    const own = pairs.#own;
    return own ? new XmlAttributes(new Map(own)) : new XmlAttributes(undefined, pairs.#names, pairs.#firstIndex);
  }

  get(name: string): string | undefined {
    if (this.#own !== undefined) return this.#own.get(name);
    return this.#names?.valueOf(name, this.#firstIndex);
  }

  has(name: string): boolean {
    return this.#own === undefined ? this.#names?.placeOf(name) !== undefined : this.#own.has(name);
  }

  get size(): number {
    return this.#own === undefined ? (this.#names?.list.length ?? 0) : this.#own.size;
  }

  set(name: string, value: string): void {
    this.#map().set(name, value);
  }

  delete(name: string): boolean {
    return this.has(name) && this.#map().delete(name);
  }

  clear(): void {
    this.#own = new Map();
  }

  /** The names in their order: of elements that were read, one list for all that have the same ones in the same order. */
  get names(): readonly string[] {
    return this.#own === undefined ? (this.#names?.list ?? NO_NAMES) : [...this.#own.keys()];
  }

  /** Visits each in its order; nothing may be changed meanwhile. */
  forEach(visit: (value: string, name: string) => void): void {
    if (this.#own !== undefined) {
      this.#own.forEach(visit);
      return;
    }
    const list = this.#names?.list ?? NO_NAMES;
    for (let place = 0; place < list.length; place += 1) visit(this.#valueAt(place), list[place] as string);
  }

  keys(): IterableIterator<string> {
    return this.#own === undefined ? (this.#names?.list ?? []).values() : this.#own.keys();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    if (this.#own !== undefined) return this.#own.entries();
    return (this.#names?.list ?? []).map((name, place): [string, string] => [name, this.#valueAt(place)]).values();
  }

  #valueAt(place: number): string {
    return this.#names?.valueAt(place, this.#firstIndex) ?? "";
  }

  #map(): Map<string, string> {
    this.#own ??= new Map(this);
    return this.#own;
  }
}
