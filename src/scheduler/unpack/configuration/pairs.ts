import { parseScore } from "../../../score/score.ts";
import type { XmlElement } from "../../../xml/element.ts";
import { type RuleContext, ruleHolds } from "./rules.ts";

/**
 * Names and values of a resource's attribute sets of one kind: highest set score first, the later one of equals,
 * the first value seen for a name wins, sets none of whose rules holds are skipped, the value `#default` takes a name
 * out again. A set with the id `firstId` comes before all others. Source: Pacemaker Explained.
 */
export function readPairs(
  holder: XmlElement,
  setName: string,
  context: RuleContext,
  into: Map<string, string> = new Map(),
  firstId?: string,
): Map<string, string> {
  const sets = holder.childrenNamed(setName);
  if (sets.length === 0) return into;
  sets.reverse();
  if (sets.length > 1) {
    const rank = (set: XmlElement): number =>
      firstId !== undefined && set.id === firstId ? Number.POSITIVE_INFINITY : (parseScore(set.get("score") ?? "0") ?? 0);
    const ranks = new Map(sets.map((set) => [set, rank(set)]));
    sets.sort((a, b) => ((ranks.get(a) ?? 0) === (ranks.get(b) ?? 0) ? 0 : (ranks.get(b) ?? 0) - (ranks.get(a) ?? 0)));
  }
  for (const set of sets) {
    const rules = set.childrenNamed("rule");
    if (rules.length > 0 && !rules.some((rule) => ruleHolds(rule, context))) continue;
    const first = set.children[0];
    const pairs = first?.name === "attributes" ? first.children : set.children;
    for (let at = 0; at < pairs.length; at += 1) {
      const pair = pairs[at] as XmlElement;
      const name = pair.get("name");
      const value = pair.get("value");
      if (pair.name !== "nvpair" || name === undefined || value === undefined) continue;
      if (value.startsWith("#") && value.toLowerCase() === "#default") into.delete(name);
      else if (!into.has(name)) into.set(name, value);
    }
  }
  return into;
}
