import { addDuration, type CalendarFields, calendarFields } from "../../time/calendar.ts";
import { parseIsoInstant } from "../../time/instant.ts";
import type { XmlElement } from "../../xml/element.ts";

/** Told about a time at which an expression will turn. */
export type OnTurn = (epochSeconds: number) => void;

const FIELDS: readonly (keyof CalendarFields)[] = [
  "years",
  "months",
  "monthdays",
  "hours",
  "minutes",
  "seconds",
  "yeardays",
  "weekyears",
  "weeks",
  "weekdays",
];

/** True when a `<date_expression>` holds now. Source: Pacemaker Explained, "Date/Time Expressions". */
export function dateHolds(expression: XmlElement, now: number, onTurn: OnTurn | undefined): boolean {
  const startText = expression.get("start");
  const endText = expression.get("end");
  const start = startText === undefined ? undefined : parseIsoInstant(startText);
  const end = endText === undefined ? undefined : parseIsoInstant(endText);
  const isUnreadable = (startText !== undefined && start === undefined) || (endText !== undefined && end === undefined);
  switch ((expression.get("operation") ?? "in_range").toLowerCase()) {
    case "gt":
      if (start === undefined) return false;
      if (now <= start) onTurn?.(start + 1);
      return now > start;
    case "lt":
      if (end === undefined) return false;
      if (now < end) onTurn?.(end);
      return now < end;
    case "in_range":
      return !isUnreadable && isInRange(expression, start, end, now, onTurn);
    case "date_spec": {
      const spec = expression.child("date_spec");
      return spec !== undefined && specHolds(spec, now);
    }
    default:
      return false;
  }
}

function isInRange(expression: XmlElement, start: number | undefined, end: number | undefined, now: number, onTurn?: OnTurn): boolean {
  if (start === undefined && end === undefined) return false;
  const duration = end === undefined && start !== undefined ? expression.child("duration") : undefined;
  const last = duration && start !== undefined ? endOf(duration, start) : end;
  if (start !== undefined && now < start) {
    onTurn?.(start);
    return false;
  }
  if (last === undefined) return true;
  if (now > last) return false;
  onTurn?.(last + 1);
  return true;
}

function endOf(duration: XmlElement, start: number): number {
  const part = (name: string): number => Number.parseInt(duration.get(name) ?? "0", 10) || 0;
  return addDuration(start, {
    years: part("years"),
    months: part("months"),
    weeks: part("weeks"),
    days: part("days"),
    hours: part("hours"),
    minutes: part("minutes"),
    seconds: part("seconds"),
  });
}

function specHolds(spec: XmlElement, now: number): boolean {
  const fields = calendarFields(now);
  return FIELDS.every((name) => {
    const range = spec.get(name);
    return range === undefined || isWithin(fields[name], range);
  });
}

/** A range is `n`, `n-m`, `n-` or `-m`. */
function isWithin(value: number, range: string): boolean {
  const match = /^\s*(\d+)?\s*(-)?\s*(\d+)?\s*$/.exec(range);
  if (!match || (match[1] === undefined && match[3] === undefined)) return false;
  const low = match[1] === undefined ? undefined : Number(match[1]);
  const high = match[2] === undefined ? low : match[3] === undefined ? undefined : Number(match[3]);
  return (low === undefined || value >= low) && (high === undefined || value <= high);
}
