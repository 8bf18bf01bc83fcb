/** Ranges of characters that take two columns of a terminal. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1faff],
  [0x20000, 0x3fffd],
];

/** Words with a colour: SGR numbers of ECMA-48. The first pattern that matches at a place counts. */
const COLOURS: readonly (readonly [string, number])[] = [
  ["UNCLEAN(?: \\((?:online|offline)\\))?|OFFLINE|FAILED|BLOCKED|WITHOUT quorum|Failed [A-Z][\\w ]*:|Not connected.*", 31],
  ["standby|Stopped(?: \\(disabled\\))?|pending|Starting|Stopping|Promoting|Demoting|Migrating", 33],
  ["maintenance|unmanaged|Unpromoted", 34],
  ["Online|Started|Promoted", 32],
];
const COLOURED = new RegExp(`(?<![\\w-])(?:${COLOURS.map(([words]) => `(${words})`).join("|")})(?![\\w-])`, "g");

/** Text without control characters: nothing from the CIB may steer a terminal. Tabs become blanks. */
export function withoutControls(text: string): string {
  return text.replace(/\t/g, "    ").replace(/[\x00-\x1f\x7f-\x9f]/g, "?");
}

/** Columns a character takes. */
function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (/\p{Mn}|\u200d/u.test(character)) return 0;
  return WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/**
 * A line as rows of a terminal, none wider than `columns`; it is broken at blanks where that is possible, and what
 * follows is indented a little further than the line.
 */
export function wrapLine(line: string, columns: number): string[] {
  const clean = withoutControls(line);
  const indent = " ".repeat(Math.min((/^ *(?:\* )?/.exec(clean)?.[0].length ?? 0) + 2, Math.floor(columns / 3)));
  const rows: string[] = [];
  let row = "";
  let width = 0;
  let blankAt = -1;
  for (const character of clean) {
    const wide = widthOf(character);
    if (width + wide > columns && row !== "") {
      const breaksAtBlank = blankAt > indent.length;
      const head = breaksAtBlank ? row.slice(0, blankAt) : row;
      const rest = breaksAtBlank ? row.slice(blankAt + 1) : "";
      rows.push(head);
      row = indent + rest;
      width = [...row].reduce((sum, each) => sum + widthOf(each), 0);
      blankAt = -1;
      if (character === " " && row === indent) continue;
    }
    if (character === " ") blankAt = row.length;
    row += character;
    width += wide;
  }
  return [...rows, row];
}

/** The row with colours for what people look for first. */
export function coloured(row: string): string {
  return row.replace(COLOURED, (word, ...groups) => {
    const at = COLOURS.findIndex((_colour, index) => groups[index] !== undefined);
    return `\u001b[${COLOURS[at]?.[1] ?? 0}m${word}\u001b[0m`;
  });
}
