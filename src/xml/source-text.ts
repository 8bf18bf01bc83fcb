import { decodeText, isHighNameCharacter, KIND, KINDS, referenced } from "./characters.ts";

/** What was wrong, and at which character of the text. */
export class XmlRefusal extends Error {
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

const [QUOTE, AMPERSAND, APOSTROPHE, LESS, GREATER, BRACKET] = [34, 38, 39, 60, 62, 93];

/** Longest reference: `&#x10FFFF;` with some zeros. */
const MAX_REFERENCE_LENGTH = 64;

/** The text of a document by character codes. Methods tell where something ends; what may not be there is an XmlRefusal. */
export class SourceText {
  readonly text: string;
  /** Character codes of the text, and a 0 behind them. */
  readonly codes: Uint8Array | Uint16Array;

  constructor(text: string) {
    this.text = text;
    this.codes = codesOf(text);
  }

  /** Behind the white space at a place, which may be none. */
  afterSpace(start: number): number {
    const codes = this.codes;
    let at = start;
    while (((KINDS[codes[at] as number] as number) & KIND.space) !== 0) at += 1;
    return at;
  }

  /** Behind the name at a place, when it is the very name that begins at `knownStart`; else -1. */
  afterKnownName(knownStart: number, length: number, at: number): number {
    const codes = this.codes;
    for (let index = 0; index < length; index += 1) if (codes[at + index] !== codes[knownStart + index]) return -1;
    return this.#isNamePart(at + length) ? -1 : at + length;
  }

  /** The name at a place. */
  nameAt(start: number, what: string): string {
    if (((KINDS[this.codes[start] as number] as number) & KIND.nameStart) === 0 && this.#highCharacterAt(start) === undefined)
      throw new XmlRefusal(`${this.shown(start)} where ${what} must be`, start);
    let at = start + 1;
    while (this.#isNamePart(at)) at += 1;
    return this.text.slice(start, at);
  }

  /** End of the character data at a place: the next tag, or the end of the document. */
  endOfText(start: number): number {
    const codes = this.codes;
    let at = start;
    for (;;) {
      const code = codes[at] as number;
      if (((KINDS[code] as number) & (KIND.plain | KIND.space)) !== 0 || code === QUOTE || code === APOSTROPHE) at += 1;
      else if (code === LESS || at === this.text.length) return at;
      else if (code === AMPERSAND) at = this.#afterReference(at);
      else if (code !== GREATER) at = this.#afterPair(at);
      else if (at - 2 >= start && codes[at - 1] === BRACKET && codes[at - 2] === BRACKET) throw new XmlRefusal('"]]>" in text', at - 2);
      else at += 1;
    }
  }

  /** End of the value that begins at `start`, behind its quote; as its complement when it has to be decoded. */
  endOfValue(start: number, quote: number, name: string): number {
    const codes = this.codes;
    let isCoded = false;
    for (let at = start; ; ) {
      while (((KINDS[codes[at] as number] as number) & KIND.plain) !== 0) at += 1;
      const code = codes[at] as number;
      if (code === quote) return isCoded ? ~at : at;
      if (code === GREATER || code === QUOTE || code === APOSTROPHE) at += 1;
      else if (code === AMPERSAND) {
        isCoded = true;
        at = this.#afterReference(at);
      } else if (((KINDS[code] as number) & KIND.space) !== 0) {
        isCoded = true;
        at += 1;
      } else if (code === LESS) throw new XmlRefusal(`"<" in the value of attribute "${name}"`, at);
      else if (at === this.text.length) throw new XmlRefusal(`the value of attribute "${name}" does not end`, start);
      else at = this.#afterPair(at);
    }
  }

  /** Text in which nothing has a meaning but line ends: a comment, a CDATA section. */
  literal(start: number, end: number): string {
    for (let at = start; at < end; ) {
      const code = this.codes[at] as number;
      if (((KINDS[code] as number) & (KIND.plain | KIND.space)) !== 0 || "\"'&<>".includes(String.fromCharCode(code))) at += 1;
      else at = this.#afterPair(at);
    }
    return this.text.slice(start, end).replace(/\r\n?/g, "\n");
  }

  /** Character data with its references replaced. */
  decoded(start: number, end: number): string {
    return decodeText(this.text.slice(start, end));
  }

  /** The character at a place, for people. */
  shown(at: number): string {
    const codePoint = this.text.codePointAt(at);
    if (codePoint === undefined) return "the end of the document";
    const hex = `U+${codePoint.toString(16).toUpperCase().padStart(4, "0")}`;
    return codePoint > 0x20 && (KINDS[codePoint] ?? 1) !== 0 ? `"${String.fromCodePoint(codePoint)}"` : hex;
  }

  /** Behind the reference whose ampersand is at a place. */
  #afterReference(start: number): number {
    const end = this.text.slice(start, start + MAX_REFERENCE_LENGTH).indexOf(";");
    if (end < 0) throw new XmlRefusal('"&" begins no reference to an entity: write &amp;', start);
    const name = this.text.slice(start + 1, start + end);
    if (referenced(name) === undefined) throw new XmlRefusal(`&${name}; is no known entity and no character`, start);
    return start + end + 1;
  }

  /** Behind the character beyond U+FFFF at a place; anything else there is not allowed. */
  #afterPair(at: number): number {
    if (this.#highCharacterAt(at) === undefined) throw new XmlRefusal(`character ${this.shown(at)} is not allowed`, at);
    return at + 2;
  }

  #highCharacterAt(at: number): number | undefined {
    const codePoint = ((KINDS[this.codes[at] as number] as number) & KIND.surrogate) === 0 ? undefined : this.text.codePointAt(at);
    return codePoint !== undefined && codePoint > 0xffff ? codePoint : undefined;
  }

  /** True when a name goes on at a place. Of a character beyond U+FFFF both halves are part of it. */
  #isNamePart(at: number): boolean {
    const kind = KINDS[this.codes[at] as number] as number;
    if ((kind & (KIND.name | KIND.surrogate)) === 0) return false;
    return (kind & KIND.name) !== 0 || isHighNameCharacter(this.#highCharacterAt(at) ?? this.#highCharacterAt(at - 1) ?? 0);
  }
}

/** Bytes where these are the same as character codes, which they mostly are. */
function codesOf(text: string): Uint8Array | Uint16Array {
  const bytes = new Uint8Array(text.length + 1);
  const { read, written } = new TextEncoder().encodeInto(text, bytes);
  if (read === text.length && written === text.length) return bytes;
  const codes = new Uint16Array(text.length + 1);
  for (let at = 0; at < text.length; at += 1) codes[at] = text.charCodeAt(at);
  return codes;
}
