import {
  addDays,
  addMonths,
  addSeconds,
  addYears,
  epochSecondsOf,
  gregorian,
  MAX_NUMBER,
  type WallTime,
  wallTimeOf,
  weekDate,
} from "../../../time/wall-time.ts";
import { parseWallTime } from "../../../time/wall-time-parse.ts";
import type { XmlElement } from "../../../xml/element.ts";

/** How a time stands to a date expression. The first two make it pass. */
export type DateState = "within" | "satisfied" | "early" | "expired";

/** Why a date expression cannot be used, under the name of the step as Pacemaker's logs have it. */
export interface DateNote {
  readonly source: string;
  readonly text: string;
}

/** What came of an expression: how it stands and when that turns, if it is known; or why it cannot be used. */
export type DateVerdict =
  | { readonly state: DateState; readonly turnsAtEpochSeconds?: number | undefined }
  | { readonly notes: readonly DateNote[] };

const EXPRESSION = "pcmk__evaluate_date_expression";
const RANGE = "evaluate_in_range";

/** True when a `<date_expression>` holds now; `onTurn` is told when that will change. */
export function dateHolds(expression: XmlElement, nowEpochSeconds: number, onTurn?: (epochSeconds: number) => void): boolean {
  const verdict = judgeDate(expression, wallTimeOf(nowEpochSeconds));
  if ("notes" in verdict) return false;
  if (verdict.turnsAtEpochSeconds !== undefined) onTurn?.(verdict.turnsAtEpochSeconds);
  return verdict.state === "within" || verdict.state === "satisfied";
}

/**
 * Judges a `<date_expression>`. Dates without a zone and fields of a `<date_spec>` are meant in the zone of `now`.
 * Source: Pacemaker Explained, "Date/Time Expressions"; Pacemaker 3.0.2's messages.
 */
export function judgeDate(expression: XmlElement, now: WallTime): DateVerdict {
  if (!expression.id) return { notes: [{ source: EXPRESSION, text: "Treating date_expression without id as not passing" }] };
  const operation = expression.get("operation") ?? "in_range";
  switch (operation.toLowerCase()) {
    case "in_range":
      return inRange(expression, now);
    case "date_spec":
      return matchesSpec(expression, now);
    case "gt": {
      const start = timeOf(expression, "evaluate_gt", "start", now);
      if (start && "notes" in start) return start;
      if (!start) return broken(expression, "evaluate_gt", "gt requires start");
      return compare(now, start) > 0 ? { state: "within" } : { state: "early", turnsAtEpochSeconds: epochSecondsOf(start) + 1 };
    }
    case "lt": {
      const end = timeOf(expression, "evaluate_lt", "end", now);
      if (end && "notes" in end) return end;
      if (!end) return broken(expression, "evaluate_lt", "gt requires end");
      return compare(now, end) < 0 ? { state: "within", turnsAtEpochSeconds: epochSecondsOf(end) } : { state: "expired" };
    }
    default:
      return broken(expression, EXPRESSION, `'${operation}' is not a valid operation`);
  }
}

/** Why an expression cannot be used. */
interface Broken {
  readonly notes: readonly DateNote[];
}

function note(expression: XmlElement, source: string, reason: string): DateNote {
  return { source, text: `Treating date_expression ${expression.id} as not passing because ${reason}` };
}

function broken(expression: XmlElement, source: string, reason: string): Broken {
  return { notes: [note(expression, source, reason)] };
}

function compare(a: WallTime, b: WallTime): number {
  return epochSecondsOf(a) - epochSecondsOf(b);
}

function timeOf(expression: XmlElement, source: string, name: string, now: WallTime): WallTime | Broken | undefined {
  const text = expression.get(name);
  if (text === undefined) return undefined;
  const parsed = parseWallTime(text, epochSecondsOf(now));
  return parsed.ok ? parsed.value : { notes: [parsed.error, note(expression, source, `${name} is invalid`)] };
}

