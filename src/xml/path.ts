import { LIMITS } from "../base/limits.ts";
import { fail, ok, type Result } from "../base/result.ts";
import { COMMENT, type XmlElement } from "./element.ts";

type Condition =
  | { readonly kind: "attribute"; readonly name: string; readonly operator: "exists" | "=" | "!="; readonly value: string | number }
  | { readonly kind: "child"; readonly name: string }
  | { readonly kind: "text"; readonly name: string; readonly test: "contains" | "starts-with"; readonly value: string }
  | { readonly kind: "position"; readonly position: number | "last" }
  | { readonly kind: "not"; readonly inner: Condition }
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] };

interface Step {
  readonly axis: "child" | "descendant" | "parent" | "self";
  readonly name: string;
  readonly conditions: readonly Condition[];
}

/** A compiled path: alternatives joined by `|`, each a chain of steps. */
export interface XmlPath {
  readonly text: string;
  readonly alternatives: readonly (readonly Step[])[];
}

/**
 * Compiles the part of XPath 1.0 that cluster tools use: absolute paths with `/` and `//`, the axes `child::`,
 * `descendant::` and `parent::`, `.` and `..`, element names and `*`, `/` alone for the root, an attribute at the end for the elements that have it,
 * predicates on attributes (`[@id='x']`, `[@id=1]`, `!=`, `[@id]`, `contains(@id,'x')`, `starts-with(@id,'x')`), positions (`[2]`,
 * `[position()=2]`, `[last()]`), child names, `and`, `or`, `not()`, and unions.
 * Anything else is refused with the place where reading stopped.
 */
export function compilePath(text: string): Result<XmlPath, string> {
  if (text.length > LIMITS.xmlPathCharacters) return fail(`path is longer than ${LIMITS.xmlPathCharacters} characters`);
  const reader = new PathReader(text);
  const alternatives: Step[][] = [];
  do {
    const steps = reader.steps();
    if (steps === undefined) return fail(`cannot read the path ${text} at character ${reader.position + 1}`);
    alternatives.push(steps);
  } while (reader.take("|"));
  return reader.isAtEnd() ? ok({ text, alternatives }) : fail(`cannot read the path ${text} at character ${reader.position + 1}`);
}

/** All elements the path selects, in document order, each once. */
export function selectElements(root: XmlElement, path: XmlPath): XmlElement[] {
  const hits = new Set<XmlElement>();
  for (const steps of path.alternatives) for (const hit of runSteps(root, steps)) hits.add(hit);
  const isInOrder = path.alternatives.length === 1 && path.alternatives[0]?.every(({ axis }) => axis !== "descendant");
  return isInOrder || hits.size < 2 ? [...hits] : [...root.walk()].filter((node) => hits.has(node));
}

/** Path of an element inside `root`, each step with its id: `/cib/configuration/resources/group[@id='g']`. */
export function pathOf(root: XmlElement, target: XmlElement): string | undefined {
  const step = `/${target.name}${target.id === undefined ? "" : `[@id='${target.id}']`}`;
  if (root === target) return step;
  for (const child of root.children) {
    const below = pathOf(child, target);
    if (below !== undefined) return `/${root.name}${root.id === undefined ? "" : `[@id='${root.id}']`}${below}`;
  }
  return undefined;
}

/** Chain of elements from `root` down to `target`, both included; undefined when it is not below root. */
export function ancestry(root: XmlElement, target: XmlElement): XmlElement[] | undefined {
  if (root === target) return [root];
  for (const child of root.children) {
    const below = ancestry(child, target);
    if (below) return [root, ...below];
  }
  return undefined;
}

function runSteps(root: XmlElement, steps: readonly Step[]): XmlElement[] {
  let current: Set<XmlElement> | undefined;
  for (const step of steps) {
    const next = new Set<XmlElement>();
    if (current && (step.axis === "parent" || step.axis === "self")) {
      for (const node of step.axis === "parent" ? parentsOf(root, current) : current) if (selected([node], step).length > 0) next.add(node);
      current = next;
      continue;
    }
    const parents: readonly (XmlElement | undefined)[] = current ? [...current] : [undefined];
    for (const parent of parents) {
      for (const siblings of candidateLists(root, parent, step)) for (const node of selected(siblings, step)) next.add(node);
    }
    current = next;
  }
  return current ? [...current] : [root];
}

