import type { XmlElement } from "../../xml/element.ts";

/** The conditions of a constraint's rules, as they are written. */
export function ruleText(constraint: XmlElement): string {
  const rules = constraint.childrenNamed("rule").map(conditionText);
  return rules.length === 0 || rules.includes("") ? "" : ` (if ${rules.join("; or ")})`;
}

function conditionText(part: XmlElement): string {
  if (part.name === "rule") {
    const parts = part.children.map((one) => (one.name === "rule" ? `(${conditionText(one)})` : conditionText(one)));
    return parts.filter((text) => text !== "").join(` ${part.get("boolean-op") ?? "and"} `);
  }
  const words = ["attribute", "operation", "value", "start", "end"].flatMap((name) => part.get(name) ?? []);
  if (part.name === "expression") return words.join(" ");
  if (part.name !== "date_expression") return "";
  const spec = part
    .childrenNamed("date_spec")
    .flatMap((one) => one.attributeNames.filter((name) => name !== "id").map((name) => `${name} ${one.get(name)}`));
  return `date ${[...words, ...spec].join(" ")}`;
}
