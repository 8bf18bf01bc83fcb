import { expect, it } from "vitest";
import { runExplainCheck } from "../explain/run.ts";
import { runCliConformance } from "./cli/run.ts";
import { compareSummaries } from "./exact-summary.ts";
import { runProperties } from "./properties/run.ts";
import { runConformance } from "./run.ts";

it("is told in a line, with an exit code", async () => {
  const nowhere = "/nowhere";
  const answers = [
    runExplainCheck([nowhere], 0),
    runExplainCheck(["--random", "1", "1", nowhere], 0),
    runConformance([nowhere], 0),
    runProperties([nowhere], 0),
    await compareSummaries(nowhere, 0),
    await runCliConformance([nowhere]),
  ];
  for (const { text, exitCode } of answers) {
    expect(text).toMatch(/^\/nowhere: no (xml|steps\.json) in it: give the folder of a suite\n$/);
    expect(exitCode).toBe(66);
  }
});

it("is not looked for where the words are wrong", async () => {
  const answers = [
    runExplainCheck(["--help"], 0),
    runConformance(["--help"], 0),
    runProperties(["--help"], 0),
    await runCliConformance(["--help"]),
  ];
  for (const { text, exitCode } of answers) {
    expect(text).toMatch(/^usage: /);
    expect(exitCode).toBe(64);
  }
  expect(runExplainCheck(["--only", "nothing", "/nowhere"], 0)).toEqual({
    text: expect.stringContaining("there is no check nothing: there are ledger, accounts,"),
    exitCode: 64,
  });
});
