const DAY_SECONDS = 86_400;

/**
 * Epoch seconds of an ISO 8601 date, time of day, or both: 2005-01-20, 2005-020, 2005-W03-4, 20050120T123000Z,
 * 2005-01-20 12:30:00+01. A time without zone is UTC. Undefined for anything else.
 */
export function parseIsoInstant(text: string): number | undefined {
  const match =
    /^(\d{4})-?(?:(\d{2})-?(\d{2})|(\d{3})|W(\d{2})-?(\d))(?:[T ]\s*(\d{2}):?(\d{2})?(?::?(\d{2}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(
      text.trim(),
    );
  if (!match) return undefined;
  const [, year, month, day, yearDay, week, weekDay, hours, minutes, seconds, zone] = match;
  const date = week === undefined ? dateSeconds(year, month, day, yearDay) : weekSeconds(Number(year), Number(week), Number(weekDay));
  const time = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? "");
  const offsetSeconds = offset ? (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 3600 + Number(offset[3] ?? 0) * 60) : 0;
  return date + time - offsetSeconds;
}

function dateSeconds(year: string | undefined, month: string | undefined, day: string | undefined, yearDay: string | undefined): number {
  const ms = yearDay === undefined ? Date.UTC(Number(year), Number(month) - 1, Number(day)) : Date.UTC(Number(year), 0, Number(yearDay));
  return ms / 1000;
}

/** Week 1 is the one that holds January 4. */
function weekSeconds(year: number, week: number, weekDay: number): number {
  const fourth = Date.UTC(year, 0, 4);
  const monday = fourth / 1000 - ((new Date(fourth).getUTCDay() + 6) % 7) * DAY_SECONDS;
  return monday + ((week - 1) * 7 + weekDay - 1) * DAY_SECONDS;
}
