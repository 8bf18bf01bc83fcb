import { expect, it } from "vitest";
import { type LogEntry, logText, SEVERITIES } from "./log-entry.ts";

const ENTRIES: readonly LogEntry[] = SEVERITIES.map((severity) => ({ source: "step", severity, text: severity }));

const shown = (verbosity: number, environment: Readonly<Record<string, string>> = {}): string[] =>
  [...logText(ENTRIES, { verbosity, environment: (name) => environment[name] }).matchAll(/\t(\w+):/g)].map(([, severity = ""]) => severity);

it("goes to the terminal with the first -V, and has one severity more with each further one", () => {
  expect(shown(0)).toEqual([]);
  expect(shown(1)).toEqual(["crit", "error"]);
  expect(shown(2)).toEqual(["crit", "error", "warning"]);
  expect(shown(9)).toEqual([...SEVERITIES]);
});

it("is on the terminal already with PCMK_stderr", () => {
  expect(shown(0, { PCMK_stderr: "1" })).toEqual(["crit", "error"]);
  expect(shown(1, { PCMK_stderr: "1" })).toEqual(["crit", "error", "warning"]);
});

it("says what is always said, once", () => {
  const always: LogEntry = { source: "", severity: "error", text: "no schema", isAlwaysSaid: true };
  for (const verbosity of [0, 1, 2]) expect(logText([always], { verbosity, environment: () => undefined })).toBe("no schema\n");
});
