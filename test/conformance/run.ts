import { readFileSync } from "node:fs";
import { join } from "node:path";
import { scoreText } from "../../src/scheduler/report/score-text.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import { canonicalPlan } from "./canonical-plan.ts";
import { type CaseEntry, type ConformanceCase, readCase, readCases } from "./case-files.ts";
import { shownStatus } from "./cluster-status.ts";
import { type Answer, compareAnswers, type Differences, expectedAnswer, LEVELS } from "./compare.ts";
import { compareWithExpected, type PassedLevels, passesText, readPasses } from "./expected-passes.ts";
import { dashedLines } from "./expected-text.ts";
import { missingCases, missingInput } from "./missing-input.ts";

const USAGE =
  "usage: conformance --exact DIR | DIR [--case NAME] [--category NAME] [--level N] [--json] [--gate C1,C2] [--gate-levels 0,1,...] [--categories FILE] [--expect FILE] [--update FILE]";

/** Levels that together mean a conformant plan. */
const CONFORMANT = [0, 1, 2, 3, 7];

/** What the program prints, and its exit code. */
export interface RunResult {
  readonly text: string;
  readonly exitCode: number;
  /** A file to be written, when one was asked for. */
  readonly file?: { readonly path: string; readonly text: string };
}

interface Judged {
  readonly entry: CaseEntry;
  readonly differences: Differences;
  readonly error: string | undefined;
}

/** Runs the regression cases of a directory against the scheduler. */
export function runConformance(argv: readonly string[], clockEpochSeconds: number): RunResult {
  const options = readArguments(argv);
  if (options === undefined) return { text: `${USAGE}\n`, exitCode: 64 };
  const table = options.named.get("categories") ?? join(options.directory, "..", "..", "reference", "scheduler-categories.tsv");
  const files = [options.named.get("categories"), options.named.get("expect")];
  const problem =
    missingInput({ directory: options.directory, content: "xml", files }) ??
    missingCases(readCases(options.directory, table), [options.named.get("case")]);
  if (problem) return problem;
  const name = options.named.get("case");
  const category = options.named.get("category");
  const entries = readCases(options.directory, table).filter(
    (entry) => (name === undefined || entry.name === name) && (category === undefined || entry.category === category),
  );
  const judged: Judged[] = [];
  for (const entry of entries) {
    const read = readCase(options.directory, entry, clockEpochSeconds);
    if (read) judged.push(judge(read));
  }
  const level = options.named.get("level");
  const lines =
    name !== undefined
      ? judged.flatMap((one) => caseReport(one, level === undefined ? undefined : Number(level)))
      : options.flags.has("json")
        ? [json(judged)]
        : [...counts(judged), ...(level === undefined ? [] : failing(judged, Number(level)))];
  const passes: PassedLevels = new Map(judged.map((one) => [one.entry.name, [...LEVELS.keys()].filter((at) => hasPassed(one, at))]));
  const update = options.named.get("update");
  if (update !== undefined) {
    lines.push(`${passes.size} cases written to ${update}`);
    return { text: `${lines.join("\n")}\n`, exitCode: 0, file: { path: update, text: passesText(passes) } };
  }
  const expect = options.named.get("expect");
  if (expect !== undefined) {
    const compared = compareWithExpected(readPasses(readFileSync(expect, "utf8")), passes, entries);
    lines.push(...compared.lines, `${compared.passed} passed, ${compared.failed} failed`);
    return { text: `${lines.join("\n")}\n`, exitCode: compared.failed > 0 ? 1 : 0 };
  }
  const gate = new Set((options.named.get("gate") ?? "").split(",").filter((item) => item !== ""));
  const gateLevels = (options.named.get("gate-levels") ?? CONFORMANT.join(",")).split(",").map(Number);
  const gated = judged.filter((one) => gate.size === 0 || gate.has(one.entry.category));
  let passed = 0;
  let failed = 0;
  for (const one of gated)
    for (const wanted of gateLevels)
      if (hasPassed(one, wanted)) passed += 1;
      else failed += 1;
  if (!options.flags.has("json")) lines.push(`${passed} passed, ${failed} failed`);
  return { text: `${lines.join("\n")}\n`, exitCode: failed > 0 ? 1 : 0 };
}

