import { isAscii, isUtf8 } from "node:buffer";

/** What decoding leaves of bytes that stand for nothing. */
const DECODING_FAILED = "\ufffd";
/** A character that XML does not allow. */
const FORBIDDEN = "\uffff";
/** An XML declaration is at the beginning and short. Source: XML 1.0, 4.3.3 and appendix F. */
const DECLARATION_BYTES = 200;
const DECLARED = /^<\?xml[^>]*?\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/;

/**
 * The text of a file: UTF-8, or what a byte order mark or an XML declaration says. Plain ASCII, which a large CIB mostly is, needs
 * no decoding. In a document bytes that stand for nothing become a character that none may have: it is refused, not changed
 * when it is written again.
 */
export function decodedText(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString("latin1");
  const text = decoded(bytes, encodingOf(bytes));
  if (text !== undefined) return text;
  const lossy = bytes.toString("utf8");
  return lossy.trimStart().startsWith("<") ? lossy.replaceAll(DECODING_FAILED, FORBIDDEN) : lossy;
}

function encodingOf(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return DECLARED.exec(bytes.toString("latin1", 0, DECLARATION_BYTES))?.[1] ?? "utf-8";
}

function decoded(bytes: Buffer, encoding: string): string | undefined {
  if (/^utf-?8$/i.test(encoding)) return isUtf8(bytes) ? bytes.toString("utf8") : undefined;
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
