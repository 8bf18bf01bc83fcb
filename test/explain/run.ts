import { join } from "node:path";
import { unexplainedScores } from "../../src/scheduler/explain/ledger-check.ts";
import type { ScheduleResult } from "../../src/scheduler/report/schedule-result.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import type { XmlElement } from "../../src/xml/element.ts";
import { writeCompact } from "../../src/xml/write.ts";
import { type CaseEntry, type ConformanceCase, readCase, readCases } from "../conformance/case-files.ts";
import { missingCases, missingInput } from "../conformance/missing-input.ts";
import { generateCib, nowOf } from "../fuzz/generate.ts";
import { mutate } from "../fuzz/mutate.ts";
import { RandomChoice } from "../fuzz/random-choice.ts";
import { type AnswerCounts, noAnswers, untrueAnswers } from "./answers.ts";
import { untrueBlockades } from "./blockades.ts";
import { untrueCauses } from "./causes.ts";
import { untrueDownTimes } from "./downtimes.ts";
import { type LossCounts, untrueLosses } from "./losses.ts";
import { type MarginCounts, untrueMargins } from "./margins.ts";
import { type PlanCounts, untruePlans } from "./plans.ts";
import type { RandomLook } from "./random-look.ts";
import { noRemovals, type RemovalCounts, untrueContributions } from "./removals.ts";
import { untrueAccounts, untrueProposals, untrueRanks, untrueStates, untrueVerdicts } from "./truth.ts";

const USAGE = "usage: explain-check [--only CHECK,...] DIR [CASE ...], or explain-check [--only CHECK,...] --random COUNT [SEED [DIR]]";

/**
 * Checks on every regression case of a folder, or on random clusters, that the ledger explains the decided scores, that keeping it changes nothing,
 * and that what explanations and proposals say is so. Returns the text to print and the exit code.
 */
export function runExplainCheck(argv: readonly string[], clockEpochSeconds: number): { readonly text: string; readonly exitCode: number } {
  const only = argv[0] === "--only" ? (argv[1] ?? "").split(",") : undefined;
  const words = only ? argv.slice(2) : argv;
  const isRandom = words[0] === "--random";
  const unknown = (only ?? []).find((name) => !CHECKS.has(name));
  if (unknown !== undefined) return { text: `there is no check ${unknown}: there are ${[...CHECKS.keys()].join(", ")}\n`, exitCode: 64 };
  if (words.slice(isRandom ? 1 : 0).some((word) => word.startsWith("--"))) return { text: `${USAGE}\n`, exitCode: 64 };
  const [directory] = isRandom ? words.slice(3) : words;
  const problem =
    directory === undefined
      ? undefined
      : (missingInput({ directory, content: "xml" }) ?? (isRandom ? undefined : missingCases(casesOf(directory), words.slice(1))));
  if (problem) return problem;
  const inputs = isRandom ? randomInputs(words.slice(1), clockEpochSeconds) : caseInputs(words, clockEpochSeconds);
  if (!inputs) return { text: `${USAGE}\n`, exitCode: 64 };
  const checks = [...CHECKS.keys()].filter((name) => only === undefined || only.includes(name));
  const lines: string[] = [];
  const counts: Counts = {
    removals: noRemovals(),
    outages: { compared: 0 },
    blockades: { told: 0 },
    preferences: { resources: 0, instances: 0, roles: 0 },
    causes: { cleaned: 0 },
    answers: noAnswers(),
    losses: { losses: 0, resources: 0 },
    plans: { plans: 0, interruptions: 0, stopping: 0 },
  };
  let passed = 0;
  let failed = 0;
  const problemsMax = words.length > 1 && !isRandom ? Number.POSITIVE_INFINITY : 1;
  for (const one of inputs) {
    const problems = problemsOf(one, checks, counts);
    if (problems.length === 0) passed += 1;
    else failed += 1;
    lines.push(...problems.slice(0, problemsMax).map((text) => `${one.name}: ${text}`));
  }
  const { removed, exact, covered, followed } = counts.removals;
  lines.push(
    `${removed} named objects were taken away: ${exact} scores came to the rest, ${covered} were and are covered by INFINITY, ${followed} followed other resources`,
  );
  const { resources, instances, roles } = counts.preferences;
  const { goals, solutions, refusals } = counts.answers;
  lines.push(`${goals} goals were asked for, ${solutions} answers proven, and ${refusals} times that no single change is enough`);
  const { plans, interruptions, stopping } = counts.plans;
  lines.push(
    `${plans} changed configurations were planned and carried out, with ${interruptions} interruptions; ${stopping} of them stop something`,
  );
  lines.push(`${counts.losses.losses} losses of nodes were carried out, with ${counts.losses.resources} resources`);
  lines.push(
    `${resources} preferences that move a resource, ${instances} an instance and ${roles} the promoted role were played, ${counts.outages.compared} resources looked at for outages, ${counts.blockades.told} blockades for their causes, ${counts.causes.cleaned} recoveries without their failure`,
  );
  return { text: `${[...lines, `${passed} passed, ${failed} failed`].join("\n")}\n`, exitCode: failed === 0 && passed > 0 ? 0 : 1 };
}

/** What is checked. */
type Input = Pick<ConformanceCase, "name" | "input" | "nowEpochSeconds">;

