import { LIMITS } from "../base/limits.ts";
import { type AttributeNames, ValueSpans } from "./attributes.ts";
import { afterDeclaration } from "./declaration.ts";
import { COMMENT, XmlElement } from "./element.ts";
import type { ElementKind } from "./element-kind.ts";
import { MAX_SHAPE_ELEMENTS } from "./element-shape.ts";
import { FoldedRun } from "./folded-run.ts";
import { SourceText, XmlRefusal } from "./source-text.ts";
import { type AttributeStep, type Tag, Vocabulary } from "./vocabulary.ts";

/** An element whose end was not read yet. */
interface OpenElement {
  readonly tag: Tag;
  readonly names: AttributeNames;
  /** Index of its first value. */
  readonly firstIndex: number;
  /** How many finished elements there were when it began: those after are its children. */
  readonly finishedBefore: number;
  /** Where it begins. */
  readonly start: number;
  /** How many elements there were with it when it began. */
  readonly countBefore: number;
  /** Its text so far, if that is more than white space. */
  text: string;
  /** Starts and ends of white space that is text only if more text follows. */
  readonly blanks: number[];
}

const [BLANK, BANG, QUOTE, APOSTROPHE, SLASH, LESS, EQUALS, GREATER, QUESTION] = [32, 33, 34, 39, 47, 60, 61, 62, 63];

/**
 * Reads one document, going over its text once. What is expected next, by what came before, is looked for first: a tag, an
 * attribute, a value with nothing special in it. Values are checked and noted by their place. What is wrong is thrown as an
 * XmlRefusal.
 */
export class XmlScanner {
  readonly #source: SourceText;
  readonly #maxDepth: number;
  readonly #maxElements: number;
  readonly #spans: ValueSpans;
  readonly #vocabulary: Vocabulary;
  readonly #open: OpenElement[] = [];
  readonly #finished: (XmlElement | FoldedRun)[] = [];
  #top: OpenElement | undefined;
  #lastTag: Tag | undefined;
  /** White space that was between tags the last time, by depth. */
  readonly #gaps: string[] = [];
  #at = 0;
  #elementCount = 0;

  constructor(text: string, maxDepth: number, maxElements: number, frequent: ElementKind | undefined) {
    this.#source = new SourceText(text);
    this.#maxDepth = maxDepth;
    this.#maxElements = maxElements;
    this.#spans = new ValueSpans(text);
    this.#vocabulary = new Vocabulary(this.#source, this.#spans, frequent);
  }

