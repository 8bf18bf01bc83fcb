import { fail, type Result } from "../../base/result.ts";
import { unloadable } from "../../output/log/xml-complaints.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { XmlError } from "../../xml/parse.ts";
import { parseDocument } from "./parse-document.ts";
import type { ToolPorts } from "./tool.ts";

/** Why there is no document. */
export interface DocumentProblem {
  /** Which file it is, what is wrong with it, and where in it. */
  readonly text: string;
  /** The file could not be read at all. */
  readonly isUnreadable: boolean;
}

/** Reads the document in a file; "-" is the standard input. The log tells what libxml2 would find wrong. */
export function readDocument(ports: Pick<ToolPorts, "log" | "readFile" | "readStdin">, file: string): Result<XmlElement, DocumentProblem> {
  const read = file === "-" ? { text: ports.readStdin() } : ports.readFile(file);
  if ("problem" in read) {
    ports.log(unloadable(file, read.problem));
    return fail({ text: `${file}: ${read.problem}`, isUnreadable: true });
  }
  const parsed = parseDocument(ports, read.text, file === "-" ? undefined : file);
  return parsed.ok ? parsed : fail({ text: misshapen(file === "-" ? "standard input" : file, parsed.error), isUnreadable: false });
}

/** What is wrong with a document, and where: `cib.xml: line 3, column 7: ...`. */
export function misshapen(name: string, { line, column, message }: XmlError): string {
  return `${name}: line ${line}, column ${column}: ${message}`;
}
