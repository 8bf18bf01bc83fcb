import { leadingDouble } from "../../../base/leading-double.ts";
import { compareBytes } from "../../../base/names.ts";
import type { XmlElement } from "../../../xml/element.ts";
import { timeMs } from "../../cluster/options.ts";
import { dateHolds } from "./date-rules.ts";
import { expressionFlaw } from "./expression-flaw.ts";

/** What a rule is judged against. What is left out counts as empty. */
export interface RuleContext {
  readonly nowEpochSeconds: number;
  /** Attributes of the node in question; undefined where there is no node. */
  readonly attributes?: ReadonlyMap<string, string> | undefined;
  readonly agent?: { readonly agentClass: string; readonly provider: string; readonly type: string };
  readonly operation?: { readonly name: string; readonly intervalMs: number };
  /** Instance parameters and meta-attributes of the resource, for values that are taken from there. */
  readonly parameters?: ReadonlyMap<string, string> | undefined;
  readonly meta?: ReadonlyMap<string, string> | undefined;
  /** What a resource pattern matched, for `%0` to `%9`. */
  readonly submatches?: readonly (string | undefined)[] | undefined;
  /** Told about each time at which a date expression will turn. */
  readonly onTurn?: ((epochSeconds: number) => void) | undefined;
  /** Told about each comparison of numbers that was made as one of texts, since one of them is no number. */
  readonly onTextual?: ((comparison: TextualComparison) => void) | undefined;
}

/** Two values that were to be numbers of a kind. */
export interface TextualComparison {
  readonly kind: "integer" | "number";
  readonly actual: string;
  readonly wanted: string;
}

/** True when the rule holds. An empty rule holds. Source: Pacemaker Explained, "Rules". */
export function ruleHolds(rule: XmlElement, context: RuleContext): boolean {
  const isOr = rule.get("boolean-op")?.toLowerCase() === "or";
  const conditions = rule.children.filter((child) => child.name !== "#comment");
  if (conditions.length === 0) return true;
  return isOr ? conditions.some((c) => conditionHolds(c, context)) : conditions.every((c) => conditionHolds(c, context));
}

/** True for a rule, and for what has one in it. */
export function hasRule(xml: XmlElement): boolean {
  return xml.name === "rule" || xml.childList.some(hasRule);
}

/** Puts what a pattern matched in the place of `%0` to `%9`. */
export function replaceSubmatches(text: string, submatches: readonly (string | undefined)[] | undefined): string {
  return submatches === undefined ? text : text.replace(/%(\d)/g, (_, digit: string) => submatches[Number(digit)] ?? "");
}

function conditionHolds(condition: XmlElement, context: RuleContext): boolean {
  switch (condition.name) {
    case "rule":
      return ruleHolds(condition, context);
    case "expression":
      return attributeHolds(condition, context);
    case "date_expression":
      return dateHolds(condition, context.nowEpochSeconds, context.onTurn);
    case "rsc_expression": {
      const { agentClass, provider, type } = context.agent ?? { agentClass: "", provider: "", type: "" };
      const fits = (name: string, value: string): boolean => condition.get(name) === undefined || condition.get(name) === value;
      return fits("class", agentClass) && fits("provider", provider) && fits("type", type);
    }
    case "op_expression": {
      const { operation } = context;
      const interval = condition.get("interval");
      if (operation === undefined || condition.get("name") !== operation.name) return false;
      return interval === undefined || timeMs(interval, Number.NaN) === operation.intervalMs;
    }
    default:
      return false;
  }
}

function attributeHolds(expression: XmlElement, context: RuleContext): boolean {
  const name = expression.get("attribute");
  if (name === undefined || expression.id === undefined || expressionFlaw(expression) !== undefined) return false;
  const actual = context.attributes?.get(replaceSubmatches(name, context.submatches));
  const operation = expression.get("operation")?.toLowerCase();
  const value = expression.get("value");
  if (operation === "defined") return actual !== undefined;
  if (operation === "not_defined") return actual === undefined;
  const wanted = value === undefined ? undefined : referenceValue(value, expression.get("value-source")?.toLowerCase(), context);
  const order = compareValues(actual, wanted, valueKind(expression, actual, wanted), context.onTextual);
  if (operation === "eq") return order === 0;
  if (operation === "ne") return order !== 0;
  if (actual === undefined || wanted === undefined) return false;
  switch (operation) {
    case "lt":
      return order < 0;
    case "lte":
      return order <= 0;
    case "gt":
      return order > 0;
    case "gte":
      return order >= 0;
    default:
      return false;
  }
}

function referenceValue(value: string, source: string | undefined, context: RuleContext): string | undefined {
  if (source === "param") return context.parameters?.get(value);
  return source === "meta" ? context.meta?.get(value) : value;
}

/** What values are compared as: as the expression says, else numbers where one is to be greater. */
function valueKind(expression: XmlElement, ...values: readonly (string | undefined)[]): string {
  const type = expression.get("type")?.toLowerCase();
  if (type !== undefined) return type;
  const operation = expression.get("operation")?.toLowerCase();
  if (operation === "eq" || operation === "ne") return "string";
  return values.some((value) => value?.includes(".")) ? "number" : "integer";
}

/** Order of two values as their kind has it; what is not set comes before everything. */
function compareValues(a: string | undefined, b: string | undefined, kind: string, onTextual: RuleContext["onTextual"]): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined);
  if (kind === "version") return compareVersions(a, b);
  if (kind === "integer" || kind === "number") {
    const read = kind === "integer" ? leadingLong : leadingDouble;
    const [x, y] = [read(a), read(b)];
    if (x !== undefined && y !== undefined) return Number(x > y) - Number(x < y);
    onTextual?.({ kind, actual: a, wanted: b });
  }
  return compareBytes(a.toLowerCase(), b.toLowerCase());
}

const LONG_LIMIT = 2n ** 63n;

/** The integer of 64 bits that a text begins with; undefined when it begins with none, or with one that is too large. */
function leadingLong(text: string): bigint | undefined {
  const digits = /^\s*([+-]?\d+)/.exec(text)?.[1];
  const value = digits === undefined ? undefined : BigInt(digits.replace("+", ""));
  return value === undefined || value >= LONG_LIMIT || value < -LONG_LIMIT ? undefined : value;
}

/** Of a version what begins with numbers and dots counts; what is missing is 0. */
function compareVersions(a: string, b: string): number {
  const parts = (text: string): readonly number[] => (/^\s*\d+(?:\.\d+)*/.exec(text)?.[0] ?? "").split(".").map(Number);
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i += 1) if ((x[i] ?? 0) !== (y[i] ?? 0)) return (x[i] ?? 0) - (y[i] ?? 0);
  return 0;
}
