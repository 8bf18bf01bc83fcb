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

/** How far ahead is looked for what is odd. */
const AHEAD_LENGTH = 0x2000;
/** Most tags are shorter. */
const TAG_LENGTH = 0x800;

/** What those who read files put in the place of bytes that stand for nothing. */
const UNREADABLE = 0xffff;
/** What has to be looked at character by character; line feeds and `<` are so frequent that they are looked for on their own. */
const ODD = "[&\\x00-\\x09\\x0b-\\x1f\\ud800-\\udfff\\ufffe\\uffff]";

/** The text of a document. Methods tell where something ends; what may not be there is an XmlRefusal. */
export class SourceText {
  readonly text: string;
  readonly #odd = new RegExp(ODD);
  /** Nothing odd is from where it was looked for last to here. */
  #evenUntil = -1;
  #isOddThere = false;
  #lineEndAt = -1;
  #tagAt = -1;

  constructor(text: string) {
    this.text = text;
  }

  /** The end of what stands for itself: from the place to there is no `<`, no reference, no white space but blanks. Places must not go back. */
  plainUntil(start: number): number {
    if (this.#evenUntil < start || (!this.#isOddThere && this.#evenUntil < start + TAG_LENGTH)) this.#lookAhead(start);
    if (this.#lineEndAt < start) this.#lineEndAt = this.#find("\n", start);
    if (this.#tagAt < start) this.#tagAt = this.#find("<", start);
    return Math.min(this.#evenUntil, this.#lineEndAt, this.#tagAt);
  }

  #lookAhead(start: number): void {
    const odd = this.text.slice(start, start + AHEAD_LENGTH).search(this.#odd);
    this.#isOddThere = odd >= 0;
    this.#evenUntil = odd >= 0 ? start + odd : Math.min(start + AHEAD_LENGTH, this.text.length);
  }

  #find(what: string, start: number): number {
    const at = this.text.indexOf(what, start);
    return at < 0 ? this.text.length : at;
  }

  /** Behind the white space at a place, which may be none. */
  afterSpace(start: number): number {
    let at = start;
    while ((this.#kindAt(at) & KIND.space) !== 0) at += 1;
    return at;
  }

  /** The name at a place. */
  nameAt(start: number, what: string): string {
    if ((this.#kindAt(start) & KIND.nameStart) === 0 && !isHighNameCharacter(this.#highCharacterAt(start) ?? 0))
      throw new XmlRefusal(`${this.shown(start)} where ${what} must be`, start);
    let at = start + 1;
    while (this.isNamePart(at)) at += 1;
    return this.text.slice(start, at);
  }

  /** True when a name goes on at a place. Of a character beyond U+FFFF both halves are part of it. */
  isNamePart(at: number): boolean {
    const kind = this.#kindAt(at);
    if ((kind & (KIND.name | KIND.surrogate)) === 0) return false;
    return (kind & KIND.name) !== 0 || isHighNameCharacter(this.#highCharacterAt(at) ?? this.#highCharacterAt(at - 1) ?? 0);
  }

  /** End of the character data at a place: the next tag, or the end of the document. */
  endOfText(start: number): number {
    for (let at = start; ; ) {
      const code = this.text.charCodeAt(at);
      if ((this.#kindAt(at) & (KIND.plain | KIND.space)) !== 0 || code === QUOTE || code === APOSTROPHE) at += 1;
      else if (code === LESS || at >= this.text.length) return at;
      else if (code === AMPERSAND) at = this.#afterReference(at);
      else if (code !== GREATER) at = this.#afterPair(at);
      else if (at - 2 >= start && this.#isBracket(at - 1) && this.#isBracket(at - 2)) throw new XmlRefusal('"]]>" in text', at - 2);
      else at += 1;
    }
  }

  /** End of the value that begins at `start`, behind its quote; as its complement when it has to be decoded. */
  endOfValue(start: number, quote: number, name: string): number {
    let isCoded = false;
    for (let at = start; ; ) {
      while ((this.#kindAt(at) & KIND.plain) !== 0) at += 1;
      const code = this.text.charCodeAt(at);
      if (code === quote) return isCoded ? ~at : at;
      if (code === GREATER || code === QUOTE || code === APOSTROPHE) at += 1;
      else if (code === AMPERSAND) {
        isCoded = true;
        at = this.#afterReference(at);
      } else if ((this.#kindAt(at) & KIND.space) !== 0) {
        isCoded = true;
        at += 1;
      } else if (code === LESS) throw new XmlRefusal(`"<" in the value of attribute "${name}"`, at);
      else if (at >= this.text.length) throw new XmlRefusal(`the value of attribute "${name}" does not end`, start);
      else at = this.#afterPair(at);
    }
  }

  /** Text in which nothing has a meaning but line ends: a comment, a CDATA section. */
  literal(start: number, end: number): string {
    for (let at = start; at < end; ) {
      if ((this.#kindAt(at) & (KIND.plain | KIND.space)) !== 0 || "\"'&<>".includes(this.text.charAt(at))) at += 1;
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
    return codePoint > 0x20 && codePoint < 0xd800 ? `"${String.fromCodePoint(codePoint)}"` : hex;
  }

  #kindAt(at: number): number {
    return at < this.text.length ? (KINDS[this.text.charCodeAt(at)] as number) : 0;
  }

  #isBracket(at: number): boolean {
    return this.text.charCodeAt(at) === BRACKET;
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
    if (this.#highCharacterAt(at) !== undefined) return at + 2;
    const hint = this.text.charCodeAt(at) === UNREADABLE ? " (here are bytes that are no UTF-8)" : "";
    throw new XmlRefusal(`character ${this.shown(at)} is not allowed${hint}`, at);
  }

  #highCharacterAt(at: number): number | undefined {
    const codePoint = (this.#kindAt(at) & KIND.surrogate) === 0 ? undefined : this.text.codePointAt(at);
    return codePoint !== undefined && codePoint > 0xffff ? codePoint : undefined;
  }
}
