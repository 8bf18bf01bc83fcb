import { expect, it } from "vitest";
import { coloured, withoutControls, wrapLine } from "./terminal-text.ts";

it("breaks lines at blanks, and indents what follows", () => {
  expect(wrapLine("  * web (ocf:kodou:Dummy): Started n1", 20)).toEqual([
    "  * web",
    "      (ocf:kodou:Dum",
    "      my): Started",
    "      n1",
  ]);
  expect(wrapLine("short", 20)).toEqual(["short"]);
  expect(wrapLine("", 20)).toEqual([""]);
});

it.each([1, 2, 7, 20])("never makes a row wider than %i columns, and loses nothing but blanks", (columns) => {
  const line = "  * Last change: Sat Nov 21 by root via crm_attribute on node-with-a-long-name.example.com";
  const rows = wrapLine(line, columns);
  for (const row of rows) expect(row.length).toBeLessThanOrEqual(columns);
  expect(rows.join("").replaceAll(" ", "")).toBe(line.replaceAll(" ", ""));
});

it("counts wide characters as two columns", () => {
  expect(wrapLine("鼓動鼓動", 4)).toEqual(["鼓動", " 鼓", " 動"]);
});

it("lets nothing steer the terminal", () => {
  expect(withoutControls("a\u001b[2Jb\u009b1m\r\tc")).toBe("a?[2Jb?1m?    c");
});

it("colours words, not parts of them", () => {
  expect(coloured("web Started n1")).toBe("web \u001b[32mStarted\u001b[0m n1");
  expect(coloured("Started-service NotStopped")).toBe("Started-service NotStopped");
  expect(coloured("Node n2: UNCLEAN (offline)")).toBe("Node n2: \u001b[31mUNCLEAN (offline)\u001b[0m");
});
