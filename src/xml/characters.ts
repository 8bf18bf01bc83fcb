/** Kinds of characters, as bits; a character may be of several. Source: XML 1.0, fifth edition, productions [2] to [4a]. */
export const KIND = {
  /** White space between things. */
  space: 1,
  /** A name may begin with it. */
  nameStart: 2,
  /** A name may go on with it. */
  name: 4,
  /** Stands for itself in text and in values, and ends neither. */
  plain: 8,
  /** Half of a character beyond U+FFFF. */
  surrogate: 16,
} as const;

const NAME_START_RANGES = [
  [0x3a, 0x3a],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
  [0xc0, 0xd6],
  [0xd8, 0xf6],
  [0xf8, 0x2ff],
  [0x370, 0x37d],
  [0x37f, 0x1fff],
  [0x200c, 0x200d],
  [0x2070, 0x218f],
  [0x2c00, 0x2fef],
  [0x3001, 0xd7ff],
  [0xf900, 0xfdcf],
  [0xfdf0, 0xfffd],
] as const;

const NAME_ONLY_RANGES = [
  [0x2d, 0x2e],
  [0x30, 0x39],
  [0xb7, 0xb7],
  [0x300, 0x36f],
  [0x203f, 0x2040],
] as const;

/** Kinds of each UTF-16 code unit; 0 for one that no document may hold. */
export const KINDS: Uint8Array = kindsOfCodeUnits();

function kindsOfCodeUnits(): Uint8Array {
  const kinds = new Uint8Array(0x10000);
  kinds.fill(KIND.plain, 0x20, 0xd800).fill(KIND.surrogate, 0xd800, 0xe000).fill(KIND.plain, 0xe000, 0xfffe);
  for (const special of "\"'&<>") kinds[special.charCodeAt(0)] = 0;
  for (const space of " \t\n\r") kinds[space.charCodeAt(0)] = KIND.space;
  kinds[0x20] = KIND.space | KIND.plain;
  for (const [first, last] of NAME_START_RANGES) kinds.fill(KIND.plain | KIND.nameStart | KIND.name, first, last + 1);
  for (const [first, last] of NAME_ONLY_RANGES) kinds.fill(KIND.plain | KIND.name, first, last + 1);
  return kinds;
}

/** True for a code point beyond U+FFFF with which a name may begin and go on. */
export function isHighNameCharacter(codePoint: number): boolean {
  return codePoint >= 0x10000 && codePoint <= 0xeffff;
}

/** True for a code point that a document may hold. */
export function isCharacter(codePoint: number): boolean {
  if (codePoint > 0xffff) return codePoint <= 0x10ffff;
  return codePoint >= 0x20 ? (codePoint < 0xd800 || codePoint > 0xdfff) && codePoint < 0xfffe : [9, 10, 13].includes(codePoint);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

/** What a reference stands for, given what is between `&` and `;`; undefined when there is no such thing. */
export function referenced(name: string): string | undefined {
  if (!name.startsWith("#")) return Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
  const digits = /^#(?:x([0-9a-fA-F]+)|([0-9]+))$/.exec(name);
  if (!digits) return undefined;
  const codePoint = digits[1] === undefined ? Number.parseInt(digits[2] ?? "", 10) : Number.parseInt(digits[1], 16);
  return isCharacter(codePoint) ? String.fromCodePoint(codePoint) : undefined;
}

/** Text as it is meant: references replaced, line ends as newlines. All references must be known to be good. */
export function decodeText(raw: string): string {
  const lines = raw.includes("\r") ? raw.replace(/\r\n?/g, "\n") : raw;
  return lines.includes("&") ? lines.replace(/&([^;]+);/g, (whole, name: string) => referenced(name) ?? whole) : lines;
}

/** The value of an attribute as it is meant: as text, but each white space character that is not written as a reference is a space. */
export function decodeValue(raw: string): string {
  return decodeText(raw.replace(/\r\n|[\t\n\r]/g, " "));
}
