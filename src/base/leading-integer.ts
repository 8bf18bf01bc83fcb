/**
 * The number a text begins with, whatever follows it, as C's strtol(3) reads it. NaN when it begins with none, `absent`
 * when there is no text.
 */
export function leadingInteger(text: string | undefined, absent = Number.NaN): number {
  return text === undefined ? absent : Number.parseInt(text, 10);
}
