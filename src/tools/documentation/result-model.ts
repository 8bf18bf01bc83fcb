/** Kinds of attribute values; a question mark says that the attribute may be missing. */
type AttributeKind = "text" | "boolean" | "integer" | "text?" | "boolean?" | "integer?";

/** What an element of a tool's answer may look like. */
export interface ResultElement {
  /** Its name in answers, when the same name has several meanings. */
  readonly name?: string;
  readonly attributes?: Readonly<Record<string, AttributeKind>>;
  /** Elements that may be inside, by their keys in the model. */
  readonly children?: readonly string[];
  /** It may have text. */
  readonly text?: boolean;
  /** It may have other attributes too: those of a ticket, or names that people choose. */
  readonly open?: boolean;
}

/** What tools answer with `--output-as=xml` and `json`: the one source of the published schemas (share/schemas/model.json). */
export interface ResultModel {
  /** Raised when an answer that was good before is no longer. */
  readonly version: number;
  /** Elements that stand in each tool's answer, by their keys. */
  readonly tools: Readonly<Record<string, readonly string[]>>;
  readonly elements: Readonly<Record<string, ResultElement>>;
}

/** Keys of all elements that a tool's answer may contain, sorted. Throws an Error for a key that the model does not explain. */
export function reachableElements(model: ResultModel, tool: string): readonly string[] {
  const found = new Set<string>();
  const waiting = [...(model.tools[tool] ?? []), "status"];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (found.has(key)) continue;
    const element = model.elements[key];
    if (!element) throw new Error(`share/schemas/model.json: ${tool}: there is no element ${key}`);
    found.add(key);
    waiting.push(...(element.children ?? []));
  }
  return [...found].sort();
}

/** Whether an attribute has to be there, and what its value is. */
export function attributeKind(kind: AttributeKind): { readonly isRequired: boolean; readonly type: "text" | "boolean" | "integer" } {
  return { isRequired: !kind.endsWith("?"), type: kind.replace("?", "") as "text" | "boolean" | "integer" };
}
