const LONGEST = 256;
/** A repetition of what holds a repetition. */
const NESTED = /\([^)]*[+*{][^)]*\)[+*{]/;

/** A regular expression that somebody wrote; undefined when it is none, or could run for ever (long, or nested repetition). */
export function userPattern(text: string): RegExp | undefined {
  if (text.length > LONGEST || NESTED.test(text)) return undefined;
  try {
    return new RegExp(text);
  } catch {
    return undefined;
  }
}
