import type { LogEntry } from "../text/log-entry.ts";

/** Something libxml2 finds wrong, at which character and in which line. */
interface Complaint {
  readonly offset: number;
  readonly line: number;
  readonly text: string;
}

/** An element that was begun. */
interface Begun {
  readonly name: string;
  readonly line: number;
}

const SOURCE = "pcmk__log_xmllib_err";
const NAME = /[\p{L}_:][\p{L}\p{N}_:.-]*/uy;
const SPACES = /[ \t\r\n]+/y;
const ASIDE = /<!--.*?-->|<\?.*?\?>|<!DOCTYPE[^[>]*(?:\[.*?\]\s*)?>/sy;
const REFERENCE = /&(#[0-9]+;|#x[0-9a-fA-F]+;|(?:amp|lt|gt|quot|apos);)/y;
const NEWLINE = 10;
/** Widest part of a line that is shown. */
const SHOWN_WIDTH = 80;

/**
 * What the log says of a text that is no well-formed document: each complaint of libxml2 2.9 with its line of the text and a
 * mark under the place. Empty for what only kodou refuses. `name` is the file the text comes from.
 */
export function xmlComplaints(text: string, name?: string): LogEntry[] {
  return new ComplaintFinder(text).find().flatMap((complaint) => {
    const place = name === undefined ? `Entity: line ${complaint.line}` : `${name}:${complaint.line}`;
    const lines = [`${place}: parser error : ${complaint.text}`, ...context(text, complaint.offset)];
    return lines.map((one): LogEntry => ({ source: SOURCE, severity: "error", text: `XML Error: ${one}` }));
  });
}

/** What the log says of a file that cannot be read, and why. Source: libxml2 2.14. */
export function unloadable(file: string, problem: string): LogEntry {
  const kind = problem === "No such file or directory" ? "warning" : "error";
  return { source: SOURCE, severity: "error", text: `XML Error: I/O ${kind} : failed to load "${file}": ${problem}` };
}

/** The line of the text and the mark. Source: libxml2, xmlParserPrintFileContext. */
function context(text: string, offset: number): [string, string] {
  const isEnd = (at: number): boolean => text[at] === "\n" || text[at] === "\r";
  let start = offset;
  while (start > 0 && isEnd(start)) start -= 1;
  while (start > 0 && offset - start < SHOWN_WIDTH && !isEnd(start - 1)) start -= 1;
  const [line = ""] = text.slice(start, start + SHOWN_WIDTH).split(/[\r\n]/, 1);
  return [line, `${line.slice(0, offset - start).replace(/[^\t]/g, " ")}^`];
}

/** Goes over a text once, as libxml2 does: what is wrong is noted and what follows is read on. */
class ComplaintFinder {
  readonly #text: string;
  readonly #found: Complaint[] = [];
  readonly #open: Begun[] = [];
  #at = 0;
  /** The line up to which ends of lines were counted, and the character. */
  #line = 1;
  #countedTo = 0;

  constructor(text: string) {
    this.#text = text.replace(/^\ufeff/, " ");
  }

  /** To be called once. */
  find(): readonly Complaint[] {
    if (this.#text === "") this.#complain("Document is empty");
    else {
      this.#skipAside();
      if (this.#isAt("<")) this.#readRoot();
      else this.#complain("Start tag expected, '<' not found");
    }
    return this.#found;
  }

  #readRoot(): void {
    this.#readStartTag();
    while (this.#open.length > 0 && this.#at < this.#text.length) this.#readContent();
    const top = this.#open.at(-1);
    if (top) {
      this.#complain(`Premature end of data in tag ${top.name} line ${top.line}`);
      return;
    }
    this.#skipAside();
    if (this.#at < this.#text.length) this.#complain("Extra content at the end of the document");
  }

  #readContent(): void {
    if (this.#isAt("</")) this.#readEndTag();
    else if (this.#isAt("<!--")) this.#readSection("<!--", "-->", "Comment not terminated");
    else if (this.#isAt("<![CDATA[")) this.#readSection("<![CDATA[", "]]>", "CData section not finished");
    else if (this.#isAt("<?")) this.#readSection("<?", "?>", "ParsePI: PI never end ...");
    else if (this.#isAt("<")) this.#readStartTag();
    else if (this.#isAt("&")) this.#readReference();
    else {
      if (this.#isAt("]]>")) this.#complain("Sequence ']]>' not allowed in content");
      const end = this.#text.slice(this.#at + 1).search(/[<&]|\]\]>/);
      this.#at = end < 0 ? this.#text.length : this.#at + 1 + end;
    }
  }

  #readStartTag(): void {
    const line = this.#lineHere();
    this.#at += 1;
    const name = this.#take(NAME);
    if (name === "") {
      this.#complain("StartTag: invalid element name");
      return;
    }
    this.#take(SPACES);
    this.#readAttributes();
    if (this.#isAt(">")) this.#open.push({ name, line });
    if (this.#isAt("/>")) this.#at += 2;
    else if (this.#isAt(">")) this.#at += 1;
    else this.#complain(`Couldn't find end of Start Tag ${name} line ${line}`);
  }

  #readAttributes(): void {
    const names = new Set<string>();
    while (this.#at < this.#text.length && !this.#isAt(">") && !this.#isAt("/>") && (this.#text[this.#at] ?? "") >= " ") {
      this.#readAttribute(names);
      if (this.#isAt(">") || this.#isAt("/>")) return;
      if (this.#take(SPACES) === "") {
        this.#complain("attributes construct error");
        return;
      }
    }
  }

  #readAttribute(names: Set<string>): void {
    const name = this.#take(NAME);
    if (name === "") {
      this.#complain("error parsing attribute name");
      return;
    }
    this.#take(SPACES);
    if (!this.#isAt("=")) {
      this.#complain(`Specification mandates value for attribute ${name}`);
      return;
    }
    this.#at += 1;
    this.#take(SPACES);
    if (this.#readValue() && names.has(name)) this.#complain(`Attribute ${name} redefined`);
    names.add(name);
  }

  /** True when the value is whole. */
  #readValue(): boolean {
    const quote = this.#text[this.#at] ?? "";
    if (quote !== '"' && quote !== "'") {
      this.#complain("AttValue: \" or ' expected");
      return false;
    }
    for (this.#at += 1; this.#at < this.#text.length; ) {
      if (this.#isAt("<")) {
        this.#complain("Unescaped '<' not allowed in attributes values");
        return false;
      }
      if (this.#isAt("&")) this.#readReference();
      else if (this.#isAt(quote)) {
        this.#at += 1;
        return true;
      } else this.#at += 1;
    }
    this.#complain("AttValue: ' expected");
    return false;
  }

  #readReference(): void {
    if (this.#take(REFERENCE) !== "") return;
    this.#at += 1;
    const name = this.#take(NAME);
    if (name === "") this.#complain("xmlParseEntityRef: no name");
    else if (!this.#isAt(";")) this.#complain("EntityRef: expecting ';'");
    else {
      this.#at += 1;
      this.#complain(`Entity '${name}' not defined`);
    }
  }

  #readEndTag(): void {
    const top = this.#open.pop();
    this.#at += 2;
    const name = this.#take(NAME);
    this.#take(SPACES);
    if (this.#isAt(">")) this.#at += 1;
    else this.#complain("expected '>'");
    if (top && name !== top.name)
      this.#complain(`Opening and ending tag mismatch: ${top.name} line ${top.line} and ${name === "" ? "unparsable" : name}`);
  }

  #readSection(start: string, end: string, complaint: string): void {
    const at = this.#text.indexOf(end, this.#at + start.length);
    this.#at = at < 0 ? this.#text.length : at + end.length;
    if (at < 0) this.#complain(complaint);
  }

  /** Past white space, comments, instructions and a document type. */
  #skipAside(): void {
    while (this.#take(SPACES) !== "" || this.#take(ASIDE) !== "");
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ""] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }

  #isAt(what: string): boolean {
    return this.#text.startsWith(what, this.#at);
  }

  #complain(text: string): void {
    this.#found.push({ offset: this.#at, line: this.#lineHere(), text });
  }

  /** The present line; the text is gone over once for all that ask. */
  #lineHere(): number {
    for (; this.#countedTo < this.#at; this.#countedTo += 1) if (this.#text.charCodeAt(this.#countedTo) === NEWLINE) this.#line += 1;
    return this.#line;
  }
}