const casesOf = (directory: string): readonly CaseEntry[] =>
  readCases(directory, join(directory, "..", "..", "reference", "scheduler-categories.tsv"));

/** The regression cases of a folder, or those of them that are named; undefined without a folder. */
function caseInputs([directory, ...names]: readonly string[], clockEpochSeconds: number): Iterable<Input> | undefined {
  if (directory === undefined) return undefined;
  const entries = casesOf(directory).filter(({ name }) => names.length === 0 || names.includes(name));
  return mapped(entries, (entry) => readCase(directory, entry, clockEpochSeconds));
}

/** A document of more elements takes too long to be changed and checked often. */
const ELEMENTS_MAX = 600;

const isSmall = ({ input }: Input): boolean => [...input.walk()].length <= ELEMENTS_MAX;

/** Most random changes that are made to a generated cluster that may be at rest. */
const CHANGES_MAX = 4;

/** Random clusters, or random changes of the regression cases of a folder, by their seeds; undefined when the numbers cannot be read. */
function randomInputs([count = "", seed = "1", ...cases]: readonly string[], clockEpochSeconds: number): Iterable<Input> | undefined {
  const first = Number(seed);
  const seeds = Array.from({ length: Number(count) || 0 }, (_, at) => first + at);
  if (seeds.length === 0 || !Number.isInteger(first)) return undefined;
  const starts = [...(caseInputs(cases, clockEpochSeconds) ?? [])].filter(isSmall);
  return mapped(seeds, (one) => {
    const choice = new RandomChoice(one);
    const start = choice.maybe(starts);
    const input = start?.input.clone() ?? generateCib(choice);
    mutate(input, choice, choice.integer(1, CHANGES_MAX));
    const name = `seed ${one}${start ? ` (${start.name})` : ""}`;
    return { name, input, nowEpochSeconds: start?.nowEpochSeconds ?? nowOf(input) };
  });
}

/** Makes one at a time: all of them at once would take much memory. */
function* mapped<T>(items: readonly T[], read: (item: T) => Input | undefined): Generator<Input> {
  for (const item of items) {
    const one = read(item);
    if (one) yield one;
  }
}

/** What was compared. */
interface Counts {
  readonly removals: RemovalCounts;
  readonly outages: { compared: number };
  readonly blockades: { told: number };
  readonly preferences: MarginCounts;
  readonly causes: { cleaned: number };
  readonly answers: AnswerCounts;
  readonly plans: PlanCounts;
  readonly losses: LossCounts;
}

/** A number that stands for a text: the same case is always asked the same. */
function seedOf(text: string): number {
  let seed = 0;
  for (const letter of text) seed = (seed * 31 + letter.charCodeAt(0)) >>> 0;
  return seed;
}

/** What a check works on. */
interface Scene {
  readonly input: XmlElement;
  readonly now: number;
  /** The plan, with its ledger. */
  readonly plan: ScheduleResult;
  /** For a check of its own: the same input is always asked the same. */
  readonly random: () => RandomLook;
  readonly counts: Counts;
}

/** The checks by their names. */
const CHECKS: ReadonlyMap<string, (scene: Scene) => string[]> = new Map<string, (scene: Scene) => string[]>([
  ["ledger", untrueLedger],
  ["accounts", ({ input, now, plan }) => [...untrueAccounts(input, plan, now), ...untrueStates(plan), ...untrueRanks(plan)]],
  ["verdicts", ({ input, now, plan }) => untrueVerdicts(input, plan, now)],
  ["margins", ({ input, now, plan, counts }) => untrueMargins(input, plan, now, counts.preferences)],
  ["causes", ({ input, now, plan, counts }) => untrueCauses(input, plan, now, counts.causes)],
  ["blockades", ({ input, now, plan, counts }) => untrueBlockades(input, plan, now, counts.blockades)],
  ["proposals", ({ input, now, plan }) => untrueProposals(input, plan, now)],
  ["outages", ({ input, now, plan, counts }) => untrueDownTimes(input, plan, now, counts.outages)],
  ["answers", ({ input, random, plan, counts }) => untrueAnswers(input, plan, random(), counts.answers)],
  ["plans", ({ input, random, plan, counts }) => untruePlans(input, plan, random(), counts.plans)],
  ["losses", ({ input, random, plan, counts }) => untrueLosses(input, plan, random(), counts.losses)],
  ["removals", ({ input, now, plan, counts }) => untrueContributions(input, plan, now, counts.removals)],
]);

function problemsOf({ name, input, nowEpochSeconds }: Input, checks: readonly string[], counts: Counts): string[] {
  try {
    const plan = schedule(input, { nowEpochSeconds, isLedgerKept: true });
    const random: Scene["random"] = () => ({ nowEpochSeconds, choice: new RandomChoice(seedOf(name)) });
    const scene = { input, now: nowEpochSeconds, plan, random, counts };
    return checks.flatMap((check) => CHECKS.get(check)?.(scene) ?? []);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}

function untrueLedger({ input, now, plan }: Scene): string[] {
  const plain = schedule(input, { nowEpochSeconds: now });
  const problems = unexplainedScores(plan);
  if (writeCompact(plain.graphXml()) !== writeCompact(plan.graphXml())) problems.push("the plan is another one when the ledger is kept");
  if (plain.ledger.length > 0) problems.push("the ledger was kept without being asked for");
  return problems;
}