/** Those of siblings that a step means. Positions in a condition count what the conditions before it left. */
function selected(siblings: readonly XmlElement[], { name, conditions }: Step): readonly XmlElement[] {
  let left: readonly XmlElement[] = siblings.filter((node) => node.name !== COMMENT && (name === "*" || node.name === name));
  for (const condition of conditions)
    left = left.filter((node, at, { length }) => holds(condition, node, { position: at + 1, last: length }));
  return left;
}

/** The elements that hold these, in document order; the root is held by none. */
function parentsOf(root: XmlElement, held: ReadonlySet<XmlElement>): XmlElement[] {
  return [...root.walk()].filter((node) => node.children.some((child) => held.has(child)));
}

function candidateLists(root: XmlElement, parent: XmlElement | undefined, step: Step): XmlElement[][] {
  if (step.axis === "child") return [parent ? parent.children : [root]];
  const lists: XmlElement[][] = parent ? [] : [[root]];
  for (const node of (parent ?? root).walk()) lists.push(node.children);
  return lists;
}

/** Where a node stands among those that are looked at together, from 1 on. */
interface Place {
  readonly position: number;
  readonly last: number;
}

function holds(condition: Condition, node: XmlElement, place: Place): boolean {
  switch (condition.kind) {
    case "attribute": {
      const value = node.get(condition.name);
      if (value === undefined) return false;
      const isEqual = typeof condition.value === "number" ? Number(value.trim() || "x") === condition.value : value === condition.value;
      return condition.operator === "exists" || isEqual === (condition.operator === "=");
    }
    case "child":
      return node.children.some((child) => child.name === condition.name);
    case "text": {
      // An attribute that is not there is empty text.
      const value = node.get(condition.name) ?? "";
      return condition.test === "contains" ? value.includes(condition.value) : value.startsWith(condition.value);
    }
    case "position":
      return place.position === (condition.position === "last" ? place.last : condition.position);
    case "not":
      return !holds(condition.inner, node, place);
    case "and":
      return condition.parts.every((part) => holds(part, node, place));
    case "or":
      return condition.parts.some((part) => holds(part, node, place));
  }
}

