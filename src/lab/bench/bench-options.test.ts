import { expect, it } from "vitest";
import { readNumbers } from "./bench-options.ts";

it("takes numbers of known options alone", () => {
  expect(readNumbers(["--runs", "3", "--json"], ["--runs", "--idle"])).toEqual(new Map([["--runs", 3]]));
  expect(readNumbers([], ["--runs"])).toEqual(new Map());
  for (const wrong of [["--help"], ["--runs"], ["--runs", "many"], ["--rounds", "3"], ["3"]])
    expect(readNumbers(wrong, ["--runs", "--idle"])).toBeUndefined();
});
