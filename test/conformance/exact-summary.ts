import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runInMemory } from "../../src/tools/frame/memory-ports.ts";
import { crmSimulate } from "../../src/tools/simulate/crm-simulate.ts";
import { readCases } from "./case-files.ts";
import { missingInput } from "./missing-input.ts";
import type { RunResult } from "./run.ts";

/**
 * Compares what `crm_simulate -S` prints, what it complains about first, with the expected summary of each case, byte for
 * byte but for white space at the ends.
 */
export async function compareSummaries(directory: string, nowEpochSeconds: number): Promise<RunResult> {
  const problem = missingInput({ directory, content: "xml" });
  if (problem) return problem;
  const table = join(directory, "..", "..", "reference", "scheduler-categories.tsv");
  const differing: string[] = [];
  let passed = 0;
  for (const { name, args } of readCases(directory, table)) {
    const text = (folder: string): string => readFileSync(join(directory, folder, `${name}.${folder}`), "utf8");
    const given = /^-t\s+(.+)$/.exec(args.trim())?.[1];
    const clock = given === undefined ? [] : ["--set-datetime", given];
    const files = new Map([["cib.xml", text("xml")]]);
    const { stdout, stderr } = await runInMemory(crmSimulate, ["-x", "cib.xml", "-S", ...clock], { files, nowEpochSeconds });
    if ((stderr + stdout).trim() === text("summary").trim()) passed += 1;
    else differing.push(`differs: ${name}`);
  }
  const lines = [...differing, `${passed} passed, ${differing.length} failed`];
  return { text: `${lines.join("\n")}\n`, exitCode: differing.length > 0 ? 1 : 0 };
}
