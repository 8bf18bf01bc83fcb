import { readFileSync, writeFileSync } from "node:fs";
import { missingInput } from "../missing-input.ts";
import { hasPassed, replayStep, type Verdict } from "./replay.ts";
import { readSuite } from "./steps.ts";

const USAGE = "usage: conformance:cli DIR [--group G] [--step N] [--json] [--expect FILE] [--update FILE]";

/** What the program prints, and its exit code. */
export interface RunResult {
  readonly text: string;
  readonly exitCode: number;
}

/**
 * Replays the command-line suite of a directory. With `--expect FILE` only steps that the file lists as passing and that
 * fail now count as failed; `--update FILE` writes that list anew.
 */
export async function runCliConformance(argv: readonly string[]): Promise<RunResult> {
  const options = readArguments(argv);
  if (options === undefined) return { text: `${USAGE}\n`, exitCode: 64 };
  const problem = missingInput({ directory: options.directory, content: "steps.json", files: [options.named.get("expect")] });
  if (problem) return problem;
  const suite = readSuite(options.directory);
  const group = options.named.get("group");
  const step = options.named.get("step");
  const chosen = suite.steps.filter(
    (one) => (group === undefined || one.group === group) && (step === undefined || one.index === Number(step)),
  );
  if (chosen.length === 0) return { text: "there is no such step\n", exitCode: 66 };
  const verdicts: Verdict[] = [];
  for (const one of chosen) verdicts.push(await replayStep(suite, one));
  const passed = verdicts.filter(hasPassed);
  const failed = verdicts.filter((one) => !hasPassed(one));
  const lines = step === undefined ? counts(verdicts) : verdicts.flatMap(report);
  if (group !== undefined && step === undefined) lines.push(...failed.map(oneLine));
  const target = options.named.get("update");
  if (target !== undefined) writeFileSync(target, `${JSON.stringify(passed.map(nameOf), null, 1)}\n`);
  const expectation = options.named.get("expect");
  const expected = expectation === undefined ? undefined : new Set(JSON.parse(readFileSync(expectation, "utf8")) as string[]);
  const lost = expected === undefined ? failed : failed.filter((one) => expected.has(nameOf(one)));
  if (expected !== undefined) lines.push(...lost.map((one) => `passed before: ${nameOf(one)}`));
  if (options.isJson) lines.push(JSON.stringify({ steps: verdicts.length, pass: passed.length, failed: failed.map(nameOf) }));
  else lines.push(`${passed.length} passed, ${lost.length} failed`);
  return { text: `${lines.join("\n")}\n`, exitCode: lost.length > 0 ? 1 : 0 };
}

interface Arguments {
  readonly directory: string;
  readonly named: ReadonlyMap<string, string>;
  readonly isJson: boolean;
}

function readArguments(argv: readonly string[]): Arguments | undefined {
  const named = new Map<string, string>();
  const plain: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    if (word === "--json") continue;
    if (!word.startsWith("--")) {
      plain.push(word);
      continue;
    }
    const value = argv[at + 1];
    if (!["group", "step", "expect", "update"].includes(word.slice(2)) || value === undefined) return undefined;
    named.set(word.slice(2), value);
    at += 1;
  }
  const [directory] = plain;
  return directory === undefined || plain.length > 1 ? undefined : { directory, named, isJson: argv.includes("--json") };
}

const nameOf = ({ step }: Verdict): string => `${step.group}/${step.index}`;

function counts(verdicts: readonly Verdict[]): string[] {
  const groups = [...new Set(verdicts.map((one) => one.step.group))];
  const columns = ["steps", "exit", "stdout", "stderr", "cib", "all"];
  const row = (title: string, figures: readonly (string | number)[]): string =>
    `${title.padEnd(16)}${figures.map((figure) => String(figure).padStart(8)).join("")}`;
  const figures = (members: readonly Verdict[]): number[] => {
    const without = (part: "exitCode" | "stdout" | "stderr" | "cib"): number => members.filter((one) => one[part].length === 0).length;
    return [members.length, without("exitCode"), without("stdout"), without("stderr"), without("cib"), members.filter(hasPassed).length];
  };
  const rows = groups.map((group) => row(group, figures(verdicts.filter((one) => one.step.group === group))));
  return [row("group", columns), ...rows, row("all", figures(verdicts))];
}

function oneLine(verdict: Verdict): string {
  const parts = (["exitCode", "stdout", "stderr", "cib"] as const).filter((part) => verdict[part].length > 0);
  return `${String(verdict.step.index).padStart(4)} ${parts.join(",").padEnd(28)} ${verdict.step.command.split("\n")[0]?.slice(0, 130)}`;
}

function report(verdict: Verdict): string[] {
  const { step } = verdict;
  const lines = [`${nameOf(verdict)} ${step.description}`, step.command.slice(0, 400)];
  for (const part of ["exitCode", "stdout", "stderr", "cib"] as const) {
    const found = verdict[part];
    lines.push(`${part}: ${found.length === 0 ? "same" : `${found.length} lines differ`}`, ...found.map((line) => `  ${line}`));
  }
  return lines;
}
