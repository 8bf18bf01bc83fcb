import { describe, expect, it } from "vitest";
import { SAMPLE_CIB } from "../../output/status/sample-cib.ts";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmMon } from "./crm-mon.ts";
import { afterKey, keyHelp } from "./keys.ts";
import { monitorMode } from "./monitor-mode.ts";
import { screenRows, screenUpdate } from "./screen.ts";

const shows = async (argv: readonly string[] | undefined): Promise<string> => {
  const world = { files: new Map([["cib.xml", SAMPLE_CIB]]), environment: { CIB_file: "cib.xml" } };
  return (await runInMemory(crmMon, argv ?? ["none"], world)).stdout;
};

describe("a screen", () => {
  const small = { columns: 20, rows: 3, hasColours: false };

  it("shows as many rows as there are, and no row after the last one", () => {
    expect(screenRows("a\nb\nc\nd\n", small, 0)).toEqual({ rows: ["a", "b", "c"], top: 0 });
    expect(screenRows("a\nb\nc\nd\n", small, 99)).toEqual({ rows: ["b", "c", "d"], top: 1 });
  });

  it.each([["--include=all"], ["-n", "-R", "--include=all"], ["-b", "-r"]])(
    "of 20 columns has all of crm_mon %s %s %s",
    async (...argv) => {
      const text = await shows(["-1", ...argv.filter((word) => word !== undefined)]);
      const terminal = { columns: 20, rows: 10_000, hasColours: false };
      const { rows } = screenRows(text, terminal, 0);
      for (const row of rows) expect(row.length).toBeLessThanOrEqual(20);
      const bare = (shown: string): string => shown.replace(/\s/g, "");
      expect(bare(rows.join(""))).toBe(bare(text));
      for (const row of screenRows(keyHelp([]), terminal, 0).rows) expect(row.length).toBeLessThanOrEqual(20);
    },
  );

  it("draws only rows that differ", () => {
    expect(screenUpdate(["a", "b", "c"], ["a", "x"])).toBe("\u001b[2;1Hx\u001b[0m\u001b[K\u001b[3;1H\u001b[J");
    expect(screenUpdate(["a"], ["a"])).toBe("");
    expect(screenUpdate(undefined, ["a"])).toMatch(/2J.*1;1Ha/s);
  });
});

describe("keys", () => {
  it.each(["c", "f", "n", "o", "r", "t", "A", "L", "D", "R", "b", "j", "m"])("%s changes what is shown, and changes it back", (key) => {
    let argv: readonly string[] = [];
    const before = keyHelp(argv);
    argv = afterKey(argv, key) ?? [];
    expect(keyHelp(argv)).not.toBe(before);
    for (let times = 1; times < (key === "m" ? 4 : 2); times += 1) argv = afterKey(argv, key) ?? [];
    expect(keyHelp(argv)).toBe(before);
  });

  it("act on the display itself", async () => {
    expect(await shows([])).toContain("Cluster Summary:");
    expect(await shows(afterKey([], "D"))).not.toContain("Cluster Summary:");
    expect(await shows(afterKey([], "A"))).toContain("Node Attributes:");
    expect(await shows(afterKey(["-A"], "A"))).not.toContain("Node Attributes:");
    expect(afterKey([], "z")).toBeUndefined();
  });
});

it.each([
  [[], true, "screen"],
  [[], false, "once"],
  [["-1"], true, "once"],
  [["--output-as=xml"], true, "once"],
  [["--watch"], false, "watch"],
  [["--output-as=html", "--output-to=x.html"], true, "once"],
  [["--output-as=html", "--output-to=x.html", "-i", "2"], true, "page"],
  [["-d", "--output-as=html", "--output-to=x.html"], true, "page"],
  [["-d", "-E", "/bin/true"], true, "silent"],
  [["-d"], true, "once"],
  [["--nonsense"], true, "once"],
] as const)("with %j (terminal: %s) it is a %s", (argv, isTerminal, kind) => {
  expect(monitorMode(argv, { isTerminal, usesFile: false }).kind).toBe(kind);
  expect(monitorMode(argv, { isTerminal, usesFile: true }).kind).toBe("once");
});
