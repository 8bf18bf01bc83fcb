/**
 * The number a text begins with, whatever follows it, as C's strtol(3) reads it; `otherwise` when it begins with none, or
 * when there is no text.
 */
export function leadingInteger(text: string | undefined, otherwise = Number.NaN): number {
  const number = text === undefined ? Number.NaN : Number.parseInt(text, 10);
  return Number.isNaN(number) ? otherwise : number;
}
