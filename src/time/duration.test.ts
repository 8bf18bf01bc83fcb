import { expect, it } from "vitest";
import { parseDurationMs, parsePlainMs, readableMs } from "./duration.ts";

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

it.each([
  ["5", 5000],
  [" +5", 5000],
  ["5.5", 5000],
  ["5 minutes", 300_000],
  ["1h30m", 3_600_000],
  ["1500us", 1],
  ["7msec", 7],
  ["4294968", 4_294_967_295],
  ["PT1H30M", 5_400_000],
  ["P40S", 40_000],
  ["P1M", 2_592_000_000],
  ["P1DT1H", 90_000_000],
  ["P1Y", 4_294_967_000],
  ["-5", undefined],
  ["5d", undefined],
  ["1 2", undefined],
  [".5", undefined],
  ["pt5m", undefined],
  ["P", undefined],
  ["", undefined],
])("%j are %s ms", (text, ms) => expect(parseDurationMs(text)).toBe(ms));

it.each([
  ["20", 20_000],
  ["2m", 120_000],
  ["99999999999", 2_147_483_647],
  ["PT30S", undefined],
  ["-5", undefined],
  ["", undefined],
])("%j is a timeout of %s ms", (text, ms) => expect(parsePlainMs(text)).toBe(ms));
