import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { scanNumbers } from "./number-scan.ts";
import { addDays, addMonths, addYears, epochSecondsOf, gregorian, NO_TIME, totalSeconds, wallTimeOf, weekDate } from "./wall-time.ts";
import { parseInstant, parseWallTime } from "./wall-time-parse.ts";

const at = (text: string): number => Date.parse(text) / 1000;
const FIXED = { seed: 20_260_101 };

describe("wall time", () => {
  it("knows ordinal days and ISO weeks", () => {
    expect(weekDate(wallTimeOf(at("2005-01-01T00:00:00Z")))).toEqual({ year: 2004, week: 53, day: 6 });
    expect(weekDate(wallTimeOf(at("2024-12-30T00:00:00Z")))).toEqual({ year: 2025, week: 1, day: 1 });
    expect(wallTimeOf(at("2005-01-20T12:30:05Z"))).toMatchObject({ years: 2005, days: 20, seconds: 45_005 });
  });

  it("agrees with the platform's calendar", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200_000_000_000 }), (seconds) => {
        const time = wallTimeOf(seconds);
        const { year, month, day } = gregorian(time);
        expect(Date.UTC(year, month - 1, day) / 1000 + time.seconds).toBe(seconds);
        expect(epochSecondsOf(time)).toBe(seconds);
      }),
      FIXED,
    );
  });

  it("moves by days as the platform does, back and forth", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), fc.integer({ min: -10_000, max: 10_000 }), (seconds, days) => {
        expect(epochSecondsOf(addDays(wallTimeOf(seconds), days))).toBe(seconds + days * 86_400);
      }),
      FIXED,
    );
  });

  it("brings the day back into a shorter month, and keeps the number of the day when years are added", () => {
    expect(gregorian(addMonths(wallTimeOf(at("2024-01-31T10:00:00Z")), 1))).toEqual({ year: 2024, month: 2, day: 29 });
    expect(gregorian(addMonths(wallTimeOf(at("2024-03-31T10:00:00Z")), -13))).toEqual({ year: 2023, month: 2, day: 28 });
    expect(gregorian(addYears(wallTimeOf(at("2023-03-01T00:00:00Z")), 1))).toEqual({ year: 2024, month: 2, day: 29 });
  });

  it("counts far years at once", () => {
    expect(totalSeconds({ ...NO_TIME, years: 2_147_483_647, days: 1 })).toBe(67_768_038_337_593_600);
  });
});

describe("texts of times", () => {
  it("has calendar, ordinal and week dates, times, zones and the end of a day", () => {
    const read = (text: string) => parseInstant(text, at("2024-02-15T12:30:00Z"));
    expect(read("2005-01-20 00:30:00 +01:00")).toBe(at("2005-01-19T23:30:00Z"));
    expect(read("20050120T003000Z")).toBe(at("2005-01-20T00:30:00Z"));
    expect(read("2005-020T00")).toBe(at("2005-01-20T00:00:00Z"));
    expect(read("2009-W53-7")).toBe(at("2010-01-03T00:00:00Z"));
    expect(read("2024-02-28T24:00:00Z")).toBe(at("2024-02-29T00:00:00Z"));
    expect(read("23:15")).toBe(at("2024-02-15T23:15:00Z"));
    expect(read("epoch")).toBe(0);
    expect(parseWallTime("0-W01-1", 0)).toMatchObject({ value: { years: 0, days: 2 } });
    for (const wrong of ["", "x", "2023-02-29", "2024-13-01", "2024-W00-1", "2024-01-01T25:00", "2024-01-01 "])
      expect(read(wrong)).toBeUndefined();
  });

  it("reads numbers as C does, wrapped at 32 bits", () => {
    expect(parseWallTime("99999999999-01-01", 0)).toMatchObject({ ok: true, value: { years: 1_215_752_191 } });
    expect(parseWallTime("2024-01--1", 0)).toMatchObject({
      ok: false,
      error: { text: expect.stringContaining("'4294967295' is not a valid day") },
    });
    expect(scanNumbers(" 12:+3:x", [0, ":", 0, ":", 0])).toEqual([12, 3]);
    expect(scanNumbers("99999999999999999999", [0])).toEqual([4_294_967_295]);
    expect(scanNumbers("20240215", [4, 2, 2])).toEqual([2024, 2, 15]);
  });
});
