import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { schedule } from "../../scheduler/schedule.ts";
import { INFINITY_SCORE } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import { candidateChanges, obstacleChanges } from "./candidates.ts";
import type { CibChange } from "./cib-changes.ts";
import { findResource } from "./explained-cib.ts";
import { configuredId, type Goal, isReached, whyImpossible } from "./goal.ts";

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

/** How much may be tried. */
export interface SearchLimits {
  readonly trialsMax?: number;
  /** True when no more time is to be spent on further solutions. */
  readonly isTimeUp?: () => boolean;
  /** True when none is to be spent either on the least score of a preference; the same when it is not given. */
  readonly isScoreTimeUp?: () => boolean;
}

/** What came of the search. */
export interface Search {
  readonly isReachedAlready: boolean;
  readonly solutions: readonly Solution[];
  /** How many combinations were tried. */
  readonly trials: number;
  /** The limits were met before every single change and every pair was tried. */
  readonly isCutShort: boolean;
}

/**
 * The smallest sets of changes that bring a goal about: single ones, else pairs, else what is left of all of them when
 * every one that is not needed is taken away. Those that move least else come first.
 */
export function findChanges(cib: XmlElement, goal: Goal, nowEpochSeconds: number, limits: SearchLimits = {}): Search {
  const base = schedule(cib, { nowEpochSeconds, isLedgerKept: true });
  if (isReached(base, goal)) return { isReachedAlready: true, solutions: [], trials: 1, isCutShort: false };
  const resource = findResource(base, goal.resource);
  const isHopeless = !resource || whyImpossible(base, goal) !== undefined;
  const candidates = isHopeless ? [] : candidateChanges(base, resource, goal);
  const trial = new Trial(cib, goal, nowEpochSeconds, limits);
  const { found, isCutShort } = smallestSets(trial, candidates, isHopeless ? [] : obstacleChanges(base, resource, goal));
  const withEffects = (changes: readonly CibChange[]): Solution => ({ changes, sideEffects: sideEffects(trial, base, changes, goal) });
  const byTrouble = (a: Solution, b: Solution): number =>
    a.changes.length - b.changes.length || a.sideEffects.length - b.sideEffects.length;
  const best = found.map(withEffects).sort(byTrouble).slice(0, SOLUTIONS_MAX);
  const solutions = best.map((solution) => {
    const weakened = weakest(trial, solution.changes);
    if (weakened === solution.changes) return solution;
    // With a small score something may be in no way any more that was with a great one.
    return withEffects(weakened.length === 1 || trial.isScoreTimeUp ? weakened : irreducible(trial, weakened));
  });
  solutions.sort(byTrouble);
  return { isReachedAlready: false, solutions, trials: trial.count, isCutShort };
}

interface FoundSets {
  readonly found: readonly (readonly CibChange[])[];
  readonly isCutShort: boolean;
}

function smallestSets(trial: Trial, candidates: readonly CibChange[], directed: readonly CibChange[]): FoundSets {
  // First of all what is in the way is taken out of it, so that there is an answer where trials are slow.
  const direct = directed.length > 1 && trial.reaches(directed) ? smallestWithin(trial, irreducible(trial, directed)) : undefined;
  const singles: CibChange[][] = [];
  for (const change of candidates) {
    if (trial.isExhausted) break;
    if (trial.reaches([change])) singles.push([change]);
    if (singles.length >= 3 * SOLUTIONS_MAX) return { found: singles, isCutShort: false };
  }
  if (singles.length > 0) return { found: singles, isCutShort: trial.isExhausted };
  if (trial.isExhausted || candidates.length < 2) return { found: direct ? [direct] : [], isCutShort: trial.isExhausted };
  // Before the many pairs, so that an answer is there when the limits are met.
  const large = direct ?? (trial.reaches(candidates) ? smallestWithin(trial, irreducible(trial, candidates)) : undefined);
  const pairs = large?.length === 1 ? [] : reachingPairs(trial, candidates);
  return { found: pairs.length > 0 ? pairs : large ? [large] : [], isCutShort: trial.isExhausted };
}

/** Schedules with changes made. */
class Trial {
  count = 0;
  readonly #cib: XmlElement;
  readonly #goal: Goal;
  readonly #nowEpochSeconds: number;
  readonly #limits: SearchLimits;

  constructor(cib: XmlElement, goal: Goal, nowEpochSeconds: number, limits: SearchLimits) {
    this.#limits = limits;
    this.#cib = cib;
    this.#goal = goal;
    this.#nowEpochSeconds = nowEpochSeconds;
  }

  get isTimeUp(): boolean {
    return this.#limits.isTimeUp?.() === true;
  }

  get isScoreTimeUp(): boolean {
    return this.#limits.isScoreTimeUp === undefined ? this.isTimeUp : this.#limits.isScoreTimeUp();
  }

  get isExhausted(): boolean {
    return this.count >= (this.#limits.trialsMax ?? TRIALS_MAX) || this.isTimeUp;
  }

  with(changes: readonly CibChange[]): ScheduleResult {
    this.count += 1;
    const cib = this.#cib.clone();
    for (const change of changes) change.apply(cib);
    return schedule(cib, { nowEpochSeconds: this.#nowEpochSeconds, areScoresKept: false });
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

/** Takes away, from the most disturbing on, every change without which the goal is reached too, until none can be left out. */
function irreducible(trial: Trial, changes: readonly CibChange[]): readonly CibChange[] {
  let kept = changes;
  /** Tries to do without all of these, else without each half of them. */
  const leaveOut = (part: readonly CibChange[]): void => {
    const rest = kept.filter((one) => !part.includes(one));
    if (rest.length > 0 && trial.reaches(rest)) kept = rest;
    else if (part.length > 1) {
      const half = part.length >> 1;
      leaveOut(part.slice(half));
      leaveOut(part.slice(0, half));
    }
  };
  for (let before = Number.POSITIVE_INFINITY; kept.length < before; ) {
    before = kept.length;
    leaveOut(kept);
  }
  return kept;
}

/** Most changes of which all combinations are tried. */
const COMBINED_MAX = 6;

/** A smaller set among changes of which no single one can be left out: it may be possible to do without two at once. */
function smallestWithin(trial: Trial, changes: readonly CibChange[]): readonly CibChange[] {
  if (changes.length > COMBINED_MAX) return changes;
  const sets = Array.from({ length: (1 << changes.length) - 2 }, (_, at) => changes.filter((_, bit) => ((at + 1) >> bit) % 2 === 1));
  sets.sort((a, b) => a.length - b.length);
  return sets.find((set) => set.length < changes.length - 1 && trial.reaches(set)) ?? changes;
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
  while (enough - tooLittle > 1 && !trial.isScoreTimeUp) {
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
  const own = new Set(findResource(result, goal.resource)?.primitives().map(configuredId));
  return result.summary.filter((line, at) => !known.has(line) && !own.has(result.decisions[at]?.subject.replace(/:\d+$/, "") ?? ""));
}
