import type { CanonicalPlan } from "./canonical-plan.ts";
import { type ShownStatus, statusSection } from "./cluster-status.ts";
import { blockedActions, normalizedDecision, scoreLines, transitionSummary, withoutReason } from "./expected-text.ts";

/** What is compared: level of comparison and its name. */
export const LEVELS: ReadonlyMap<number, string> = new Map([
  [0, "decisions"],
  [1, "actions"],
  [2, "order"],
  [3, "edges"],
  [4, "attributes"],
  [5, "reasons"],
  [6, "blocked"],
  [7, "scores"],
  [8, "revised"],
  [9, "status"],
]);

/** What one side says about a case. */
export interface Answer {
  readonly plan: CanonicalPlan;
  readonly decisions: readonly string[];
  readonly scores: readonly string[];
  readonly blocked: readonly string[];
  /** Status of the cluster, before the plan and after it, as lines without white space. */
  readonly status: ShownStatus;
}

/** What is on one side only, per level; a level without entries has passed. */
export type Differences = ReadonlyMap<number, readonly string[]>;

/** The expected answer, from the texts of a case. */
export function expectedAnswer(plan: CanonicalPlan, summary: string, scores: string, dot: string): Answer {
  return {
    plan,
    decisions: transitionSummary(summary),
    scores: scoreLines(scores),
    blocked: blockedActions(dot),
    status: { before: statusSection(summary, "Current cluster status"), after: statusSection(summary, "Revised Cluster Status") },
  };
}

/** Compares two answers level by level; `-` is expected and missing, `+` is too much. */
export function compareAnswers(expected: Answer, actual: Answer): Differences {
  const actualDecisions = actual.decisions.map(normalizedDecision);
  const keys = (answer: Answer): string[] => answer.plan.actions.map((action) => action.key);
  return new Map([
    [0, bagDifference(expected.decisions.map(withoutReason), actualDecisions.map(withoutReason))],
    [1, bagDifference(keys(expected), keys(actual))],
    [2, orderDifference(expected.plan, actual.plan)],
    [3, bagDifference([...expected.plan.edges], [...actual.plan.edges])],
    [4, attributeDifference(expected.plan, actual.plan)],
    [5, bagDifference(expected.decisions, actualDecisions)],
    [6, bagDifference(expected.blocked, actual.blocked)],
    [7, bagDifference([...new Set(expected.scores)], [...new Set(actual.scores)])],
    [8, lineDifference(expected.status.after, actual.status.after)],
    [9, lineDifference(expected.status.before, actual.status.before)],
  ]);
}

function bagDifference(expected: readonly string[], actual: readonly string[]): string[] {
  const count = new Map<string, number>();
  for (const item of expected) count.set(item, (count.get(item) ?? 0) + 1);
  for (const item of actual) count.set(item, (count.get(item) ?? 0) - 1);
  return [...count].filter(([, n]) => n !== 0).map(([item, n]) => `${n > 0 ? "-" : "+"} ${item}`);
}

/** What differs between two texts; the order of lines counts. */
function lineDifference(expected: readonly string[], actual: readonly string[]): string[] {
  const found = bagDifference(expected, actual);
  if (found.length > 0) return found;
  const at = expected.findIndex((line, index) => line !== actual[index]);
  return at < 0 ? [] : [`- line ${at + 1}: ${expected[at]}`, `+ line ${at + 1}: ${actual[at]}`];
}

function orderDifference(expected: CanonicalPlan, actual: CanonicalPlan): string[] {
  const out: string[] = [];
  for (const [after, wanted] of expected.before) {
    const have = actual.before.get(after);
    if (!have) continue;
    for (const before of wanted) if (actual.before.has(before) && !have.has(before)) out.push(`- ${before} -> ${after}`);
    for (const before of have) if (expected.before.has(before) && !wanted.has(before)) out.push(`+ ${before} -> ${after}`);
  }
  return out;
}

function attributeDifference(expected: CanonicalPlan, actual: CanonicalPlan): string[] {
  const byKey = new Map(actual.actions.map((action) => [action.key, action]));
  const out: string[] = [];
  for (const action of expected.actions) {
    const other = byKey.get(action.key);
    if (!other) {
      out.push(`- ${action.key}`);
      continue;
    }
    for (const name of new Set([...action.attributes.keys(), ...other.attributes.keys()])) {
      const wanted = comparable(name, action.attributes.get(name));
      const have = comparable(name, other.attributes.get(name));
      if (wanted !== have) out.push(`${action.key}: ${name}: expected ${wanted ?? "nothing"}, got ${have ?? "nothing"}`);
    }
    if (action.details !== other.details) out.push(`${action.key}: expected ${action.details}, got ${other.details}`);
  }
  return out;
}

/** Lists in attributes of notifications are sets. */
function comparable(name: string, value: string | undefined): string | undefined {
  return name.startsWith("CRM_meta_notify_") ? value?.split(" ").sort().join(" ") : value;
}
