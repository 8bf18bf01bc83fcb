import { join } from "node:path";
import { unexplainedScores } from "../../src/scheduler/explain/ledger-check.ts";
import { schedule } from "../../src/scheduler/schedule.ts";
import { writeCompact } from "../../src/xml/write.ts";
import { type ConformanceCase, readCase, readCases } from "../conformance/case-files.ts";
import { untrueBlockades } from "./blockades.ts";
import { untrueCauses } from "./causes.ts";
import { untrueDownTimes } from "./downtimes.ts";
import { type MarginCounts, untrueMargins } from "./margins.ts";
import { noRemovals, type RemovalCounts, untrueContributions } from "./removals.ts";
import { untrueAccounts, untrueProposals, untrueRanks, untrueStates, untrueVerdicts } from "./truth.ts";

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
  const counts: Counts = {
    removals: noRemovals(),
    outages: { compared: 0 },
    blockades: { told: 0 },
    preferences: { resources: 0, instances: 0, roles: 0 },
    causes: { cleaned: 0 },
  };
  let passed = 0;
  let failed = 0;
  for (const entry of table) {
    if (names.length > 0 && !names.includes(entry.name)) continue;
    const one = readCase(directory, entry, clockEpochSeconds);
    if (!one) continue;
    const problems = problemsOf(one, counts);
    if (problems.length === 0) passed += 1;
    else failed += 1;
    lines.push(...problems.slice(0, names.length > 0 ? problems.length : 1).map((text) => `${entry.name}: ${text}`));
  }
  const { removed, exact, covered, followed } = counts.removals;
  lines.push(
    `${removed} named objects were taken away: ${exact} scores came to the rest, ${covered} were and are covered by INFINITY, ${followed} followed other resources`,
  );
  const { resources, instances, roles } = counts.preferences;
  lines.push(
    `${resources} preferences that move a resource, ${instances} an instance and ${roles} the promoted role were played, ${counts.outages.compared} resources looked at for outages, ${counts.blockades.told} blockades for their causes, ${counts.causes.cleaned} recoveries without their failure`,
  );
  return { text: `${[...lines, `${passed} passed, ${failed} failed`].join("\n")}\n`, exitCode: failed === 0 && passed > 0 ? 0 : 1 };
}

/** What was compared. */
interface Counts {
  readonly removals: RemovalCounts;
  readonly outages: { compared: number };
  readonly blockades: { told: number };
  readonly preferences: MarginCounts;
  readonly causes: { cleaned: number };
}

function problemsOf({ input, nowEpochSeconds }: ConformanceCase, counts: Counts): string[] {
  try {
    const plain = schedule(input, { nowEpochSeconds });
    const explained = schedule(input, { nowEpochSeconds, isLedgerKept: true });
    const problems = unexplainedScores(explained);
    if (writeCompact(plain.graphXml()) !== writeCompact(explained.graphXml()))
      problems.push("the plan is another one when the ledger is kept");
    if (plain.ledger.length > 0) problems.push("the ledger was kept without being asked for");
    problems.push(...untrueAccounts(input, explained, nowEpochSeconds), ...untrueStates(explained));
    problems.push(
      ...untrueVerdicts(input, explained, nowEpochSeconds),
      ...untrueMargins(input, explained, nowEpochSeconds, counts.preferences),
    );
    problems.push(...untrueCauses(input, explained, nowEpochSeconds, counts.causes));
    problems.push(...untrueRanks(explained), ...untrueBlockades(input, explained, nowEpochSeconds, counts.blockades));
    problems.push(
      ...untrueProposals(input, explained, nowEpochSeconds),
      ...untrueDownTimes(input, explained, nowEpochSeconds, counts.outages),
    );
    problems.push(...untrueContributions(input, explained, nowEpochSeconds, counts.removals));
    return problems;
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  }
}
