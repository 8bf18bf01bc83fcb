import { coloured, wrapLine } from "../../output/text/terminal-text.ts";

/** A terminal as far as a screen depends on it. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  readonly hasColours: boolean;
}

const ESC = "\u001b[";
/** The other screen buffer, no cursor: what was there comes back at the end. */
export const ENTER_SCREEN = `${ESC}?1049h${ESC}?25l`;
export const LEAVE_SCREEN = `${ESC}?25h${ESC}?1049l`;

/** Rows of a text on a terminal, from row `top` on: as many as there is room for. */
export function screenRows(text: string, terminal: Terminal, top: number): { readonly rows: readonly string[]; readonly top: number } {
  const all = text
    .replace(/\n$/, "")
    .split("\n")
    .flatMap((line) => wrapLine(line, Math.max(1, terminal.columns)));
  const height = Math.max(1, terminal.rows);
  const first = Math.max(0, Math.min(top, all.length - height));
  const shown = all.slice(first, first + height);
  return { rows: terminal.hasColours ? shown.map(coloured) : shown, top: first };
}

/**
 * What has to be written so that a terminal that shows `before` shows `after`: only rows that differ, so nothing
 * flickers and slow lines are not filled. Without `before` everything is drawn.
 */
export function screenUpdate(before: readonly string[] | undefined, after: readonly string[]): string {
  const parts: string[] = before === undefined ? [`${ESC}H${ESC}2J`] : [];
  for (const [index, row] of after.entries()) {
    if (before?.[index] !== row) parts.push(`${ESC}${index + 1};1H${row}${ESC}0m${ESC}K`);
  }
  if (before !== undefined && before.length > after.length) parts.push(`${ESC}${after.length + 1};1H${ESC}J`);
  return parts.join("");
}
