import type { XmlElement } from "../../../xml/element.ts";

const COMPARISONS = new Set(["eq", "ne", "lt", "lte", "gt", "gte"]);
const QUESTIONS = new Set(["defined", "not_defined"]);
const TYPES = new Set(["string", "integer", "number", "version"]);
const SOURCES = new Set(["literal", "param", "meta"]);

/**
 * Why an `expression` can never hold, as the end of a sentence ("because ..."); undefined when it can be judged. Schemas leave
 * open whether there is a value; all else they refuse, where a document is validated. Source: Pacemaker 3.0, evaluation of
 * rules.
 */
export function expressionFlaw(expression: XmlElement): string | undefined {
  const written = (name: string): string | undefined => expression.get(name);
  if (written("attribute") === undefined) return "attribute was not specified";
  const operation = written("operation")?.toLowerCase();
  if (operation === undefined) return "it has no operation";
  const isQuestion = QUESTIONS.has(operation);
  if (!isQuestion && !COMPARISONS.has(operation)) return notValid(written("operation"), "operation");
  if (!SOURCES.has(written("value-source")?.toLowerCase() ?? "literal")) return notValid(written("value-source"), "value-source");
  const hasValue = written("value") !== undefined;
  if (isQuestion && hasValue) return `value is not allowed when operation is ${written("operation")}`;
  if (!isQuestion && !hasValue) return `value is required when operation is ${written("operation")}`;
  return TYPES.has(written("type")?.toLowerCase() ?? "string") ? undefined : notValid(written("type"), "type");
}

const notValid = (text: string | undefined, name: string): string => `'${text}' is not a valid ${name}`;
