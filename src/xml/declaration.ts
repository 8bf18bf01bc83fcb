const SPACES = "[ \\t\\r\\n]+";
const IS = "[ \\t\\r\\n]*=[ \\t\\r\\n]*";
const quoted = (pattern: string): string => `(?:"${pattern}"|'${pattern}')`;
const DECLARATION = [
  `<\\?xml${SPACES}version${IS}${quoted("1\\.[0-9]+")}`,
  `(?:${SPACES}encoding${IS}${quoted("[A-Za-z][A-Za-z0-9._-]*")})?`,
  `(?:${SPACES}standalone${IS}${quoted("(?:yes|no)")})?[ \\t\\r\\n]*\\?>`,
].join("");
const BYTE_ORDER_MARK = "\ufeff";

/** Where the document proper begins: behind a byte order mark and an XML declaration, of which it may have none. */
export function afterDeclaration(text: string): number {
  const start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
  if (!text.startsWith("<?xml", start)) return start;
  const pattern = new RegExp(DECLARATION, "y");
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : start;
}
