const DECIMAL = /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)/i;
const HEXADECIMAL = /^\s*([+-]?)0x([\da-f]+\.?[\da-f]*|\.[\da-f]+)(?:p([+-]?\d+))?/i;
const WORD = /^\s*([+-]?)(inf|nan)/i;

/**
 * The number a text begins with, whatever follows it, as C's strtod(3) reads it; undefined when it begins with none, or with
 * one that is too large or too small.
 */
export function leadingDouble(text: string): number | undefined {
  const word = WORD.exec(text);
  if (word) return word[2]?.toLowerCase() === "nan" ? Number.NaN : word[1] === "-" ? -Infinity : Infinity;
  const hexadecimal = HEXADECIMAL.exec(text);
  if (hexadecimal) {
    const [, sign, digits = "", exponent = "0"] = hexadecimal;
    const [whole = "", fraction = ""] = digits.split(".");
    const value = Number.parseInt(`${whole}${fraction}`, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
    return sign === "-" ? -value : value;
  }
  const decimal = DECIMAL.exec(text)?.[1];
  if (decimal === undefined) return undefined;
  const value = Number(decimal);
  const isTooSmall = value === 0 && /[1-9]/.test(decimal.replace(/e.*/i, ""));
  return Number.isFinite(value) && !isTooSmall ? value : undefined;
}
