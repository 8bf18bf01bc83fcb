import { describe, expect, it } from "vitest";
import { compareWithExpected, passesText, readPasses } from "./expected-passes.ts";

describe("expected passes", () => {
  const expected = new Map([
    ["b", [0, 1]],
    ["a", [3]],
  ]);
  const entries = [{ name: "a" }, { name: "b" }];

  it("are written sorted and read back", () => {
    const text = passesText(expected);
    expect(text.indexOf('"a"')).toBeLessThan(text.indexOf('"b"'));
    expect([...readPasses(text)].sort()).toEqual([...expected].sort());
  });

  it("count what is lost", () => {
    const compared = compareWithExpected(expected, new Map([["b", [0, 2]]]), entries);
    expect([compared.passed, compared.failed]).toEqual([1, 2]);
    expect(compared.lines).toContain("regression: b: level 1");
    expect(compared.lines).toContain("regression: a: level 3");
  });

  it("leave cases alone that were not asked for", () => {
    expect(compareWithExpected(expected, new Map([["a", [3]]]), [{ name: "a" }]).failed).toBe(0);
  });

  it("are refused when malformed", () => {
    expect(() => readPasses("[1")).toThrow();
    expect(() => readPasses('{"a": 1}')).toThrow();
  });
});
