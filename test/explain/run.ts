import { join } from "node:path";
import { unexplainedScores } from "../../src/scheduler/explain/ledger-check.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import { writeCompact } from "../../src/xml/write.ts";
import { type ConformanceCase, readCase, readCases } from "../conformance/case-files.ts";
import { noRemovals, type RemovalCounts, untrueContributions } from "./removals.ts";
import { untrueAccounts, untrueMargin, untrueProposals, untrueStates } from "./truth.ts";

const USAGE = "usage: explain-check DIR [CASE ...]";

/**
 * Checks on every regression case of a folder that the ledger explains the decided scores, that keeping it changes nothing,
 * and that what explanations and proposals say is so. Returns the text to print and the exit code.
 */
export function runExplainCheck(argv: readonly string[], clockEpochSeconds: number): { readonly text: string; readonly exitCode: number } {
  const [directory, ...names] = argv;
  if (directory === undefined) return { text: `${USAGE}\n`, exitCode: 64 };
  const table = readCases(directory, join(directory, "..", "..", "reference", "scheduler-categories.tsv"));
  const lines: string[] = [];
  const removals = noRemovals();
  let passed = 0;
  let failed = 0;
  for (const entry of table) {
    if (names.length > 0 && !names.includes(entry.name)) continue;
    const one = readCase(directory, entry, clockEpochSeconds);
    if (!one) continue;
    const problems = problemsOf(one, removals);
    if (problems.length === 0) passed += 1;
    else failed += 1;
    lines.push(...problems.slice(0, names.length > 0 ? problems.length : 1).map((text) => `${entry.name}: ${text}`));
  }
  const { removed, exact, covered, followed } = removals;
  lines.push(
    `${removed} named objects were taken away: ${exact} scores came to the rest, ${covered} were and are covered by INFINITY, ${followed} followed other resources`,
  );
  return { text: `${[...lines, `${passed} passed, ${failed} failed`].join("\n")}\n`, exitCode: failed === 0 && passed > 0 ? 0 : 1 };
}

function problemsOf({ input, nowEpochSeconds }: ConformanceCase, removals: RemovalCounts): string[] {
  try {
    const plain = schedule(input, { nowEpochSeconds });
    const explained = schedule(input, { nowEpochSeconds, isLedgerKept: true });
    const problems = unexplainedScores(explained);
    if (writeCompact(plain.graphXml()) !== writeCompact(explained.graphXml()))
      problems.push("the plan is another one when the ledger is kept");
    if (plain.ledger.length > 0) problems.push("the ledger was kept without being asked for");
    problems.push(...untrueAccounts(input, explained, nowEpochSeconds), ...untrueStates(explained));
    problems.push(...untrueMargin(input, explained, nowEpochSeconds), ...untrueProposals(input, explained, nowEpochSeconds));
    problems.push(...untrueContributions(input, explained, nowEpochSeconds, removals));
    return problems;
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}
