import { type ScheduleResult, schedule } from "../../scheduler/schedule.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import { candidateChanges } from "./candidates.ts";
import type { CibChange } from "./cib-changes.ts";
import { findResource } from "./explained-cib.ts";
import { type Goal, isReached } from "./goal.ts";

/** Changes that together bring a goal about, which was seen by scheduling with them. */
export interface Solution {
  readonly changes: readonly CibChange[];
  /** What else the cluster would do because of them, in the words of the transition summary. */
  readonly sideEffects: readonly string[];
}

/** Most times the scheduler is asked for one goal, unless the caller says otherwise. */
const TRIALS_MAX = 400;

/** Most solutions that are told. */
const SOLUTIONS_MAX = 5;

/** What came of the search. */
export interface Search {
  readonly isReachedAlready: boolean;
  readonly solutions: readonly Solution[];
  /** How many combinations were tried. */
  readonly trials: number;
}

/**
 * The smallest sets of changes that bring a goal about: single ones, else pairs, else what is left of all of them when
 * every one that is not needed is taken away. Those that move least else come first.
 */
export function findChanges(cib: XmlElement, goal: Goal, nowEpochSeconds: number, trialsMax = TRIALS_MAX): Search {
  const base = schedule(cib, { nowEpochSeconds, isLedgerKept: true });
  if (isReached(base, goal)) return { isReachedAlready: true, solutions: [], trials: 1 };
  const resource = findResource(base, goal.resource);
  const candidates = resource ? candidateChanges(base, resource, goal) : [];
  const trial = new Trial(cib, goal, nowEpochSeconds, trialsMax);
  let found = candidates.filter((change) => !trial.isExhausted && trial.reaches([change])).map((change) => [change]);
  if (found.length === 0) found = reachingPairs(trial, candidates);
  if (found.length === 0 && candidates.length > 0 && trial.reaches(candidates)) found = [irreducible(trial, candidates)];
  const solutions = found
    .slice(0, 3 * SOLUTIONS_MAX)
    .map((changes) => weakest(trial, changes))
    .map((changes) => ({ changes, sideEffects: sideEffects(trial, base, changes, goal) }));
  solutions.sort((a, b) => a.changes.length - b.changes.length || a.sideEffects.length - b.sideEffects.length);
  return { isReachedAlready: false, solutions: solutions.slice(0, SOLUTIONS_MAX), trials: trial.count };
}

/** Schedules with changes made. */
class Trial {
  count = 0;
  readonly #cib: XmlElement;
  readonly #goal: Goal;
  readonly #nowEpochSeconds: number;

  readonly #trialsMax: number;

  constructor(cib: XmlElement, goal: Goal, nowEpochSeconds: number, trialsMax: number) {
    this.#trialsMax = trialsMax;
    this.#cib = cib;
    this.#goal = goal;
    this.#nowEpochSeconds = nowEpochSeconds;
  }

  get isExhausted(): boolean {
    return this.count >= this.#trialsMax;
  }

  with(changes: readonly CibChange[]): ScheduleResult {
    this.count += 1;
    const cib = this.#cib.clone();
    for (const change of changes) change.apply(cib);
    return schedule(cib, { nowEpochSeconds: this.#nowEpochSeconds });
  }

  reaches(changes: readonly CibChange[]): boolean {
    return isReached(this.with(changes), this.#goal);
  }
}

function reachingPairs(trial: Trial, candidates: readonly CibChange[]): CibChange[][] {
  const found: CibChange[][] = [];
  for (const [at, first] of candidates.entries())
    for (const second of candidates.slice(at + 1)) {
      if (trial.isExhausted || found.length >= SOLUTIONS_MAX) return found;
      if (trial.reaches([first, second])) found.push([first, second]);
    }
  return found;
}

/** Takes away, from the most disturbing on, every change without which the goal is reached too. */
function irreducible(trial: Trial, changes: readonly CibChange[]): CibChange[] {
  let kept = [...changes];
  for (const change of [...changes].reverse()) {
    const rest = kept.filter((one) => one !== change);
    if (trial.reaches(rest)) kept = rest;
  }
  return kept;
}

/** A preference is given the smallest score that is enough. */
function weakest(trial: Trial, changes: readonly CibChange[]): readonly CibChange[] {
  const preference = changes.find((change) => change.withScore);
  if (!preference?.withScore) return changes;
  const { withScore } = preference;
  const withOther = (score: number): CibChange[] => changes.map((change) => (change === preference ? withScore(String(score)) : change));
  let enough = INFINITY_SCORE - 1;
  if (!trial.reaches(withOther(enough))) return changes;
  let tooLittle = -1;
  // Small scores are the usual ones: look there first.
  for (let guess = 1; guess < enough; guess *= 10) {
    if (!trial.reaches(withOther(guess))) {
      tooLittle = guess;
      continue;
    }
    enough = guess;
    break;
  }
  if (enough === 1 && trial.reaches(withOther(0))) return withOther(0);
  while (enough - tooLittle > 1) {
    const middle = Math.floor((enough + tooLittle) / 2);
    if (middle >= 0 && trial.reaches(withOther(middle))) enough = middle;
    else tooLittle = middle;
  }
  return withOther(enough);
}

/** Decisions about others that are not made without the changes. */
function sideEffects(trial: Trial, base: ScheduleResult, changes: readonly CibChange[], goal: Goal): string[] {
  const known = new Set(base.summary);
  const result = trial.with(changes);
  const own = new Set(
    findResource(result, goal.resource)
      ?.primitives()
      .map((one) => one.id),
  );
  return result.summary.filter((line, at) => !known.has(line) && !own.has(result.decisions[at]?.subject ?? ""));
}
