const UINT32 = 2n ** 32n;
const UINT64 = 2n ** 64n;

/**
 * Reads numbers from the start of a text as C's `sscanf` does with `%u`: `parts` are the widths of numbers (0 for any)
 * and the characters between them. Reading ends quietly where the text no longer fits; what was read until then is
 * returned. Numbers wrap at 32 bits, a minus sign included, because Pacemaker's do.
 */
export function scanNumbers(text: string, parts: readonly (number | string)[]): number[] {
  const numbers: number[] = [];
  let rest = text;
  for (const part of parts) {
    if (typeof part === "string") {
      if (!rest.startsWith(part)) break;
      rest = rest.slice(part.length);
      continue;
    }
    rest = rest.replace(/^[ \t\n\v\f\r]+/, "");
    const match = /^[+-]?\d+/.exec(part === 0 ? rest : rest.slice(0, part));
    if (!match) break;
    numbers.push(wrapped(match[0]));
    rest = rest.slice(match[0].length);
  }
  return numbers;
}

function wrapped(written: string): number {
  const size = BigInt(written.replace(/^[+-]/, ""));
  if (size >= UINT64) return Number(UINT32 - 1n);
  const value = written.startsWith("-") ? UINT64 - size : size;
  return Number(value % UINT32);
}
