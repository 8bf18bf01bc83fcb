import { SaxesParser } from "saxes";
import { LIMITS } from "../base/limits.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { COMMENT, XmlElement } from "./element.ts";

/** Why a document was refused, and where. Lines and columns count from 1. */
export interface XmlError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Bounds of one parse; each defaults to its value in LIMITS. */
export interface XmlBounds {
  readonly documentBytes?: number;
  readonly depth?: number;
  readonly elements?: number;
}

class Refusal extends Error {}

/**
 * Reads one strict XML 1.0 document. Refused: anything not well-formed, any document type
 * declaration (so no entity of the document's own), processing instructions, and documents
 * beyond the bounds. White space between elements is dropped; comments are kept.
 */
export function parseXml(text: string, bounds: XmlBounds = {}): Result<XmlElement, XmlError> {
  const maxBytes = bounds.documentBytes ?? LIMITS.xmlDocumentBytes;
  const maxDepth = bounds.depth ?? LIMITS.xmlDepth;
  const maxElements = bounds.elements ?? LIMITS.xmlElements;
  if (text.length > maxBytes) {
    return fail({ message: `document is larger than ${maxBytes} bytes`, line: 1, column: 1 });
  }
  const parser = new SaxesParser({ xmlns: false });
  const open: XmlElement[] = [];
  let root: XmlElement | undefined;
  let count = 0;
  const refuse = (message: string): never => {
    throw new Refusal(message);
  };
  parser.on("error", (error) => refuse(error.message.replace(/^\d+:\d+: /, "")));
  parser.on("doctype", () => refuse("a document type declaration (DTD) is not allowed"));
  parser.on("processinginstruction", (instruction) => refuse(`processing instruction <?${instruction.target}?> is not allowed`));
  parser.on("opentag", (tag) => {
    count += 1;
    if (count > maxElements) refuse(`more than ${maxElements} elements`);
    if (open.length >= maxDepth) refuse(`elements nested deeper than ${maxDepth}`);
    const made = new XmlElement(tag.name);
    for (const [name, value] of Object.entries(tag.attributes as Record<string, string>)) made.attributes.set(name, value);
    if (made.attributes.size > LIMITS.xmlAttributesPerElement)
      refuse(`more than ${LIMITS.xmlAttributesPerElement} attributes on <${tag.name}>`);
    const parent = open.at(-1);
    if (parent) parent.children.push(made);
    else root = made;
    open.push(made);
  });
  parser.on("closetag", () => {
    const closed = open.pop();
    if (closed && closed.text.trim() === "") closed.text = "";
  });
  const addText = (chunk: string): void => {
    const parent = open.at(-1);
    if (parent) parent.text += chunk;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("comment", (comment) => {
    open.at(-1)?.children.push(new XmlElement(COMMENT, [], [], comment));
  });
  try {
    parser.write(text).close();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return fail({ message: error.message, line: parser.line, column: parser.column + 1 });
  }
  if (!root) return fail({ message: "document has no root element", line: 1, column: 1 });
  return ok(root);
}
