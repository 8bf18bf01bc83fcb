/** What stands in a report for a value that must not leave the node. Source: crm_report of Pacemaker 3.0.2. */
export const MASKED = "****";

/** Names whose values are masked when the user names none. */
export const DEFAULT_MASKS: readonly string[] = ["passw.*"];

/** A start tag; an attribute's value may hold `>`. */
const TAG = /<[A-Za-z][\w.:-]*(?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*\/?>/g;

/** Shorter values are not looked for in other files: too much else would look like them. */
const SEARCHED_VALUE_LENGTH = 5;

/**
 * Masks values that must not leave the node: those of names that match a pattern (as `name="..." value="..."`, as
 * attributes, as `name=value` and `name: value`), and the values found so wherever else they stand.
 */
export class Mask {
  readonly #names: readonly RegExp[];
  readonly #assignments: readonly RegExp[];
  readonly #values = new Set<string>();

  /** Throws a SyntaxError for a pattern that is no regular expression. */
  constructor(patterns: readonly string[]) {
    this.#names = patterns.map((pattern) => new RegExp(`^(?:${pattern})$`, "i"));
    // `.` in a pattern means a part of a name here, not the rest of the line.
    const inLine = patterns.map((pattern) => pattern.replace(/(?<!\\)\.(?=[*+?]|$)/g, "[\\w-]"));
    this.#assignments = inLine.map(
      (pattern) => new RegExp(`(?<![\\w-])((?:${pattern})["']?\\s*[=:]\\s*)("[^"]*"|'[^']*'|[^\\s,;"'<>]+)`, "gi"),
    );
  }

  /** True for a name whose value is secret. */
  hides(name: string): boolean {
    return this.#names.some((pattern) => pattern.test(name));
  }

  /** A value that is secret wherever it stands. */
  addValue(value: string): void {
    if (value.trim().length >= SEARCHED_VALUE_LENGTH && value !== MASKED) this.#values.add(value.trim());
  }

  /** Learns the secret values of an XML document, so that they are masked elsewhere too. */
  learn(xml: string): void {
    for (const [tag] of xml.matchAll(TAG)) {
      const value = attribute(tag, "value");
      if (value !== undefined && this.hides(attribute(tag, "name") ?? "")) this.addValue(unescaped(value));
    }
  }

  /** The text without what is secret. */
  apply(text: string): string {
    let masked = text.replace(TAG, (tag) => this.#maskTag(tag));
    for (const pattern of this.#assignments) {
      masked = masked.replace(pattern, (_all, name: string, value: string) => {
        const quote = /^["']/.exec(value)?.[0] ?? "";
        return `${name}${quote}${MASKED}${quote}`;
      });
    }
    for (const value of this.#values) {
      masked = masked.replaceAll(value, MASKED).replaceAll(escaped(value), MASKED);
    }
    return masked;
  }

  /** `name="passwd" value="x"`, and attributes that are called so themselves. */
  #maskTag(tag: string): string {
    const isNamed = this.hides(attribute(tag, "name") ?? "");
    return tag.replace(/([\w.:-]+)(\s*=\s*)("[^"]*"|'[^']*')/g, (all, name: string, equals: string) =>
      (isNamed && name === "value") || this.hides(name) ? `${name}${equals}"${MASKED}"` : all,
    );
  }
}

function attribute(tag: string, name: string): string | undefined {
  return new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    .exec(tag)
    ?.slice(1)
    .find((value) => value !== undefined);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

function unescaped(text: string): string {
  return text.replaceAll("&quot;", '"').replaceAll("&apos;", "'").replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

/** `ha.cf` without the parameters of `stonith_host` lines, which hold passwords. */
export function maskHaCf(text: string): string {
  return text.replace(
    /^(\s*stonith_host\s+\S+\s+\S+)(\s+\S.*)$/gm,
    (_all, head: string, rest: string) => head + rest.replace(/\S+/g, MASKED),
  );
}
