import { EXIT } from "../../model/exit-code.ts";
import { type DateNote, type DateState, judgeDate } from "../../scheduler/unpack/configuration/date-rules.ts";
import type { WallTime } from "../../time/wall-time.ts";
import type { XmlElement } from "../../xml/element.ts";

/** What came of checking a rule; a problem has the exit code and the reason, and what the log says besides. */
export type RuleVerdict =
  | { readonly state: DateState }
  | { readonly exitCode: number; readonly problem: string; readonly log?: readonly DateNote[] };

/** Exit codes of the states. */
export const RULE_EXIT: Readonly<Record<DateState, number>> = {
  within: EXIT.ok,
  satisfied: EXIT.ok,
  expired: EXIT.expired,
  early: EXIT.notYetInEffect,
};

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
  const hasYears = expression.childrenNamed("date_spec").some((spec) => spec.get("years") !== undefined);
  if (operation === undefined || (operation === "date_spec" && !hasYears)) return { exitCode: EXIT.unimplemented, problem: TOO_MUCH };
  const verdict = judgeDate(expression, now);
  return "state" in verdict ? verdict : { exitCode: EXIT.configuration, problem: MALFORMED, log: verdict.notes };
}
