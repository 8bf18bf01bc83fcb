/**
 * A date and a time of day with the distance from UTC, or a span of time: then `years`, `months` and `days` are amounts
 * and not places in the calendar. Arithmetic follows Pacemaker 3.0.2 to the letter, odd corners included: a year added
 * keeps the day's number in the year, and a sum of seconds may end at 24:00:00.
 */
export interface WallTime {
  readonly years: number;
  /** Spans only. */
  readonly months: number;
  /** Day of the year, from 1. */
  readonly days: number;
  /** Second of the day. */
  readonly seconds: number;
  /** Seconds east of UTC. */
  readonly offset: number;
  readonly isSpan: boolean;
}

export const DAY_SECONDS = 86_400;
export const MAX_NUMBER = 2_147_483_647;
const EPOCH_YEAR_SECONDS = 62_135_596_800;
const LAST_MONTH = 12;
const SPAN_MONTH_DAYS = 30;

export const NO_TIME: WallTime = { years: 0, months: 0, days: 0, seconds: 0, offset: 0, isSpan: false };

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Days of a year. */
export function daysInYear(year: number): number {
  return isLeapYear(year) ? 366 : 365;
}

/** Days of a month; none outside the calendar. */
export function daysInMonth(month: number, year: number): number {
  if (month < 1 || month > LAST_MONTH || year < 1) return 0;
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Day of the year of a date. */
export function dayOfYear(year: number, month: number, day: number): number {
  let result = day;
  for (let earlier = 1; earlier < month; earlier += 1) result += daysInMonth(earlier, year);
  return result;
}

/** Day of the week of January 1, Monday is 1. */
export function firstWeekday(year: number): number {
  const inCentury = (year - 1) % 100;
  const centuries = (year - 1 - inCentury) / 100;
  return 1 + (((centuries % 4) * 5 + inCentury + Math.trunc(inCentury / 4)) % 7);
}

/** Weeks of a year as ISO 8601 counts them. */
export function weeksInYear(year: number): number {
  return firstWeekday(year) === 4 || firstWeekday(year + 1) === 5 ? 53 : 52;
}

/** Year, month and day. */
export function gregorian({ years, months, days }: WallTime): { year: number; month: number; day: number } {
  if (years === 0) return { year: 0, month: months, day: days };
  let month = 1;
  let day = days;
  while (month <= LAST_MONTH && day > daysInMonth(month, years)) {
    day -= daysInMonth(month, years);
    month += 1;
  }
  return { year: years, month, day };
}

/** Year, week and day of the week. */
export function weekDate({ years, days }: WallTime): { year: number; week: number; day: number } {
  const first = firstWeekday(years);
  const day = 1 + ((days + first - 2) % 7);
  if (days <= 8 - first && first > 4) return { year: years - 1, week: weeksInYear(years - 1), day };
  if (daysInYear(years) - days < 4 - day) return { year: years + 1, week: 1, day };
  return { year: years, week: Math.floor((days + (7 - day) + first - 1) / 7) - (first > 4 ? 1 : 0), day };
}

/** Adds years and stops at the ends of the calendar. */
export function addYears(time: WallTime, extra: number): WallTime {
  return { ...time, years: Math.min(MAX_NUMBER, extra < 0 ? Math.max(1, time.years + extra) : time.years + extra) };
}

/** Adds months; a day the month does not have becomes its last. */
export function addMonths(time: WallTime, extra: number): WallTime {
  const { year, month, day } = gregorian(time);
  const index = month - 1 + extra;
  const newYear = year + Math.floor(index / LAST_MONTH);
  const newMonth = (((index % LAST_MONTH) + LAST_MONTH) % LAST_MONTH) + 1;
  return { ...time, years: newYear, days: dayOfYear(newYear, newMonth, Math.min(day, daysInMonth(newMonth, newYear))) };
}

/** Adds days, over the ends of years. */
export function addDays(time: WallTime, extra: number): WallTime {
  let { years } = time;
  let left = extra;
  while (left > 0 && time.days + left > daysInYear(years)) {
    if (years === MAX_NUMBER) return { ...time, years, days: daysInYear(years) };
    left -= daysInYear(years);
    years += 1;
  }
  while (left < 0 && time.days + left < (time.isSpan ? 0 : 1)) {
    if (years <= 1) return { ...time, years, days: 1 };
    years -= 1;
    left += daysInYear(years);
  }
  return { ...time, years, days: time.days + left };
}

/** Adds seconds; exactly the end of a day is left as 24:00:00. */
export function addSeconds(time: WallTime, extra: number): WallTime {
  let days = Math.trunc(extra / DAY_SECONDS);
  let seconds = time.seconds + (extra % DAY_SECONDS);
  if (seconds > DAY_SECONDS) {
    days += 1;
    seconds -= DAY_SECONDS;
  } else if (seconds < 0) {
    days -= 1;
    seconds += DAY_SECONDS;
  }
  return addDays({ ...time, seconds }, days);
}

/** The same instant in UTC. */
export function inUtc(time: WallTime): WallTime {
  const utc = { ...time, offset: 0, isSpan: false };
  return time.offset === 0 ? utc : addSeconds({ ...utc, months: 0 }, -time.offset);
}

/** A time and a span after it (`sign` 1) or before it (-1). */
export function moved(time: WallTime, span: WallTime, sign: 1 | -1): WallTime {
  const { years, months, days, seconds } = inUtc(span);
  return addSeconds(addDays(addMonths(addYears(time, sign * years), sign * months), sign * days), sign * seconds);
}

/** Seconds since the year 1; months of spans count thirty days. */
export function totalSeconds(time: WallTime): number {
  const { years, months, days, seconds } = inUtc(time);
  const past = Math.max(0, years - 1);
  const leapDays = Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const allDays = 365 * past + leapDays + Math.max(0, months) * SPAN_MONTH_DAYS + Math.max(0, days - 1);
  return seconds + allDays * DAY_SECONDS;
}

/** Seconds since 1970. */
export function epochSecondsOf(time: WallTime): number {
  return totalSeconds(time) - EPOCH_YEAR_SECONDS;
}

/** An instant as the clock here shows it. */
export function wallTimeOf(epochSeconds: number): WallTime {
  const offset = -new Date(epochSeconds * 1000).getTimezoneOffset() * 60;
  const local = new Date((epochSeconds + offset) * 1000);
  const years = local.getUTCFullYear();
  const seconds = local.getUTCHours() * 3600 + local.getUTCMinutes() * 60 + local.getUTCSeconds();
  return { ...NO_TIME, years, days: dayOfYear(years, local.getUTCMonth() + 1, local.getUTCDate()), seconds, offset };
}