  /** The root element. To be called once. */
  read(): XmlElement {
    const { text } = this.#source;
    this.#at = afterDeclaration(text);
    for (;;) {
      if (text.charCodeAt(this.#at) !== LESS) this.#readText();
      if (this.#at >= text.length) break;
      const next = text.charCodeAt(this.#at + 1);
      if (next === SLASH) this.#readEndTag();
      else if (next === BANG) this.#readMarkedSection();
      else if (next === QUESTION) this.#refuseInstruction();
      else this.#readStartTag();
    }
    if (this.#top) throw new XmlRefusal(`<${this.#top.tag.name}> is not closed`, this.#at);
    const [root] = this.#finished;
    if (!(root instanceof XmlElement)) throw new XmlRefusal("document has no root element", this.#at);
    this.#spans.finish();
    return root;
  }

  #refuseInstruction(): never {
    const target = this.#source.nameAt(this.#at + 2, "the name of a processing instruction");
    const what = target === "xml" ? "a malformed or misplaced XML declaration" : `processing instruction <?${target}?>`;
    throw new XmlRefusal(`${what} is not allowed`, this.#at);
  }

  /** Text up to the next tag or the end of the document. */
  #readText(): void {
    const source = this.#source;
    const top = this.#top;
    const start = this.#at;
    const gap = this.#gaps[this.#open.length] ?? "";
    if (gap !== "" && source.text.startsWith(gap, start) && source.text.charCodeAt(start + gap.length) === LESS) {
      this.#at = start + gap.length;
      top?.blanks.push(start, this.#at);
      return;
    }
    this.#at = source.afterSpace(start);
    if (source.text.charCodeAt(this.#at) === LESS || this.#at >= source.text.length) {
      this.#gaps[this.#open.length] = source.text.slice(start, this.#at);
      top?.blanks.push(start, this.#at);
      return;
    }
    if (!top) throw new XmlRefusal("text outside of the root element", this.#at);
    this.#at = source.endOfText(this.#at);
    this.#addText(top, source.decoded(start, this.#at));
  }

  #addText(top: OpenElement, text: string): void {
    const { blanks } = top;
    for (let index = 0; index < blanks.length; index += 2) top.text += this.#source.decoded(blanks[index] ?? 0, blanks[index + 1] ?? 0);
    blanks.length = 0;
    top.text += text;
  }

  #readStartTag(): void {
    const { text } = this.#source;
    const start = this.#at;
    const tag = this.#tagAt(start + 1);
    if (this.#foldElements(tag, start)) return;
    this.#countElement(start);
    const firstIndex = this.#spans.nextIndex;
    const { names } = this.#readAttributes(tag, start + 1 + tag.name.length);
    const end = this.#at;
    if (text.charCodeAt(end) === SLASH) {
      if (text.charCodeAt(end + 1) !== GREATER) throw new XmlRefusal(`"/" in the tag <${tag.name}> is not followed by ">"`, end);
      this.#at = end + 2;
      this.#finished.push(new XmlElement(tag.name, undefined, undefined, "", names, firstIndex));
      return;
    }
    if (this.#open.length >= this.#maxDepth) throw new XmlRefusal(`elements nested deeper than ${this.#maxDepth}`, start);
    this.#top = {
      tag,
      start,
      names,
      firstIndex,
      finishedBefore: this.#finished.length,
      countBefore: this.#elementCount,
      text: "",
      blanks: [],
    };
    this.#open.push(this.#top);
    this.#at = end + 1;
  }

  /** Passes over elements that are written as many others of their name were; false when there is none of them. */
  #foldElements(tag: Tag, start: number): boolean {
    const top = this.#top;
    // What may be beyond a bound is read to the place where that shows.
    if (!top || this.#open.length + MAX_SHAPE_ELEMENTS > this.#maxDepth) return false;
    const run = tag.shapes.fold(start, top, top.blanks, this.#maxElements - this.#elementCount);
    if (run === undefined) return false;
    this.#elementCount += tag.shapes.elementCount;
    this.#finished.push(run);
    this.#at = tag.shapes.end;
    return true;
  }

  /** Reads the attributes from a place on, up to the end of the start tag. */
  #readAttributes(tag: Tag, start: number): AttributeStep {
    const { text } = this.#source;
    const plainUntil = this.#source.plainUntil(start);
    let step = tag.noAttributes;
    for (let at = start; ; ) {
      const code = text.charCodeAt(at);
      if (code === GREATER || code === SLASH) {
        this.#at = at;
        return step;
      }
      // As it was the last time, and nothing to look at closely: the rule.
      const { following } = step;
      if (code !== BLANK || following === undefined || !text.startsWith(following.opening, at + 1)) return this.#readOthers(tag, step, at);
      const valueStart = at + 1 + following.opening.length;
      const valueEnd = text.indexOf('"', valueStart);
      if (valueEnd < 0 || valueEnd > plainUntil) return this.#readOthers(tag, step, at);
      this.#spans.add(valueStart, valueEnd);
      step = following;
      at = valueEnd + 1;
    }
  }

  /** The same for attributes that may be others, be written in another way, and hold anything. */
  #readOthers(tag: Tag, known: AttributeStep, start: number): AttributeStep {
    const source = this.#source;
    const { text } = source;
    const given = new Set(known.list());
    let step = known;
    for (let gap = start; ; ) {
      let at = source.afterSpace(gap);
      if (text.charCodeAt(at) === GREATER || text.charCodeAt(at) === SLASH) {
        this.#at = at;
        return step;
      }
      if (at === gap) throw new XmlRefusal(`unexpected ${source.shown(at)} in the tag <${tag.name}>`, at);
      const name = source.nameAt(at, "an attribute name");
      if (given.has(name)) throw new XmlRefusal(`attribute "${name}" of <${tag.name}> is given twice`, at);
      given.add(name);
      step = step.next(name);
      if (step.depth > LIMITS.xmlAttributesPerElement)
        throw new XmlRefusal(`more than ${LIMITS.xmlAttributesPerElement} attributes on <${tag.name}>`, at);
      at = source.afterSpace(at + name.length);
      if (text.charCodeAt(at) !== EQUALS) throw new XmlRefusal(`attribute "${name}" has no value`, at);
      at = source.afterSpace(at + 1);
      const quote = text.charCodeAt(at);
      if (quote !== QUOTE && quote !== APOSTROPHE) throw new XmlRefusal(`the value of "${name}" must be quoted`, at);
      const end = source.endOfValue(at + 1, quote, name);
      this.#spans.add(at + 1, end);
      gap = (end < 0 ? ~end : end) + 1;
    }
  }

  #tagAt(at: number): Tag {
    const last = this.#lastTag;
    if (last && this.#isTagAt(last, at)) return last;
    const following = last?.following;
    if (following && this.#isTagAt(following, at)) {
      this.#lastTag = following;
      return following;
    }
    const tag = this.#vocabulary.tag(this.#source.nameAt(at, "a name"));
    if (last) last.following = tag;
    this.#lastTag = tag;
    return tag;
  }

  #isTagAt(tag: Tag, at: number): boolean {
    if (!this.#source.text.startsWith(tag.name, at)) return false;
    const behind = this.#source.text.charCodeAt(at + tag.name.length);
    return behind === BLANK || behind === GREATER || behind === SLASH;
  }

  #readEndTag(): void {
    const source = this.#source;
    const start = this.#at;
    const top = this.#open.pop();
    if (!top) throw new XmlRefusal(`end tag </${source.nameAt(start + 2, "a name")}> without a start tag`, start);
    if (source.text.startsWith(top.tag.closing, start)) this.#at = start + top.tag.closing.length;
    else this.#readOddEndTag(top.tag.name);
    const parts = this.#finished.splice(top.finishedBefore);
    if (top.text !== "" && top.blanks.length > 0) this.#addText(top, "");
    const text = top.text !== "" && top.text.trim() !== "" ? top.text : "";
    const isFolded = parts.some((part) => part instanceof FoldedRun);
    const [list, folded] = isFolded ? [undefined, parts] : [parts as XmlElement[], undefined];
    const element = new XmlElement(top.tag.name, undefined, list, text, top.names, top.firstIndex, undefined, folded);
    this.#finished.push(element);
    if (parts.length > 0 && this.#elementCount - top.countBefore < MAX_SHAPE_ELEMENTS) top.tag.shapes.add(element, top.start);
    this.#top = this.#open.at(-1);
  }

  /** An end tag with white space in it, or the wrong one. */
  #readOddEndTag(wanted: string): void {
    const source = this.#source;
    const start = this.#at;
    const name = source.nameAt(start + 2, "a name");
    if (name !== wanted) throw new XmlRefusal(`</${name}> where </${wanted}> must be`, start);
    const at = source.afterSpace(start + 2 + name.length);
    if (source.text.charCodeAt(at) !== GREATER) throw new XmlRefusal(`unexpected ${source.shown(at)} in the tag </${name}>`, at);
    this.#at = at + 1;
  }

  /** What begins with `<!`: a comment or a CDATA section. */
  #readMarkedSection(): void {
    const source = this.#source;
    const { text } = source;
    const start = this.#at;
    if (text.startsWith("<!--", start)) {
      const end = text.indexOf("--", start + 4);
      if (end < 0) throw new XmlRefusal("the comment does not end", start);
      if (text.charCodeAt(end + 2) !== GREATER) throw new XmlRefusal('"--" in a comment', end);
      const comment = source.literal(start + 4, end);
      this.#at = end + 3;
      if (!this.#top) return;
      this.#countElement(start);
      this.#finished.push(new XmlElement(COMMENT, [], [], comment));
    } else if (this.#top && text.startsWith("<![CDATA[", start)) {
      const end = text.indexOf("]]>", start + 9);
      if (end < 0) throw new XmlRefusal("the CDATA section does not end", start);
      this.#addText(this.#top, source.literal(start + 9, end));
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
