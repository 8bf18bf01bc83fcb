import { parseIsoInstant } from "../../time/instant.ts";
import type { XmlElement } from "../../xml/element.ts";

/** What a rule is judged against. */
export interface RuleContext {
  readonly nowEpochSeconds: number;
  /** Attributes of the node in question; undefined where there is no node. */
  readonly attributes?: ReadonlyMap<string, string> | undefined;
  readonly agent?: { readonly agentClass: string; readonly provider: string; readonly type: string };
  readonly operation?: { readonly name: string; readonly intervalMs: number };
}

/** True when the rule holds. An empty rule holds. Source: Pacemaker Explained, "Rules". */
export function ruleHolds(rule: XmlElement, context: RuleContext): boolean {
  const isOr = rule.get("boolean-op") === "or";
  const conditions = rule.children.filter((child) => /^(expression|date_expression|rsc_expression|op_expression|rule)$/.test(child.name));
  if (conditions.length === 0) return true;
  return isOr ? conditions.some((c) => conditionHolds(c, context)) : conditions.every((c) => conditionHolds(c, context));
}

function conditionHolds(condition: XmlElement, context: RuleContext): boolean {
  switch (condition.name) {
    case "rule":
      return ruleHolds(condition, context);
    case "expression":
      return attributeHolds(condition, context.attributes ?? new Map());
    case "date_expression":
      return dateHolds(condition, context.nowEpochSeconds);
    case "rsc_expression": {
      const agent = context.agent;
      if (!agent) return false;
      const fits = (name: string, value: string): boolean => condition.get(name) === undefined || condition.get(name) === value;
      return fits("class", agent.agentClass) && fits("provider", agent.provider) && fits("type", agent.type);
    }
    case "op_expression":
      return context.operation !== undefined && condition.get("name") === context.operation.name;
    default:
      return false;
  }
}

function attributeHolds(expression: XmlElement, attributes: ReadonlyMap<string, string>): boolean {
  const actual = attributes.get(expression.get("attribute") ?? "");
  const operation = expression.get("operation") ?? "";
  if (operation === "defined") return actual !== undefined;
  if (operation === "not_defined") return actual === undefined;
  const wanted = expression.get("value") ?? "";
  if (actual === undefined) return operation === "ne";
  const order = compareValues(actual, wanted, expression.get("type"), operation);
  switch (operation) {
    case "eq":
      return order === 0;
    case "ne":
      return order !== 0;
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

function compareValues(a: string, b: string, type: string | undefined, operation: string): number {
  const isOrdering = ["lt", "lte", "gt", "gte"].includes(operation);
  const kind = type ?? (isOrdering ? (a.includes(".") || b.includes(".") ? "number" : "integer") : "string");
  if (kind === "version") return compareVersions(a, b);
  if (kind === "integer" || kind === "number") {
    const read = kind === "integer" ? (text: string): number => Number.parseInt(text, 10) : Number.parseFloat;
    const x = read(a);
    const y = read(b);
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  }
  const x = a.toLowerCase();
  const y = b.toLowerCase();
  return x < y ? -1 : x > y ? 1 : 0;
}

function compareVersions(a: string, b: string): number {
  const x = a.split(/[.\-+]/).map((part) => Number.parseInt(part, 10) || 0);
  const y = b.split(/[.\-+]/).map((part) => Number.parseInt(part, 10) || 0);
  for (let i = 0; i < Math.max(x.length, y.length); i += 1) if ((x[i] ?? 0) !== (y[i] ?? 0)) return (x[i] ?? 0) - (y[i] ?? 0);
  return 0;
}

function dateHolds(expression: XmlElement, now: number): boolean {
  const start = instant(expression.get("start"));
  const end = instant(expression.get("end"));
  switch (expression.get("operation") ?? "in_range") {
    case "gt":
      return start !== undefined && now > start;
    case "lt":
      return end !== undefined && now < end;
    case "in_range":
      return (start === undefined || now >= start) && (end === undefined || now <= end);
    default:
      return false;
  }
}

function instant(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseIsoInstant(text);
}
