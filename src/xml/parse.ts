import { LIMITS } from "../base/limits.ts";
import { fail, ok, type Result } from "../base/result.ts";
import type { XmlElement } from "./element.ts";
import type { ElementKind } from "./element-kind.ts";
import { XmlScanner } from "./scanner.ts";
import { XmlRefusal } from "./source-text.ts";

/** Why a document was refused, and where. Lines and columns count from 1. */
export interface XmlError {
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

/** Bounds of one parse, each by default its value in LIMITS, and what is expected of the document. */
export interface XmlBounds {
  readonly documentBytes?: number;
  readonly depth?: number;
  readonly elements?: number;
  /** What many elements are expected to be: which ones are is found out on the way, where it costs least. */
  readonly frequent?: ElementKind;
}

/**
 * Reads one strict XML 1.0 document. Refused: anything not well-formed, any document type
 * declaration (so no entity of the document's own), processing instructions, and documents
 * beyond the bounds. White space between elements is dropped; comments are kept. Values of
 * attributes stay in the text until they are asked for, so the text lives as long as they do.
 */
export function parseXml(text: string, bounds: XmlBounds = {}): Result<XmlElement, XmlError> {
  const maxBytes = bounds.documentBytes ?? LIMITS.xmlDocumentBytes;
  if (text.length > maxBytes) {
    return fail({ message: `document is larger than ${maxBytes} bytes`, line: 1, column: 1 });
  }
  try {
    return ok(new XmlScanner(text, bounds.depth ?? LIMITS.xmlDepth, bounds.elements ?? LIMITS.xmlElements, bounds.frequent).read());
  } catch (error) {
    if (!(error instanceof XmlRefusal)) throw error;
    return fail({ message: error.message, ...placeOf(text, error.offset) });
  }
}

/** Line and column of a character. */
function placeOf(text: string, offset: number): { line: number; column: number } {
  const lines = text.slice(0, offset).split(/\r\n?|\n/);
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}
