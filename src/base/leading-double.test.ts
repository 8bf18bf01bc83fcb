import { expect, it } from "vitest";
import { leadingDouble } from "./leading-double.ts";

it.each([
  ["5", 5],
  [" -5.5x", -5.5],
  [".5", 0.5],
  ["5.", 5],
  ["1e2 ", 100],
  ["1e", 1],
  ["0x10", 16],
  ["-0x1.8p1", -3],
  ["0xg", 0],
  ["+INFINITY", Infinity],
  ["-inf", -Infinity],
  ["nan", Number.NaN],
  ["1e999", undefined],
  ["1e-999", undefined],
  ["0e-999", 0],
  ["", undefined],
  ["x", undefined],
  [".", undefined],
])("%j begins with %s", (text, value) => expect(leadingDouble(text)).toBe(value));
