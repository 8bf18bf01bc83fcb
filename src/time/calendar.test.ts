import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addDuration, calendarFields } from "./calendar.ts";

const NOTHING = { years: 0, months: 0, weeks: 0, days: 0, hours: 0, minutes: 0, seconds: 0 };
const at = (text: string): number => Date.parse(text) / 1000;

describe("calendar", () => {
  it("knows ordinal days and ISO weeks", () => {
    expect(calendarFields(at("2005-01-20T12:30:05Z"))).toMatchObject({ yeardays: 20, hours: 12, minutes: 30, seconds: 5 });
    expect(calendarFields(at("2005-01-01T00:00:00Z"))).toMatchObject({ weekyears: 2004, weeks: 53, weekdays: 6 });
    expect(calendarFields(at("2024-12-30T00:00:00Z"))).toMatchObject({ weekyears: 2025, weeks: 1, weekdays: 1 });
  });

  it("brings the day back into a shorter month", () => {
    expect(addDuration(at("2024-01-31T10:00:00Z"), { ...NOTHING, months: 1 })).toBe(at("2024-02-29T10:00:00Z"));
    expect(addDuration(at("2023-12-31T10:00:00Z"), { ...NOTHING, years: 1, days: 1 })).toBe(at("2025-01-01T10:00:00Z"));
  });

  it("agrees with the fields it splits into", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), (seconds) => {
        const fields = calendarFields(seconds);
        const back = Date.UTC(fields.years, 0, fields.yeardays, fields.hours, fields.minutes, fields.seconds) / 1000;
        expect(back).toBe(seconds);
        expect(addDuration(seconds, NOTHING)).toBe(seconds);
      }),
    );
  });
});
