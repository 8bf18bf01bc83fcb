import { scoreText } from "../../src/scheduler/report/score-text.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import type { XmlElement } from "../../src/xml/element.ts";
import { type CanonicalPlan, canonicalPlan } from "../conformance/canonical-plan.ts";
import { normalizedDecision, scoreLines, withoutReason } from "../conformance/expected-text.ts";

/** What a scheduler makes of a CIB. */
export interface Opinion {
  readonly plan: CanonicalPlan;
  readonly decisions: readonly string[];
  readonly scores: readonly string[];
  /** Orders that went in a circle were left out of the plan. */
  readonly hasOpenedCircles?: boolean;
}

/** Parts of two opinions that can be compared, from what users see to how it came about. */
export const ASPECTS = ["decisions", "actions", "edges", "scores"] as const;
export type Aspect = (typeof ASPECTS)[number];

/** What our own scheduler makes of a CIB. */
export function ownOpinion(cib: XmlElement, nowEpochSeconds: number): Opinion {
  const result = schedule(cib, { nowEpochSeconds });
  return {
    plan: canonicalPlan(result.graphXml()),
    decisions: result.summary.map(normalizedDecision),
    scores: scoreLines(result.scores.map(scoreText).join("\n")),
    hasOpenedCircles: result.warnings.some((line) => line.includes("which waits for it")),
  };
}

/** What only one side says: `-` the other scheduler alone, `+` ours alone. */
export function disagreement(theirs: Opinion, ours: Opinion, aspect: Aspect): string[] {
  const items = (opinion: Opinion): string[] => {
    switch (aspect) {
      case "decisions":
        return opinion.decisions.map(withoutReason);
      case "actions":
        return opinion.plan.actions.map((action) => action.key);
      case "edges":
        return [...opinion.plan.edges];
      case "scores":
        return [...new Set(opinion.scores)];
    }
  };
  const count = new Map<string, number>();
  for (const item of items(theirs)) count.set(item, (count.get(item) ?? 0) + 1);
  for (const item of items(ours)) count.set(item, (count.get(item) ?? 0) - 1);
  return [...count].filter(([, balance]) => balance !== 0).map(([item, balance]) => `${balance > 0 ? "-" : "+"} ${item}`);
}

/** True when some action of a plan waits for itself. */
export function hasCircle(edges: Iterable<string>): boolean {
  const before = new Map<string, string[]>();
  for (const edge of edges) {
    const [first = "", then = ""] = edge.split(" -> ");
    before.set(then, [...(before.get(then) ?? []), first]);
  }
  const done = new Set<string>();
  const onWay = new Set<string>();
  const isInCircle = (action: string): boolean => {
    if (onWay.has(action)) return true;
    if (done.has(action)) return false;
    onWay.add(action);
    const found = (before.get(action) ?? []).some(isInCircle);
    onWay.delete(action);
    done.add(action);
    return found;
  };
  return [...before.keys()].some(isInCircle);
}