function inRange(expression: XmlElement, now: WallTime): DateVerdict {
  const start = timeOf(expression, RANGE, "start", now);
  let end = timeOf(expression, RANGE, "end", now);
  if (start && "notes" in start) return start;
  if (end && "notes" in end) return end;
  if (!start && !end) return broken(expression, RANGE, "in_range requires at least one of start or end");
  const duration = expression.child("duration");
  if (!end && duration && start) {
    const last = endOf(duration, start);
    if (typeof last === "string")
      return { notes: [note(expression, "pcmk__unpack_duration", last), note(expression, RANGE, "duration is invalid")] };
    end = last;
  }
  if (start && compare(now, start) < 0) return { state: "early", turnsAtEpochSeconds: epochSecondsOf(start) };
  if (!end) return { state: "within" };
  return compare(now, end) > 0 ? { state: "expired" } : { state: "within", turnsAtEpochSeconds: epochSecondsOf(end) + 1 };
}

const ADDERS: readonly (readonly [string, (time: WallTime, extra: number) => WallTime])[] = [
  ["years", addYears],
  ["months", addMonths],
  ["weeks", (time, extra) => addDays(time, extra * 7)],
  ["days", addDays],
  ["hours", (time, extra) => addSeconds(time, extra * 3600)],
  ["minutes", (time, extra) => addSeconds(time, extra * 60)],
  ["seconds", addSeconds],
];

/** End of a duration, or why it has none. */
function endOf(duration: XmlElement, start: WallTime): WallTime | string {
  if (!duration.id) return "duration subelement has no id";
  let end = start;
  for (const [name, add] of ADDERS) {
    const text = duration.get(name) ?? "0";
    const amount = /^\s*[+-]?\d+/.test(text) ? Number.parseInt(text, 10) : undefined;
    const isTooLarge = amount !== undefined && (amount > MAX_NUMBER || amount < -MAX_NUMBER - 1);
    if (amount === undefined || isTooLarge) {
      const reason = isTooLarge && Math.abs(amount ?? 0) < 2 ** 63 ? "Numerical result out of range" : "Could not parse XML";
      return `duration ${duration.id} attribute ${name} is invalid: ${reason}`;
    }
    end = add(end, amount);
  }
  return end;
}

function matchesSpec(expression: XmlElement, now: WallTime): DateVerdict {
  const spec = expression.child("date_spec");
  if (!spec) return broken(expression, EXPRESSION, "date_spec operations require a date_spec subelement");
  if (!spec.id) return broken(expression, "pcmk__evaluate_date_spec", "date_spec subelement has no id");
  for (const [name, value] of specFields(now)) {
    const text = spec.get(name);
    if (text === undefined) continue;
    const range = rangeOf(text);
    if (!range) return broken(expression, "check_range", `'${text}' is not a valid range for date_spec attribute ${name}`);
    if (range.low !== undefined && value < range.low) return { state: "early" };
    if (range.high !== undefined && value > range.high) return { state: "expired" };
  }
  return { state: "satisfied" };
}

/** The fields a `<date_spec>` can name, in the order in which they are looked at. */
function specFields(now: WallTime): readonly (readonly [string, number])[] {
  const { year, month, day } = gregorian(now);
  const week = weekDate(now);
  return [
    ["years", year],
    ["months", month],
    ["monthdays", day],
    ["hours", Math.floor(now.seconds / 3600)],
    ["minutes", Math.floor((now.seconds % 3600) / 60)],
    ["seconds", now.seconds % 60],
    ["yeardays", now.days],
    ["weekyears", week.year],
    ["weeks", week.week],
    ["weekdays", week.day],
  ];
}

/** A range is `n`, `n-m`, `n-` or `-m`. */
function rangeOf(text: string): { low: number | undefined; high: number | undefined } | undefined {
  const match = /^(?:-\s*([+-]?\d+)|\s*(\+?\d+)(-(?:\s*([+-]?\d+))?)?)$/.exec(text);
  if (!match) return undefined;
  const [, until, from, dash, to] = match;
  const high = dash === undefined ? (until ?? from) : to;
  return { low: from === undefined ? undefined : Number(from), high: high === undefined ? undefined : Number(high) };
}
