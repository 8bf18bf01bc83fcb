import { scoreText } from "../../src/scheduler/report/score-text.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import type { XmlElement } from "../../src/xml/element.ts";
import { canonicalPlan } from "../conformance/canonical-plan.ts";
import { shownStatus } from "../conformance/cluster-status.ts";
import { type Answer, compareAtLevel, LEVELS } from "../conformance/compare.ts";
import { dashedLines, scoreLines } from "../conformance/expected-text.ts";

/** What a scheduler makes of a CIB. */
export interface Opinion extends Answer {
  /** Orders that went in a circle were left out of the plan. */
  readonly hasOpenedCircles?: boolean;
}

/** What can be compared, by its level in the conformance run: from what users see to how it came about. */
export const ASPECTS: ReadonlyMap<string, number> = new Map([...LEVELS].map(([level, name]) => [name, level]));

/** What the program asks for to compare one aspect. */
export interface Wanted {
  readonly scores: boolean;
  readonly blocked: boolean;
  readonly status: boolean;
}

/** What has to be found out to compare these aspects. */
export function wantedFor(aspects: readonly string[]): Wanted {
  return {
    scores: aspects.includes("scores"),
    blocked: aspects.includes("blocked"),
    status: aspects.includes("status") || aspects.includes("revised"),
  };
}

/** What our own scheduler makes of a CIB. */
export function ownOpinion(cib: XmlElement, nowEpochSeconds: number, wanted: Wanted): Opinion {
  const result = schedule(cib, { nowEpochSeconds });
  const graph = result.graphXml();
  return {
    plan: canonicalPlan(graph),
    decisions: result.summary,
    scores: scoreLines(result.scores.map(scoreText).join("\n")),
    blocked: wanted.blocked ? dashedLines(result.dotGraph({ showsAll: false, showsIds: false })) : [],
    status: wanted.status ? shownStatus(cib, graph, nowEpochSeconds) : { before: [], after: [] },
    hasOpenedCircles: result.warnings.some((line) => line.includes("which waits for it")),
  };
}

/** What only one side says: `-` the other scheduler alone, `+` ours alone. */
export function disagreement(theirs: Opinion, ours: Opinion, aspect: string): readonly string[] {
  return compareAtLevel(theirs, ours, ASPECTS.get(aspect) ?? 0);
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
