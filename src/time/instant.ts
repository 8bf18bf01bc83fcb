/**
 * Epoch seconds of an ISO 8601 date or date and time: 2005-01-20, 2005-020, 20050120T123000Z, 2005-01-20 12:30:00+01.
 * A time without zone is UTC. Undefined for anything else.
 */
export function parseIsoInstant(text: string): number | undefined {
  const match = /^(\d{4})-?(?:(\d{2})-?(\d{2})|(\d{3}))(?:[T ]\s*(\d{2}):?(\d{2})?(?::?(\d{2}))?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?$/.exec(
    text.trim(),
  );
  if (!match) return undefined;
  const [, year, month, day, yearDay, hours, minutes, seconds, zone] = match;
  const date = yearDay === undefined ? Date.UTC(Number(year), Number(month) - 1, Number(day)) : Date.UTC(Number(year), 0, Number(yearDay));
  const time = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  const offset = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? "");
  const offsetSeconds = offset ? (offset[1] === "-" ? -1 : 1) * (Number(offset[2]) * 3600 + Number(offset[3] ?? 0) * 60) : 0;
  return date / 1000 + time - offsetSeconds;
}
