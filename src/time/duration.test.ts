import { expect, it } from "vitest";
import { readableMs } from "./duration.ts";

it.each([
  [0, "0s"],
  [12, "12ms"],
  [1500, "1.500s"],
  [10_000, "10s"],
  [20_001, "20.001s"],
  [90_000, "1m30s"],
  [3_600_000, "1h"],
  [90_061_000, "1d1h1m1s"],
])("%i ms are %s", (ms, text) => expect(readableMs(ms)).toBe(text));
