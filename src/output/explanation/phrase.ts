import { enumeration } from "../../base/enumeration.ts";

/** A part of a sentence, with the ids of the objects in the CIB that it names: constraints, pairs, recorded operations, groups. */
export interface Phrase {
  readonly text: string;
  readonly names: readonly string[];
}

/** No words. */
export const NOTHING: Phrase = { text: "", names: [] };

/** True for no words, wherever they come from. */
export function isNothing({ text }: Phrase): boolean {
  return text === "";
}

/** Words that name nothing. */
export function plain(text: string): Phrase {
  return { text, names: [] };
}

/** Puts a phrase together from words and other phrases: it names what those name. */
export function phrase(words: TemplateStringsArray, ...values: readonly (Phrase | string | number)[]): Phrase {
  let text = words[0] ?? "";
  const names: string[] = [];
  for (const [at, value] of values.entries()) {
    const isPhrase = typeof value === "object";
    text += `${isPhrase ? value.text : value}${words[at + 1] ?? ""}`;
    if (isPhrase) names.push(...value.names);
  }
  return { text, names };
}

/** An id in a sentence. */
export function nameOf(id: string): Phrase {
  return { text: id, names: [id] };
}

/** Ids as they follow the words about them, after a space; nothing when there are none. */
export function named(...ids: readonly (string | undefined)[]): Phrase {
  const names = ids.filter((id) => id !== undefined);
  return names.length === 0 ? NOTHING : { text: ` [${names.join(", ")}]`, names };
}

/** Phrases one after the other. */
export function joined(phrases: readonly Phrase[], separator: string): Phrase {
  return { text: phrases.map(({ text }) => text).join(separator), names: phrases.flatMap(({ names }) => names) };
}

/** Phrases as a sentence lists them: "a, b and c". */
export function enumerated(phrases: readonly Phrase[]): Phrase {
  return { text: enumeration(phrases.map(({ text }) => text)), names: phrases.flatMap(({ names }) => names) };
}

/** Those that say something, the same words once. */
export function distinct(phrases: readonly Phrase[]): Phrase[] {
  const byText = new Map(phrases.filter((one) => !isNothing(one)).map((one) => [one.text, one]));
  return [...byText.values()];
}

/** The ids that a sentence names, each once, as an attribute has them; undefined when it names none. */
export function namesAttribute({ names }: Phrase): string | undefined {
  return names.length === 0 ? undefined : [...new Set(names)].join(" ");
}
