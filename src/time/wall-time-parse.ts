import { fail, ok, type Result } from "../base/result.ts";
import { scanNumbers } from "./number-scan.ts";
import {
  addDays,
  DAY_SECONDS,
  dayOfYear,
  daysInMonth,
  daysInYear,
  epochSecondsOf,
  firstWeekday,
  MAX_NUMBER,
  NO_TIME,
  type WallTime,
  wallTimeOf,
  weeksInYear,
} from "./wall-time.ts";

/** Why a text is no time, and which step of reading says so (as Pacemaker's logs name it). */
export interface TimeProblem {
  readonly source: string;
  readonly text: string;
}

export type Parsed<T> = Result<T, TimeProblem>;

const NOT_A_DATE = "is not a valid ISO 8601 date/time specification";
const NOT_A_TIME = "is not a valid ISO 8601 time specification";

/** A date, a date and time, or a time of today. What follows a slash or is past the end is not looked at. */
export function parseWallTime(text: string, nowEpochSeconds: number): Parsed<WallTime> {
  if (text === "") return wrongDate("No ISO 8601 date/time specification given");
  if (/^epoch($|\/|\s)/i.test(text)) return ok({ ...NO_TIME, years: 1970, days: 1 });
  const isTimeOnly = text.startsWith("T") || text[2] === ":";
  const date = isTimeOnly ? ok(wallTimeOf(nowEpochSeconds)) : parseDay(text);
  if (!date.ok) return date;
  const rest = text.slice(/^[0-9W-]*/.exec(text)?.[0].length);
  const ofDay = isTimeOnly ? text.replace(/^T/, "") : /^[ T]/.test(rest) ? rest.slice(1) : undefined;
  const result = ofDay === undefined ? date : withTime(date.value, ofDay, nowEpochSeconds);
  return !result.ok || isInCalendar(result.value) ? result : wrongDate(`'${text}' ${NOT_A_DATE}`);
}

/** Epoch seconds of such a time; undefined when the text is none. */
export function parseInstant(text: string, nowEpochSeconds: number): number | undefined {
  const time = parseWallTime(text, nowEpochSeconds);
  return time.ok ? epochSecondsOf(time.value) : undefined;
}

/** True when a time has a place in the calendar. */
export function isInCalendar({ years, days, seconds }: WallTime): boolean {
  return days > 0 && days <= daysInYear(years) && seconds >= 0 && seconds < DAY_SECONDS;
}

function wrongDate(text: string): Parsed<never> {
  return fail({ source: "parse_date", text });
}

/** The date a text begins with: calendar, ordinal or week date. */
function parseDay(text: string): Parsed<WallTime> {
  const because = (value: number, what: string): Parsed<never> =>
    wrongDate(`'${text}' ${NOT_A_DATE} because '${value}' is not a valid ${what}`);
  const dashed = scanNumbers(text, [0, "-", 0, "-", 0]);
  const calendar = dashed.length === 1 ? scanNumbers(text, [4, 2, 2]) : dashed;
  if (calendar.length === 3) {
    const [year = 0, month = 0, day = 0] = calendar;
    if (month < 1 || month > 12) return because(month, "month");
    if (year < 1 || year > MAX_NUMBER) return because(year, "year");
    if (day < 1 || day > daysInMonth(month, year)) return because(day, "day of the month");
    return ok({ ...NO_TIME, years: year, days: dayOfYear(year, month, day) });
  }
  const ordinal = scanNumbers(text, [0, "-", 0]);
  if (ordinal.length === 2) {
    const [year = 0, day = 0] = ordinal;
    if (year < 1 || year > MAX_NUMBER) return because(year, "year");
    if (day < 1 || day > daysInYear(year)) return because(day, `day of year ${year} (1-${daysInYear(year)})`);
    return ok({ ...NO_TIME, years: year, days: day });
  }
  const weekly = scanNumbers(text, [0, "-W", 0, "-", 0]);
  if (weekly.length < 3) return wrongDate(`'${text}' ${NOT_A_DATE}`);
  const [year = 0, week = 0, day = 0] = weekly;
  if (week < 1 || week > weeksInYear(year)) return because(week, `week of year ${year} (1-${weeksInYear(year)})`);
  if (day < 1 || day > 7) return because(day, "day of the week");
  const first = firstWeekday(year);
  const monday = addDays(addDays({ ...NO_TIME, years: year }, (week - 1) * 7), first <= 4 ? 1 - first : 8 - first);
  return ok(addDays(monday, day));
}

function withTime(date: WallTime, text: string, nowEpochSeconds: number): Parsed<WallTime> {
  const seconds = parseTimeOfDay(text);
  if (!seconds.ok) return seconds;
  const utc = text.indexOf("Z");
  const at = utc >= 0 ? utc : text.search(/[ +-]/);
  const offset = parseOffset(at < 0 ? undefined : text.slice(at).trimStart(), nowEpochSeconds);
  if (!offset.ok) return offset;
  const isEndOfDay = seconds.value === DAY_SECONDS;
  const time = { ...date, seconds: isEndOfDay ? 0 : seconds.value, offset: offset.value };
  return ok(isEndOfDay ? addDays(time, 1) : time);
}

/** Hours, minutes and seconds, with colons or two digits each. */
function parseTimeOfDay(text: string): Parsed<number> {
  const wrong = (problem: string): Parsed<never> => fail({ source: "parse_hms", text: problem });
  const spaced = scanNumbers(text, [0, ":", 0, ":", 0]);
  const fields = spaced.length === 1 ? scanNumbers(text, [2, 2, 2]) : spaced;
  if (fields.length === 0) return wrong(`'${text}' ${NOT_A_TIME}`);
  const [hour = 0, minute = 0, second = 0] = fields;
  const because = (value: number, what: string): Parsed<never> => wrong(`${text} ${NOT_A_TIME} because ${value} is not a valid ${what}`);
  const isEndOfDay = hour === 24 && minute === 0 && second === 0;
  if (hour >= 24 && !isEndOfDay) return because(hour, "hour");
  if (minute >= 60) return because(minute, "minute");
  if (second >= 60) return because(second, "second");
  return ok(hour * 3600 + minute * 60 + second);
}

/** Seconds east of UTC; nothing is the clock here. */
function parseOffset(text: string | undefined, nowEpochSeconds: number): Parsed<number> {
  if (text === undefined) return ok(wallTimeOf(nowEpochSeconds).offset);
  const match = /^([+-]?)(.*)$/s.exec(text);
  const written = match?.[2] ?? "";
  if (text.startsWith("Z") || (match?.[1] === "" && !/^\d/.test(written))) return ok(0);
  const seconds = parseTimeOfDay(written);
  return seconds.ok && match?.[1] === "-" ? ok(0 - seconds.value) : seconds;
}
