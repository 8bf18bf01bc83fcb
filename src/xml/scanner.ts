import { LIMITS } from "../base/limits.ts";
import { ValueSpans, XmlAttributes } from "./attributes.ts";
import { COMMENT, XmlElement } from "./element.ts";
import { SourceText, XmlRefusal } from "./source-text.ts";
import { type AttributeStep, Vocabulary } from "./vocabulary.ts";

/** An element whose end was not read yet. */
interface OpenElement {
  readonly tag: AttributeStep;
  readonly attributes: XmlAttributes;
  /** How many finished elements there were when it began: those after are its children. */
  readonly finishedBefore: number;
  text: string;
  /** Its text is more than white space. */
  hasText: boolean;
}

const [BANG, QUOTE, APOSTROPHE, SLASH, LESS, EQUALS, GREATER, QUESTION] = [33, 34, 39, 47, 60, 61, 62, 63];

const SPACES = "[ \\t\\r\\n]+";
const IS = "[ \\t\\r\\n]*=[ \\t\\r\\n]*";
const quoted = (pattern: string): string => `(?:"${pattern}"|'${pattern}')`;
const XML_DECLARATION = [
  `<\\?xml${SPACES}version${IS}${quoted("1\\.[0-9]+")}`,
  `(?:${SPACES}encoding${IS}${quoted("[A-Za-z][A-Za-z0-9._-]*")})?`,
  `(?:${SPACES}standalone${IS}${quoted("(?:yes|no)")})?[ \\t\\r\\n]*\\?>`,
].join("");
const BYTE_ORDER_MARK = "\ufeff";

/**
 * Reads one document, going over its text once. Names are recognised in place by comparing them with those expected;
 * values are checked and noted by their place. What is wrong is thrown as an XmlRefusal.
 */
export class XmlScanner {
  readonly #source: SourceText;
  readonly #maxDepth: number;
  readonly #maxElements: number;
  readonly #spans: ValueSpans;
  readonly #vocabulary = new Vocabulary();
  readonly #open: OpenElement[] = [];
  readonly #finished: XmlElement[] = [];
  #top: OpenElement | undefined;
  #lastTag: AttributeStep | undefined;
  #at = 0;
  #elementCount = 0;

  constructor(text: string, maxDepth: number, maxElements: number) {
    this.#source = new SourceText(text);
    this.#maxDepth = maxDepth;
    this.#maxElements = maxElements;
    this.#spans = new ValueSpans(text);
  }