class PathReader {
  position = 0;
  #depth = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  isAtEnd(): boolean {
    this.#skipSpace();
    return this.position >= this.#text.length;
  }

  take(token: string): boolean {
    this.#skipSpace();
    if (!this.#text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  steps(): Step[] | undefined {
    const steps: Step[] = [];
    for (;;) {
      const isDescendant = this.take("//");
      if (!isDescendant && !this.take("/")) break;
      if (this.take("@")) return this.#withAttribute(steps, isDescendant);
      if (!isDescendant && steps.length === 0 && (this.isAtEnd() || this.#text[this.position] === "|")) return [];
      const step = this.#nodeTest(isDescendant ? "descendant" : "child");
      // Above the root there is nothing, and what is above or at whatever lies below is nobody's question.
      const isUp = step?.axis === "parent" || step?.axis === "self";
      if (step === undefined || (isUp && (isDescendant || steps.length === 0))) return undefined;
      const conditions: Condition[] = [];
      while (this.take("[")) {
        const condition = this.#either();
        if (condition === undefined || !this.take("]")) return undefined;
        conditions.push(condition);
      }
      steps.push({ ...step, conditions });
    }
    return steps.length > 0 ? steps : undefined;
  }

  #nodeTest(usual: "child" | "descendant"): Pick<Step, "axis" | "name"> | undefined {
    if (this.take("..")) return { axis: "parent", name: "*" };
    if (this.take(".")) return { axis: "self", name: "*" };
    let axis: Step["axis"] = usual;
    if (this.take("descendant::")) axis = "descendant";
    else if (this.take("parent::")) axis = "parent";
    else this.take("child::");
    const name = this.take("*") ? "*" : this.#name();
    return name === undefined ? undefined : { axis, name };
  }

  /** An attribute at the end stands for the element that has it. */
  #withAttribute(steps: readonly Step[], isDescendant: boolean): Step[] | undefined {
    const name = this.#name();
    const last = isDescendant && steps.length === 0 ? { axis: "descendant" as const, name: "*", conditions: [] } : steps.at(-1);
    if (name === undefined || !last || (isDescendant && steps.length > 0)) return undefined;
    const exists: Condition = { kind: "attribute", name, operator: "exists", value: "" };
    return [...steps.slice(0, -1), { ...last, conditions: [...last.conditions, exists] }];
  }

  #either(): Condition | undefined {
    return this.#joined("or", () => this.#joined("and", () => this.#single()));
  }

  #joined(kind: "and" | "or", read: () => Condition | undefined): Condition | undefined {
    const parts: Condition[] = [];
    do {
      const part = read();
      if (part === undefined) return undefined;
      parts.push(part);
    } while (this.#word(kind));
    return parts.length === 1 ? parts[0] : { kind, parts };
  }

  #single(): Condition | undefined {
    if (this.take("(")) return this.#nested();
    if (this.take("not(")) {
      const inner = this.#nested();
      return inner && { kind: "not", inner };
    }
    for (const test of ["contains", "starts-with"] as const) if (this.#call(test)) return this.#textTest(test);
    if (this.#call("last")) return this.take(")") ? { kind: "position", position: "last" } : undefined;
    if (this.#call("position")) {
      if (!this.take(")") || !this.take("=")) return undefined;
      if (this.#call("last")) return this.take(")") ? { kind: "position", position: "last" } : undefined;
      this.#skipSpace();
      const position = this.#number();
      return position === undefined ? undefined : { kind: "position", position };
    }
    if (this.take("@")) {
      const name = this.#name();
      if (name === undefined) return undefined;
      const operator = this.take("!=") ? "!=" : this.take("=") ? "=" : "exists";
      if (operator === "exists") return { kind: "attribute", name, operator, value: "" };
      const value = this.#literal() ?? this.#number();
      return value === undefined ? undefined : { kind: "attribute", name, operator, value };
    }
    this.#skipSpace();
    const position = this.#number();
    if (position !== undefined) return { kind: "position", position };
    const name = this.#name();
    return name === undefined ? undefined : { kind: "child", name };
  }

  /** The name of a function and its parenthesis. */
  #call(name: string): boolean {
    const before = this.position;
    if (this.take(name) && this.take("(")) return true;
    this.position = before;
    return false;
  }

  /** An attribute and the text it is looked through for. */
  #textTest(test: "contains" | "starts-with"): Condition | undefined {
    const name = this.take("@") ? this.#name() : undefined;
    if (name === undefined || !this.take(",")) return undefined;
    this.#skipSpace();
    const value = this.#literal();
    return value !== undefined && this.take(")") ? { kind: "text", name, test, value } : undefined;
  }

  /** What is in parentheses. */
  #nested(): Condition | undefined {
    this.#depth += 1;
    const inner = this.#depth > LIMITS.xmlPathDepth ? undefined : this.#either();
    this.#depth -= 1;
    return inner && this.take(")") ? inner : undefined;
  }

  #word(word: string): boolean {
    this.#skipSpace();
    const end = this.position + word.length;
    if (this.#text.slice(this.position, end) !== word || !/[\s(@]/.test(this.#text[end] ?? "")) return false;
    this.position = end;
    return true;
  }

  #name(): string | undefined {
    this.#skipSpace();
    const match = /^[A-Za-z_][\w.-]*/.exec(this.#text.slice(this.position, this.position + 256));
    if (!match) return undefined;
    this.position += match[0].length;
    return match[0];
  }

  #number(): number | undefined {
    this.#skipSpace();
    const digits = /^\d+/.exec(this.#text.slice(this.position, this.position + 20))?.[0];
    this.position += digits?.length ?? 0;
    return digits === undefined ? undefined : Number(digits);
  }

  #literal(): string | undefined {
    this.#skipSpace();
    const quote = this.#text[this.position];
    if (quote !== "'" && quote !== '"') return undefined;
    const end = this.#text.indexOf(quote, this.position + 1);
    if (end < 0) return undefined;
    const value = this.#text.slice(this.position + 1, end);
    this.position = end + 1;
    return value;
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.position] ?? "")) this.position += 1;
  }
}
