import { readFileSync } from "node:fs";
import { join } from "node:path";
import { schedule } from "../../../src/scheduler/schedule.ts";
import { readCase, readCases } from "../case-files.ts";
import { missingCases, missingInput } from "../missing-input.ts";
import { bansKept } from "./bans.ts";
import { bounded } from "./bounded.ts";
import { completable } from "./completable.ts";
import { type Exceptions, readExceptions, verdict } from "./exceptions.ts";
import { sameInOldSchema } from "./old-schema.ts";
import { preferenceKept } from "./preference.ts";
import type { Property, Scheduled } from "./property.ts";
import { repeatable } from "./repeatable.ts";
import { settled } from "./settled.ts";
import { siblingOrderFree } from "./sibling-order.ts";
import { unmanagedUntouched } from "./unmanaged.ts";

const PROPERTIES: readonly Property[] = [
  repeatable,
  completable,
  unmanagedUntouched,
  bansKept,
  bounded,
  settled,
  preferenceKept,
  siblingOrderFree,
  sameInOldSchema,
];

const USAGE = "usage: properties DIR [--case NAME] [--exceptions FILE]";

/** What of the arguments counts. */
interface Arguments {
  readonly directory: string;
  readonly only: string | undefined;
  readonly exceptionsFile: string | undefined;
}

/**
 * Checks on every input of a folder of regression cases what has to be true of every plan. Fails for a property that does
 * not hold and is not listed, and for a listed one that holds. Returns the text to print and the exit code.
 */
export function runProperties(argv: readonly string[], clockEpochSeconds: number): { readonly text: string; readonly exitCode: number } {
  const options = readArguments(argv);
  if (options === undefined) return { text: `${USAGE}\n`, exitCode: 64 };
  const { directory, only, exceptionsFile } = options;
  const unread = missingInput({ directory, content: "xml", files: [exceptionsFile] });
  if (unread) return unread;
  const exceptions: Exceptions = exceptionsFile === undefined ? new Map() : readExceptions(readFileSync(exceptionsFile, "utf8"));
  const entries = readCases(directory, join(directory, "..", "..", "reference", "scheduler-categories.tsv"));
  const unknown = missingCases(entries, [only]);
  if (unknown) return unknown;
  const lines: string[] = [];
  const held = new Map(PROPERTIES.map(({ name }) => [name, 0]));
  let [passed, failed, inputs] = [0, 0, 0];
  for (const entry of entries) {
    if (only !== undefined && entry.name !== only) continue;
    const one = readCase(directory, entry, clockEpochSeconds);
    if (!one) continue;
    inputs += 1;
    const scheduled = scheduledCase(one.input, one.nowEpochSeconds);
    for (const property of PROPERTIES) {
      const problems = property.problems(scheduled);
      if (problems.length === 0) held.set(property.name, (held.get(property.name) ?? 0) + 1);
      if (only !== undefined) lines.push(...problems.map((problem) => `${property.name}: ${problem}`));
      const { isPassed, line } = verdict(exceptions, property.name, entry.name, problems);
      if (isPassed) passed += 1;
      else failed += 1;
      if (line !== undefined) lines.push(line);
    }
  }
  for (const [name, count] of held) lines.push(`${name.padEnd(20)} ${count} of ${inputs}`);
  lines.push(`${passed} passed, ${failed} failed`);
  return { text: `${lines.join("\n")}\n`, exitCode: failed === 0 && passed > 0 ? 0 : 1 };
}

function scheduledCase(cib: Scheduled["cib"], nowEpochSeconds: number): Scheduled {
  const before = process.cpuUsage();
  const result = schedule(cib, { nowEpochSeconds });
  const graph = result.graphXml();
  const { user, system } = process.cpuUsage(before);
  return { cib, nowEpochSeconds, result, graph, cpuMs: (user + system) / 1000 };
}

function readArguments(argv: readonly string[]): Arguments | undefined {
  const named = new Map<string, string>();
  const plain: string[] = [];
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? "";
    if (!word.startsWith("--")) {
      plain.push(word);
      continue;
    }
    const value = argv[at + 1];
    if (!["--case", "--exceptions"].includes(word) || value === undefined) return undefined;
    named.set(word.slice(2), value);
    at += 1;
  }
  const [directory] = plain;
  if (directory === undefined || plain.length > 1) return undefined;
  return { directory, only: named.get("case"), exceptionsFile: named.get("exceptions") };
}
