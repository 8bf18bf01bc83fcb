import { expect, it } from "vitest";
import { leadingInteger } from "./leading-integer.ts";

it.each([
  ["12", 12],
  [" -7ms", -7],
  ["+3.9", 3],
  ["0x10", 0],
  ["", 5],
  ["INFINITY", 5],
  ["-", 5],
])("reads '%s'", (text, value) => {
  expect(leadingInteger(text, 5)).toBe(value);
});

it("has a value of its own for no text", () => {
  expect([leadingInteger(undefined, 5), leadingInteger(undefined)]).toEqual([5, Number.NaN]);
});