  /** The root element. To be called once. */
  read(): XmlElement {
    const { codes, text } = this.#source;
    if (text.startsWith(BYTE_ORDER_MARK)) this.#at = 1;
    if (text.startsWith("<?xml", this.#at)) this.#readXmlDeclaration();
    for (;;) {
      this.#readText();
      if (codes[this.#at] !== LESS) break;
      const next = codes[this.#at + 1];
      if (next === SLASH) this.#readEndTag();
      else if (next === BANG) this.#readMarkedSection();
      else if (next === QUESTION) this.#refuseInstruction();
      else this.#readStartTag();
    }
    if (this.#top) throw new XmlRefusal(`<${this.#top.tag.known.name}> is not closed`, this.#at);
    const [root] = this.#finished;
    if (!root) throw new XmlRefusal("document has no root element", this.#at);
    this.#spans.finish();
    return root;
  }

  #readXmlDeclaration(): void {
    const pattern = new RegExp(XML_DECLARATION, "y");
    pattern.lastIndex = this.#at;
    if (pattern.test(this.#source.text)) this.#at = pattern.lastIndex;
  }

  #refuseInstruction(): never {
    const target = this.#source.nameAt(this.#at + 2, "the name of a processing instruction");
    const what = target === "xml" ? "a malformed or misplaced XML declaration" : `processing instruction <?${target}?>`;
    throw new XmlRefusal(`${what} is not allowed`, this.#at);
  }

  /** Text up to the next tag or the end of the document. */
  #readText(): void {
    const source = this.#source;
    const start = this.#at;
    let at = source.afterSpace(start);
    if (source.codes[at] !== LESS && at < source.text.length) {
      if (!this.#top) throw new XmlRefusal("text outside of the root element", at);
      at = source.endOfText(at);
      this.#top.hasText = true;
    }
    this.#at = at;
    if (this.#top && at > start) this.#top.text += source.decoded(start, at);
  }

  #readStartTag(): void {
    const { codes } = this.#source;
    const start = this.#at;
    const tag = this.#tagAt(start + 1);
    const tagName = tag.known.name;
    this.#countElement(start);
    const firstIndex = this.#spans.nextIndex;
    const step = this.#readAttributes(tag, start + 1 + tagName.length);
    const attributes = new XmlAttributes(undefined, step.names, this.#spans, firstIndex);
    const end = this.#at;
    if (codes[end] === SLASH) {
      if (codes[end + 1] !== GREATER) throw new XmlRefusal(`"/" in the tag <${tagName}> is not followed by ">"`, end);
      this.#at = end + 2;
      this.#finished.push(new XmlElement(tagName, attributes));
      return;
    }
    if (this.#open.length >= this.#maxDepth) throw new XmlRefusal(`elements nested deeper than ${this.#maxDepth}`, start);
    this.#top = { tag, attributes, finishedBefore: this.#finished.length, text: "", hasText: false };
    this.#open.push(this.#top);
    this.#at = end + 1;
  }

  /** Reads the attributes from a place on, up to the end of the start tag. */
  #readAttributes(tag: AttributeStep, start: number): AttributeStep {
    const source = this.#source;
    const { codes } = source;
    let step = tag;
    let given: Set<string> | undefined;
    for (let gap = start; ; ) {
      let at = source.afterSpace(gap);
      if (codes[at] === GREATER || codes[at] === SLASH) {
        this.#at = at;
        return step;
      }
      if (at === gap) throw new XmlRefusal(`unexpected ${source.shown(at)} in the tag <${tag.known.name}>`, at);
      const expected = step.following;
      const expectedEnd = expected ? source.afterKnownName(expected.known.start, expected.known.name.length, at) : -1;
      if (expected && expectedEnd >= 0) {
        step = expected;
        at = expectedEnd;
      } else {
        const name = source.nameAt(at, "an attribute name");
        given ??= new Set(step.list());
        if (given.has(name)) throw new XmlRefusal(`attribute "${name}" of <${tag.known.name}> is given twice`, at);
        step = step.next(name, at);
        if (step.depth > LIMITS.xmlAttributesPerElement)
          throw new XmlRefusal(`more than ${LIMITS.xmlAttributesPerElement} attributes on <${tag.known.name}>`, at);
        at += name.length;
      }
      given?.add(step.known.name);
      at = this.#behindEquals(at, step);
      const quote = codes[at];
      if (quote !== QUOTE && quote !== APOSTROPHE) throw new XmlRefusal(`the value of "${step.known.name}" must be quoted`, at);
      const end = source.endOfValue(at + 1, quote, step.known.name);
      this.#spans.add(at + 1, end);
      gap = (end < 0 ? ~end : end) + 1;
    }
  }

  /** The quote of a value: behind the `=`, which is behind a name. */
  #behindEquals(nameEnd: number, step: AttributeStep): number {
    const source = this.#source;
    const at = source.codes[nameEnd] === EQUALS ? nameEnd : source.afterSpace(nameEnd);
    if (source.codes[at] !== EQUALS) throw new XmlRefusal(`attribute "${step.known.name}" has no value`, nameEnd);
    return source.codes[at + 1] === QUOTE ? at + 1 : source.afterSpace(at + 1);
  }

  #tagAt(at: number): AttributeStep {
    const last = this.#lastTag;
    if (last && this.#source.afterKnownName(last.known.start, last.known.name.length, at) >= 0) return last;
    this.#lastTag = this.#vocabulary.tag(this.#source.nameAt(at, "a name"), at);
    return this.#lastTag;
  }

  #readEndTag(): void {
    const source = this.#source;
    const start = this.#at;
    const top = this.#open.pop();
    if (!top) throw new XmlRefusal(`end tag </${source.nameAt(start + 2, "a name")}> without a start tag`, start);
    const { name, start: knownStart } = top.tag.known;
    const nameEnd = source.afterKnownName(knownStart, name.length, start + 2);
    if (nameEnd < 0) throw new XmlRefusal(`</${source.nameAt(start + 2, "a name")}> where </${name}> must be`, start);
    const at = source.afterSpace(nameEnd);
    if (source.codes[at] !== GREATER) throw new XmlRefusal(`unexpected ${source.shown(at)} in the tag </${name}>`, at);
    this.#at = at + 1;
    const children = this.#finished.splice(top.finishedBefore);
    const text = top.hasText && top.text.trim() !== "" ? top.text : "";
    this.#finished.push(new XmlElement(name, top.attributes, children, text));
    this.#top = this.#open.at(-1);
  }

  /** What begins with `<!`: a comment or a CDATA section. */
  #readMarkedSection(): void {
    const source = this.#source;
    const { text } = source;
    const start = this.#at;
    if (text.startsWith("<!--", start)) {
      const end = text.indexOf("--", start + 4);
      if (end < 0) throw new XmlRefusal("the comment does not end", start);
      if (source.codes[end + 2] !== GREATER) throw new XmlRefusal('"--" in a comment', end);
      const comment = source.literal(start + 4, end);
      this.#at = end + 3;
      if (!this.#top) return;
      this.#countElement(start);
      this.#finished.push(new XmlElement(COMMENT, [], [], comment));
    } else if (this.#top && text.startsWith("<![CDATA[", start)) {
      const end = text.indexOf("]]>", start + 9);
      if (end < 0) throw new XmlRefusal("the CDATA section does not end", start);
      this.#top.text += source.literal(start + 9, end);
      this.#top.hasText = true;
      this.#at = end + 3;
    } else if (text.startsWith("<!DOCTYPE", start)) throw new XmlRefusal("a document type declaration (DTD) is not allowed", start);
    else throw new XmlRefusal('unexpected "<!"', start);
  }

  #countElement(start: number): void {
    this.#elementCount += 1;
    if (this.#elementCount > this.#maxElements) throw new XmlRefusal(`more than ${this.#maxElements} elements`, start);
    if (!this.#top && this.#elementCount > 1) throw new XmlRefusal("more than one root element", start);
  }
}
