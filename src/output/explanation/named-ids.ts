/** Ids as they follow the words about them, several with commas. */
const NAMED = /\[([^\]\s]+(?:, [^\]\s]+)*)\]/g;

/** The ids that a text names in brackets, for programs; undefined when it names none. */
export function namedIn(text: string): string | undefined {
  const ids = [...text.matchAll(NAMED)].flatMap(([, list = ""]) => list.split(", "));
  return ids.length === 0 ? undefined : [...new Set(ids)].join(" ");
}
