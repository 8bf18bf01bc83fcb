import { EXIT, exitText } from "../model/exit-code.ts";
import { framedXml, requestText } from "../output/xml-frame.ts";
import type { XmlElement } from "../xml/element.ts";
import { optionValue, type ParsedOptions } from "./option-table.ts";
import type { ToolResult } from "./tool.ts";

/** What a tool has to say, before the output format is known. */
export interface Answer {
  readonly exitCode?: number;
  /** For people, on the standard output. */
  readonly text?: string;
  /** For programs. */
  readonly parts?: readonly XmlElement[];
  /** What went wrong, a line each, without the tool's name. */
  readonly errors?: readonly string[];
}

/** The answer in the format the user asked for. */
export function answerAs(tool: string, parsed: ParsedOptions, answer: Answer): ToolResult {
  const { exitCode = EXIT.ok, text = "", parts = [], errors = [] } = answer;
  const given = parsed.given.map(({ name, value }) => (value === undefined ? `--${name}` : `--${name}=${value}`));
  const request = requestText([tool, ...given]);
  const lines = errors.map((error) => `${tool}: ${error}`);
  switch (optionValue(parsed, "output-as")) {
    case "xml":
      return { stdout: framedXml({ request, parts, exitCode, errors: lines }), stderr: "", exitCode };
    case "json": {
      const status = { code: exitCode, message: exitText(exitCode), errors: lines };
      const content = { request, result: parts.map(plain), status };
      return { stdout: `${JSON.stringify(content, undefined, 2)}\n`, stderr: "", exitCode };
    }
    case "none":
      return { stdout: "", stderr: "", exitCode };
    default:
      return { stdout: text, stderr: lines.map((line) => `${line}\n`).join(""), exitCode };
  }
}

/** An element as an object: its name, its attributes, its text, its children. */
function plain(node: XmlElement): Record<string, unknown> {
  return {
    element: node.name,
    ...Object.fromEntries(node.attributes),
    ...(node.text === "" ? {} : { text: node.text }),
    ...(node.children.length === 0 ? {} : { children: node.children.map(plain) }),
  };
}