function readArguments(argv: readonly string[]): { directory: string; named: Map<string, string>; flags: Set<string> } | undefined {
  const named = new Map<string, string>();
  const flags = new Set<string>();
  const plain: string[] = [];
  for (let i = 0; i < argv.length; i += 1) {
    const word = argv[i] ?? "";
    if (word === "--json") flags.add("json");
    else if (word.startsWith("--")) {
      const value = argv[i + 1];
      if (
        !["case", "category", "level", "gate", "gate-levels", "categories", "expect", "update"].includes(word.slice(2)) ||
        value === undefined
      )
        return undefined;
      named.set(word.slice(2), value);
      i += 1;
    } else plain.push(word);
  }
  const [directory] = plain;
  return directory === undefined || plain.length > 1 ? undefined : { directory, named, flags };
}

function judge(one: ConformanceCase): Judged {
  const expected = expectedAnswer(canonicalPlan(one.graph), one.summary, one.scores, one.dot);
  try {
    return { entry: one, differences: compareAnswers(expected, ownAnswer(one)), error: undefined };
  } catch (error) {
    return { entry: one, differences: new Map(), error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

function ownAnswer(one: ConformanceCase): Answer {
  const result = schedule(one.input, { nowEpochSeconds: one.nowEpochSeconds });
  const graph = result.graphXml();
  return {
    plan: canonicalPlan(graph),
    decisions: result.summary,
    scores: result.scores.map(scoreText),
    blocked: dashedLines(result.dotGraph({ showsAll: false, showsIds: false })),
    status: shownStatus(one.input, graph, one.nowEpochSeconds),
  };
}

function hasPassed(one: Judged, level: number): boolean {
  return one.error === undefined && (one.differences.get(level)?.length ?? 0) === 0;
}

function caseReport(one: Judged, level: number | undefined): string[] {
  const lines = [`${one.entry.name} (${one.entry.category})`];
  if (one.error !== undefined) lines.push(one.error);
  for (const [number, title] of LEVELS) {
    if (level !== undefined && level !== number) continue;
    const found = one.differences.get(number) ?? [];
    lines.push(
      `level ${number} ${title}: ${found.length === 0 ? "same" : `${found.length} differences`}`,
      ...found.map((line) => `  ${line}`),
    );
  }
  return lines;
}

function counts(judged: readonly Judged[]): string[] {
  const categories = [...new Set(judged.map((one) => one.entry.category))].sort();
  const head = [
    "category".padEnd(24),
    "cases",
    ...[...LEVELS].map(([n, title]) => `${n} ${title}`.padStart(12)),
    "conformant".padStart(12),
  ];
  const row = (title: string, members: readonly Judged[]): string => {
    const figures = [...LEVELS.keys()].map((level) => String(members.filter((one) => hasPassed(one, level)).length).padStart(12));
    const conformant = members.filter((one) => CONFORMANT.every((level) => hasPassed(one, level))).length;
    return [title.padEnd(24), String(members.length).padStart(5), ...figures, String(conformant).padStart(12)].join(" ");
  };
  const rows = categories.map((category) =>
    row(
      category,
      judged.filter((one) => one.entry.category === category),
    ),
  );
  const errors = judged.filter((one) => one.error !== undefined).map((one) => `${one.entry.name}: ${one.error?.split("\n")[0]}`);
  return [head.join(" "), ...rows, row("all", judged), ...errors];
}

function failing(judged: readonly Judged[], level: number): string[] {
  return judged
    .filter((one) => !hasPassed(one, level))
    .map(
      (one) =>
        `${one.entry.category}\t${one.entry.name}\t${one.differences.get(level)?.length ?? 0}\t${one.differences.get(level)?.[0] ?? ""}`,
    );
}

/** One line: number of cases, passes of each level, names of the cases that fail at it. */
function json(judged: readonly Judged[]): string {
  const levels = [...LEVELS.keys()];
  const failed = (level: number): string[] => judged.filter((one) => !hasPassed(one, level)).map((one) => one.entry.name);
  return JSON.stringify({
    cases: judged.length,
    levels: Object.fromEntries(levels.map((level) => [level, { pass: judged.length - failed(level).length }])),
    failed: Object.fromEntries(levels.filter((level) => failed(level).length > 0).map((level) => [level, failed(level)])),
    errors: Object.fromEntries(judged.flatMap((one) => (one.error === undefined ? [] : [[one.entry.name, one.error.split("\n")[0]]]))),
  });
}
