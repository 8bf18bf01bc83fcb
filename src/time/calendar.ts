/** Calendar fields of an instant, UTC. Months and days count from 1; weekdays from Monday = 1; weeks as in ISO 8601. */
export interface CalendarFields {
  readonly years: number;
  readonly months: number;
  readonly monthdays: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
  readonly yeardays: number;
  readonly weekyears: number;
  readonly weeks: number;
  readonly weekdays: number;
}

/** A span of time in calendar units. */
export interface CalendarDuration {
  readonly years: number;
  readonly months: number;
  readonly weeks: number;
  readonly days: number;
  readonly hours: number;
  readonly minutes: number;
  readonly seconds: number;
}

const DAY_SECONDS = 86_400;

function dayNumber(year: number, month: number, day: number): number {
  return Date.UTC(year, month - 1, day) / 1000 / DAY_SECONDS;
}

/** Splits an instant into calendar fields. */
export function calendarFields(epochSeconds: number): CalendarFields {
  const date = new Date(epochSeconds * 1000);
  const years = date.getUTCFullYear();
  const day = Math.floor(epochSeconds / DAY_SECONDS);
  const weekdays = ((date.getUTCDay() + 6) % 7) + 1;
  // The week belongs to the year that holds its Thursday.
  const thursday = new Date((day - weekdays + 4) * DAY_SECONDS * 1000);
  const weekyears = thursday.getUTCFullYear();
  return {
    years,
    months: date.getUTCMonth() + 1,
    monthdays: date.getUTCDate(),
    hours: date.getUTCHours(),
    minutes: date.getUTCMinutes(),
    seconds: date.getUTCSeconds(),
    yeardays: day - dayNumber(years, 1, 1) + 1,
    weekyears,
    weeks: Math.floor((thursday.getTime() / 1000 / DAY_SECONDS - dayNumber(weekyears, 1, 1)) / 7) + 1,
    weekdays,
  };
}

/** Adds a span: years and months first, the day brought back to the end of a shorter month, then the rest. */
export function addDuration(epochSeconds: number, span: CalendarDuration): number {
  const date = new Date(epochSeconds * 1000);
  const month = date.getUTCMonth() + span.months + 12 * span.years;
  const year = date.getUTCFullYear() + Math.floor(month / 12);
  const monthInYear = ((month % 12) + 12) % 12;
  const lastDay = new Date(Date.UTC(year, monthInYear + 1, 0)).getUTCDate();
  const start = Date.UTC(year, monthInYear, Math.min(date.getUTCDate(), lastDay)) / 1000;
  const inDay = ((epochSeconds % DAY_SECONDS) + DAY_SECONDS) % DAY_SECONDS;
  return start + inDay + (span.weeks * 7 + span.days) * DAY_SECONDS + span.hours * 3600 + span.minutes * 60 + span.seconds;
}
