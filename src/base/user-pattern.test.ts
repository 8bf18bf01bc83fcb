import { expect, it } from "vitest";
import { userPattern } from "./user-pattern.ts";

it("a pattern is used when it is one, and ends", () => {
  expect(userPattern("^n[0-9]+-[a-z]+$")?.test("n12-ab")).toBe(true);
  for (const unusable of ["[", "(", "*", "(a+)+", "a".repeat(257)]) expect(userPattern(unusable)).toBeUndefined();
});
