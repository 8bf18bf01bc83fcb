import { EXIT, exitText } from "../../model/exit-code.ts";
import { type HtmlPageOptions, textPage } from "../../output/status/html-page.ts";
import { framedXml, requestText } from "../../output/text/xml-frame.ts";
import { CDATA, COMMENT, type XmlElement } from "../../xml/element.ts";

/** What a tool has to say, before the output format is known. */
export interface Answer {
  readonly exitCode?: number;
  /** For people, on the standard output. */
  readonly text?: string;
  /** For programs. */
  readonly parts?: readonly XmlElement[];
  /** What only people are told, a line each, on the standard error. */
  readonly notes?: readonly string[];
  /** What went wrong, a line or more each, as people read them. */
  readonly errors?: readonly string[];
}

/** An answer that only tells what went wrong, in the tool's name. */
export function refusal(tool: string, exitCode: number, text: string): Answer {
  return { exitCode, errors: [`${tool}: ${text}`] };
}

/** The cluster refuses a request: the tool ends with its exit code and its words. */
export class RequestRefused extends Error {
  readonly exitCode: number;

  constructor(exitCode: number, text: string) {
    super(text);
    this.exitCode = exitCode;
  }
}

/** The formats that an answer can be put into. */
export type OutputFormat = "text" | "xml" | "json" | "none" | "html";

/** The answer in a format. `argv` is repeated in the frames for programs. */
export function renderAnswer(
  tool: string,
  argv: readonly string[],
  format: OutputFormat,
  answer: Answer,
  page: HtmlPageOptions = { title: undefined, stylesheet: undefined, isCgi: false },
): { stdout: string; stderr: string; exitCode: number } {
  const { exitCode = EXIT.ok, text = "", parts = [], notes = [], errors = [] } = answer;
  const request = requestText([tool, ...argv]);
  switch (format) {
    case "xml":
      return { stdout: framedXml({ request, parts, exitCode, errors }), stderr: "", exitCode };
    case "json": {
      const status = { code: exitCode, message: exitText(exitCode), errors };
      return { stdout: `${JSON.stringify({ request, result: parts.map(plain), status }, undefined, 2)}\n`, stderr: "", exitCode };
    }
    case "html": {
      const stderr = [...notes, ...errors].map((line) => `${line}\n`).join("");
      return { stdout: textPage(text, request, page), stderr, exitCode };
    }
    case "none":
      return { stdout: "", stderr: "", exitCode };
    case "text":
      return { stdout: text, stderr: [...notes, ...errors].map((line) => `${line}\n`).join(""), exitCode };
  }
}

/** An element as an object: its name, its attributes, its text, its children. */
function plain(node: XmlElement): Record<string, unknown> {
  const text = node.children.find((child) => child.name === CDATA)?.text ?? node.text;
  const children = node.children.filter((child) => child.name !== CDATA && child.name !== COMMENT);
  return {
    element: node.name,
    ...Object.fromEntries(node.attributes),
    ...(text === "" ? {} : { text }),
    ...(children.length === 0 ? {} : { children: children.map(plain) }),
  };
}
