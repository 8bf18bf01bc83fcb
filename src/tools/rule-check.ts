import { EXIT } from "../model/exit-code.ts";
import { addDays, addMonths, addSeconds, addYears, epochSecondsOf, gregorian, type WallTime, weekDate } from "../time/wall-time.ts";
import { parseWallTime } from "../time/wall-time-parse.ts";
import type { XmlElement } from "../xml/element.ts";

/** How a time stands to a rule. */
export type RuleState = "within" | "satisfied" | "expired" | "early" | "unsatisfied";

/** Why a rule cannot be used, under the name of the step as Pacemaker's logs have it. */
export interface RuleNote {
  readonly source: string;
  readonly text: string;
}

/** What came of checking a rule; a problem has the exit code and the reason, and what the log says besides. */
export type RuleVerdict =
  | { readonly state: RuleState }
  | { readonly exitCode: number; readonly problem: string; readonly log?: readonly RuleNote[] };

/** Exit codes of the states. */
export const RULE_EXIT: Readonly<Record<RuleState, number>> = {
  within: EXIT.ok,
  satisfied: EXIT.ok,
  expired: EXIT.expired,
  early: EXIT.notYetInEffect,
  unsatisfied: EXIT.unsatisfied,
};

const EXPRESSION = "pcmk__evaluate_date_expression";
const RANGE = "evaluate_in_range";
const MALFORMED = "Error parsing rule";
const TOO_MUCH = "Rule must either not use date_spec, or use date_spec with years=";

/** Checks one rule of a configuration; only rules with a single date expression can be told without more knowledge. */
export function checkRule(cib: XmlElement, id: string, now: WallTime): RuleVerdict {
  const rules = [...cib.walk()].filter((node) => node.name === "rule" && node.id === id);
  const [rule, ...others] = rules;
  if (!rule) return { exitCode: EXIT.noSuchObject, problem: "Rule not found" };
  if (others.length > 0) return { exitCode: EXIT.multiple, problem: "Found more than one rule with matching ID" };
  const expressions = [...rule.walk()].filter((node) => node.name === "date_expression");
  const [expression] = expressions;
  if (!expression) return { exitCode: EXIT.unimplemented, problem: "Rule does not have a date expression" };
  if (expressions.length > 1) return { exitCode: EXIT.unimplemented, problem: "Rule has more than one date expression" };
  const operation = expression.get("operation");
  const isSpec = operation === undefined || operation === "date_spec";
  if (isSpec && (operation === undefined || !expression.childrenNamed("date_spec").some((spec) => spec.get("years") !== undefined)))
    return { exitCode: EXIT.unimplemented, problem: TOO_MUCH };
  const state = evaluate(expression, operation ?? "", now);
  return typeof state === "string" ? { state } : { exitCode: EXIT.configuration, problem: MALFORMED, log: state.notes };
}

/** Why an expression cannot be used. */
interface Broken {
  readonly notes: readonly RuleNote[];
}

function note(expression: XmlElement, source: string, reason: string): RuleNote {
  return { source, text: `Treating date_expression ${expression.id} as not passing because ${reason}` };
}

function broken(expression: XmlElement, source: string, reason: string): Broken {
  return { notes: [note(expression, source, reason)] };
}

function compare(a: WallTime, b: WallTime): number {
  return epochSecondsOf(a) - epochSecondsOf(b);
}

function evaluate(expression: XmlElement, operation: string, now: WallTime): RuleState | Broken {
  if (!expression.id) return { notes: [{ source: EXPRESSION, text: "Treating date_expression without id as not passing" }] };
  switch (operation.toLowerCase()) {
    case "in_range":
      return inRange(expression, now);
    case "date_spec":
      return matchesSpec(expression, now);
    case "gt": {
      const start = timeOf(expression, "evaluate_gt", "start", now);
      if (start && "notes" in start) return start;
      if (!start) return broken(expression, "evaluate_gt", "gt requires start");
      return compare(now, start) > 0 ? "within" : "early";
    }
    case "lt": {
      const end = timeOf(expression, "evaluate_lt", "end", now);
      if (end && "notes" in end) return end;
      if (!end) return broken(expression, "evaluate_lt", "gt requires end");
      return compare(now, end) < 0 ? "within" : "expired";
    }
    default:
      return broken(expression, EXPRESSION, `'${operation}' is not a valid operation`);
  }
}

function timeOf(expression: XmlElement, source: string, name: string, now: WallTime): WallTime | Broken | undefined {
  const text = expression.get(name);
  if (text === undefined) return undefined;
  const parsed = parseWallTime(text, epochSecondsOf(now));
  return parsed.ok ? parsed.value : { notes: [parsed.error, note(expression, source, `${name} is invalid`)] };
}

function inRange(expression: XmlElement, now: WallTime): RuleState | Broken {
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
  if (start && compare(now, start) < 0) return "early";
  return end && compare(now, end) > 0 ? "expired" : "within";
}

/** End of a duration, or why it has none. */
function endOf(duration: XmlElement, start: WallTime): WallTime | string {
  if (!duration.id) return "duration subelement has no id";
  const adders: readonly [string, (time: WallTime, extra: number) => WallTime][] = [
    ["years", addYears],
    ["months", addMonths],
    ["weeks", (time, extra) => addDays(time, extra * 7)],
    ["days", addDays],
    ["hours", (time, extra) => addSeconds(time, extra * 3600)],
    ["minutes", (time, extra) => addSeconds(time, extra * 60)],
    ["seconds", addSeconds],
  ];
  let end = start;
  for (const [name, add] of adders) {
    const text = duration.get(name) ?? "0";
    if (!/^\s*[+-]?\d+/.test(text)) return `duration ${duration.id} attribute ${name} is invalid: Could not parse XML`;
    end = add(end, Number.parseInt(text, 10));
  }
  return end;
}

function matchesSpec(expression: XmlElement, now: WallTime): RuleState | Broken {
  const spec = expression.child("date_spec");
  if (!spec) return broken(expression, EXPRESSION, "date_spec operations require a date_spec subelement");
  if (!spec.id) return broken(expression, "pcmk__evaluate_date_spec", "date_spec subelement has no id");
  const { year, month, day } = gregorian(now);
  const week = weekDate(now);
  const fields: readonly [string, number][] = [
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
  for (const [name, value] of fields) {
    const range = spec.get(name);
    if (range === undefined) continue;
    const match = /^\s*(\d*)(-?)(\d*)\s*$/.exec(range);
    if (!match || (match[1] === "" && match[3] === ""))
      return broken(expression, "check_range", `'${range}' is not a valid range for date_spec attribute ${name}`);
    const low = match[1] === "" ? -1 : Number(match[1]);
    const high = match[2] === "" ? low : match[3] === "" ? -1 : Number(match[3]);
    if (low !== -1 && value < low) return "early";
    if (high !== -1 && value > high) return "expired";
  }
  return "satisfied";
}
