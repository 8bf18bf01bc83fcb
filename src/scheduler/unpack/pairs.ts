import { parseScore } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import { type RuleContext, ruleHolds } from "./rules.ts";

/**
 * Names and values of a resource's attribute sets of one kind: highest set score first, document order among equals,
 * the first value seen for a name wins, sets whose rule does not hold are skipped. Source: Pacemaker Explained.
 */
export function readPairs(
  holder: XmlElement,
  setName: string,
  context: RuleContext,
  into: Map<string, string> = new Map(),
): Map<string, string> {
  const sets = holder.childrenNamed(setName).map((set, order) => ({ set, order, score: parseScore(set.get("score") ?? "0") ?? 0 }));
  sets.sort((a, b) => b.score - a.score || a.order - b.order);
  for (const { set } of sets) {
    const rules = set.childrenNamed("rule");
    if (!rules.every((rule) => ruleHolds(rule, context))) continue;
    for (const pair of set.childrenNamed("nvpair")) {
      const name = pair.get("name");
      if (name !== undefined && !into.has(name)) into.set(name, pair.get("value") ?? "");
    }
  }
  return into;
}
