import { exitText } from "../../model/exit-code.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { writePretty } from "../../xml/write.ts";

/** Version of the output schema the tools follow. Source: Pacemaker 3.0.2. */
const API_VERSION = "2.42";

/** What goes into the frame of a tool's XML answer. */
export interface XmlAnswer {
  readonly request: string;
  readonly parts: readonly XmlElement[];
  readonly exitCode: number;
  readonly errors?: readonly string[];
}

/** A tool's answer as one XML document: the request, the parts, the exit status with its errors. */
export function framedXml(answer: XmlAnswer): string {
  const errors = (answer.errors ?? []).map((text) => {
    const made = element("error");
    made.text = text;
    return made;
  });
  const status = element("status", { code: answer.exitCode, message: exitText(answer.exitCode) });
  if (errors.length > 0) status.children.push(element("errors", {}, errors));
  const root = element("pacemaker-result", { "api-version": API_VERSION, request: answer.request }, [...answer.parts, status]);
  return writePretty(root);
}

/** The command line as the frame repeats it: what a shell would not read as exactly one word is quoted. Source: GLib's shell words. */
export function requestText(words: readonly string[]): string {
  return words.map((word) => (isOneShellWord(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

function isOneShellWord(text: string): boolean {
  return /^[ \t\n]*(?!#)(?:[^ \t\n'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+(?:[ \t\n]+(?:#[^\n]*)?)*$/su.test(text);
}
