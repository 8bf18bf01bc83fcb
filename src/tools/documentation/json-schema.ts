import { attributeKind, type ResultModel, reachableElements } from "./result-model.ts";

type Schema = Readonly<Record<string, unknown>>;

const TYPES: Readonly<Record<"text" | "boolean" | "integer", Schema>> = {
  text: { type: "string" },
  boolean: { enum: ["true", "false"] },
  integer: { type: "string", pattern: "^[+-]?[0-9]+$" },
};

/** The JSON Schema (2020-12) of one tool's answers with `--output-as=json`. */
export function jsonSchema(model: ResultModel, tool: string): string {
  const keys = reachableElements(model, tool).filter((key) => !["status", "errors", "error"].includes(key));
  const parts = model.tools[tool] ?? [];
  const status = {
    type: "object",
    properties: { code: { type: "integer" }, message: { type: "string" }, errors: { type: "array", items: { type: "string" } } },
    required: ["code", "message", "errors"],
    additionalProperties: false,
  };
  const schema = {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `kodou:${tool.replaceAll(" ", "-")}-${model.version}`,
    title: `What ${tool} --output-as=json prints, version ${model.version}`,
    type: "object",
    properties: { request: { type: "string" }, result: { type: "array", items: oneOf(parts) }, status },
    required: ["request", "result", "status"],
    additionalProperties: false,
    $defs: Object.fromEntries(keys.map((key) => [key, definition(model, key)])),
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function oneOf(keys: readonly string[]): Schema | false {
  return keys.length === 0 ? false : { anyOf: keys.map((key) => ({ $ref: `#/$defs/${key}` })) };
}

function definition(model: ResultModel, key: string): Schema {
  const { name = key, attributes = {}, children = [], text = false, open = false } = model.elements[key] ?? {};
  const entries = Object.entries(attributes).map(([attribute, kind]) => [attribute, attributeKind(kind)] as const);
  const properties: Record<string, unknown> = {
    element: { const: name },
    ...Object.fromEntries(entries.map(([attribute, { type }]) => [attribute, TYPES[type]])),
    ...(text ? { text: TYPES.text } : {}),
    ...(children.length === 0 ? {} : { children: { type: "array", items: oneOf(children) } }),
  };
  const required = ["element", ...entries.filter(([, { isRequired }]) => isRequired).map(([attribute]) => attribute)];
  return { type: "object", properties, required, additionalProperties: open ? TYPES.text : false };
}
