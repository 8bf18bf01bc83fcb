import type { XmlElement } from "../../xml/element.ts";

/** The pairs that answer to one name, for the user to choose from. */
export function matchesText(name: string, pairs: readonly XmlElement[]): string {
  const lines = pairs.map((pair) => `  Value: ${pair.get("value") ?? ""} \t(id=${pair.id})\n`);
  return `Multiple attributes match name=${name}\n${lines.join("")}`;
}
