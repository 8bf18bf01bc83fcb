import { fail, ok } from "../base/result.ts";
import { MAX_NUMBER, moved, NO_TIME, type WallTime, wallTimeOf } from "./wall-time.ts";
import { isInCalendar, type Parsed, parseWallTime } from "./wall-time-parse.ts";

/** A start and an end. */
export interface Period {
  readonly start: WallTime;
  readonly end: WallTime;
}

/** Amounts have this many digits at most. */
const AMOUNT = /^T?[-+:]?(\d{1,10})/;

/** A span such as P1Y2M3DT4H5M6S; after a T, M is minutes. Units may come in any order. */
export function parseSpan(text: string): Parsed<WallTime> {
  const wrong = (reason: string): Parsed<never> =>
    fail({ source: "crm_time_parse_duration", text: `'${text}' is not a valid ISO 8601 time duration because ${reason}` });
  if (text === "") return fail({ source: "crm_time_parse_duration", text: "No ISO 8601 time duration given" });
  if (!text.startsWith("P")) return wrong("it does not start with a 'P'");
  if (/^P(\s|$)/.test(text)) return wrong("nothing follows 'P'");
  let span: WallTime = { ...NO_TIME, isSpan: true };
  let isTime = false;
  let rest = text.slice(1);
  while (!/^(\/|\s|$)/.test(rest)) {
    if (rest.startsWith("T")) {
      isTime = true;
      rest = rest.slice(1);
      continue;
    }
    const match = AMOUNT.exec(rest);
    const size = Number(match?.[1]);
    if (!match || size > MAX_NUMBER) return wrong(`no valid integer at '${rest}'`);
    const amount = match[0].includes("-") ? -size : size;
    const unit = rest.charAt(match[0].length);
    if (unit === "") return wrong(`no units after ${amount}`);
    const next = withUnit(span, unit, amount, isTime);
    if (!next) return wrong(`'${unit}' is not a valid time unit`);
    if (Math.abs(next.seconds) > MAX_NUMBER || Math.abs(next.days) > MAX_NUMBER)
      return wrong(`integer at '${rest}' is too ${amount > 0 ? "large" : "small"}`);
    span = next;
    rest = rest.slice(match[0].length + 1);
  }
  return span.years || span.months || span.days || span.seconds ? ok(span) : wrong("no amounts and units given");
}

function withUnit(span: WallTime, unit: string, amount: number, isTime: boolean): WallTime | undefined {
  switch (unit) {
    case "Y":
      return { ...span, years: amount };
    case "M":
      return isTime ? { ...span, seconds: span.seconds + amount * 60 } : { ...span, months: amount };
    case "W":
      return { ...span, days: span.days + amount * 7 };
    case "D":
      return { ...span, days: span.days + amount };
    case "H":
      return { ...span, seconds: span.seconds + amount * 3600 };
    case "S":
      return { ...span, seconds: span.seconds + amount };
    default:
      return undefined;
  }
}

/** Two times, a time and a span, or a span and a time, with a slash between; a span alone begins now. */
export function parsePeriod(text: string, nowEpochSeconds: number): Parsed<Period> {
  const wrong = (shown: string, reason: string): Parsed<never> =>
    fail({ source: "crm_time_parse_period", text: `'${shown}' is not a valid ISO 8601 time period because ${reason}` });
  if (text === "") return fail({ source: "crm_time_parse_period", text: "No ISO 8601 time period given" });
  const slash = text.indexOf("/");
  const second = slash < 0 ? undefined : text.slice(slash + 1);
  const period = text.startsWith("P") ? fromSpan(text, second, nowEpochSeconds) : fromTime(text, second, nowEpochSeconds);
  if (period === "two spans") return wrong(text, "it has two durations");
  if (period === "no end") return wrong(text, "it has no duration or ending time");
  if (!period.ok) return period;
  if (!isInCalendar(period.value.start)) return wrong(second ?? text, "the start is invalid");
  return isInCalendar(period.value.end) ? period : wrong(second ?? text, "the end is invalid");
}

function fromSpan(text: string, second: string | undefined, now: number): Parsed<Period> | "two spans" {
  const span = parseSpan(text);
  if (!span.ok) return span;
  if (second === undefined) return ok({ start: wallTimeOf(now), end: moved(wallTimeOf(now), span.value, 1) });
  if (second.startsWith("P")) return "two spans";
  const end = parseWallTime(second, now);
  return end.ok ? ok({ start: moved(end.value, span.value, -1), end: end.value }) : end;
}

function fromTime(text: string, second: string | undefined, now: number): Parsed<Period> | "no end" {
  const start = parseWallTime(text, now);
  if (!start.ok) return start;
  if (second === undefined) return "no end";
  if (!second.startsWith("P")) {
    const end = parseWallTime(second, now);
    return end.ok ? ok({ start: start.value, end: end.value }) : end;
  }
  const span = parseSpan(second);
  return span.ok ? ok({ start: start.value, end: moved(start.value, span.value, 1) }) : span;
}
