import type { CanonicalAction, CanonicalPlan } from "./canonical-plan.ts";
import { type ShownStatus, statusSection } from "./cluster-status.ts";
import { dashedLines, normalizedDecision, scoreLines, transitionSummary, withoutReason } from "./expected-text.ts";

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
  /** What is wanted and impossible; of a case also the orders that nothing waits for. */
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
    blocked: dashedLines(dot),
    status: { before: statusSection(summary, "Current cluster status"), after: statusSection(summary, "Revised Cluster Status") },
  };
}

type Comparison = (expected: Answer, actual: Answer) => string[];

const keysOf = (answer: Answer): string[] => answer.plan.actions.map((action) => action.key);

const COMPARISONS: ReadonlyMap<number, Comparison> = new Map<number, Comparison>([
  [0, (one, two) => bagDifference(one.decisions.map(withoutReason), two.decisions.map(normalizedDecision).map(withoutReason))],
  [1, (one, two) => bagDifference(keysOf(one), keysOf(two))],
  [2, (one, two) => orderDifference(one.plan, two.plan)],
  [3, (one, two) => bagDifference([...one.plan.edges], [...two.plan.edges])],
  [4, (one, two) => attributeDifference(one.plan, two.plan)],
  [5, (one, two) => bagDifference(one.decisions, two.decisions.map(normalizedDecision))],
  [6, (one, two) => bagDifference(one.blocked, two.blocked)],
  [7, (one, two) => bagDifference([...new Set(one.scores)], [...new Set(two.scores)])],
  [8, (one, two) => lineDifference(one.status.after, two.status.after)],
  [9, (one, two) => lineDifference(one.status.before, two.status.before)],
]);

/** Compares two answers level by level; `-` is expected and missing, `+` is too much. */
export function compareAnswers(expected: Answer, actual: Answer): Differences {
  return new Map([...COMPARISONS].map(([level, compare]) => [level, compare(expected, actual)]));
}

/** Compares two answers at one level. */
export function compareAtLevel(expected: Answer, actual: Answer, level: number): readonly string[] {
  return COMPARISONS.get(level)?.(expected, actual) ?? [];
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
  const byKey = new Map<string, CanonicalAction[]>();
  for (const action of actual.actions) byKey.set(action.key, [...(byKey.get(action.key) ?? []), action]);
  const take = (action: CanonicalAction, isIt: (other: CanonicalAction) => boolean): CanonicalAction | undefined => {
    const left = byKey.get(action.key) ?? [];
    const other = left.find(isIt);
    if (other) byKey.set(action.key, left.toSpliced(left.indexOf(other), 1));
    return other;
  };
  // What is active twice has two actions of one key: those that are the same belong together.
  const unlike = expected.actions.filter((action) => !take(action, (other) => unlikeParts(action, other).length === 0));
  return unlike.flatMap((action) => {
    const other = take(action, () => true);
    return other ? unlikeParts(action, other) : [`- ${action.key}`];
  });
}

function unlikeParts(action: CanonicalAction, other: CanonicalAction): string[] {
  const out: string[] = [];
  for (const name of new Set([...action.attributes.keys(), ...other.attributes.keys()])) {
    const wanted = comparable(name, action.attributes.get(name));
    const have = comparable(name, other.attributes.get(name));
    if (wanted !== have) out.push(`${action.key}: ${name}: expected ${wanted ?? "nothing"}, got ${have ?? "nothing"}`);
  }
  if (action.details !== other.details) out.push(`${action.key}: expected ${action.details}, got ${other.details}`);
  return out;
}

/** Lists in attributes of notifications are sets. */
function comparable(name: string, value: string | undefined): string | undefined {
  return name.startsWith("CRM_meta_notify_") ? value?.split(" ").sort().join(" ") : value;
}
