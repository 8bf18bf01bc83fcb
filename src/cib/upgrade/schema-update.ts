import { XmlElement } from "../../xml/element.ts";
import type { SchemaProblem } from "../schema-problem.ts";
import { NO_SCHEMA, SCHEMAS } from "../schemas.ts";
import { schemaCheck } from "../validate.ts";
import { foldReferences, unfoldReferences } from "./id-references.ts";
import { upgradeTo20 } from "./to-2.0.ts";
import { upgradeTo30 } from "./to-3.0.ts";
import { upgradeTo40 } from "./to-4.0.ts";
import type { UpgradeNote } from "./upgrade-note.ts";

/** One thing that happened on the way from a schema to newer ones. */
export type UpdateStep =
  | { readonly kind: "checked"; readonly schema: string; readonly problems: readonly SchemaProblem[] }
  | {
      readonly kind: "transformed";
      readonly from: string;
      readonly to: string;
      /** What each part of the way said, in order. */
      readonly parts: readonly (readonly UpgradeNote[])[];
      readonly problem: string | undefined;
    };

/** What came of it. */
export interface SchemaUpdate {
  /** The document under the newest schema it fits: the same one when that is what it named, or when it fits none. */
  readonly cib: XmlElement;
  /** Undefined when it fits none from the one it names on. */
  readonly best: string | undefined;
  readonly steps: readonly UpdateStep[];
}

/** Leads a document to the next major version; gives its parts' notes, or why it cannot be done. */
type Transform = (cib: XmlElement) => readonly (readonly UpgradeNote[])[] | string;

const TRANSFORMS: Readonly<Record<string, Transform>> = {
  "pacemaker-1.3": (cib) => [upgradeTo20(cib)],
  "pacemaker-2.10": (cib) => {
    const problem = unfoldReferences(cib);
    return problem ?? [[], upgradeTo30(cib), foldReferences(cib)];
  },
  "pacemaker-3.10": (cib) => [upgradeTo40(cib)],
};

/**
 * Brings a document to the newest schema it can have, or that `newest` names: where the next major version no longer knows
 * something in it, it is transformed. The document passed in is not changed. Source: Pacemaker 3.0.2's schema updates.
 */
export function updateSchema(document: XmlElement, newest: string = SCHEMAS.at(-1) ?? ""): SchemaUpdate {
  const named = document.get("validate-with") ?? "";
  const steps: UpdateStep[] = [];
  const last = SCHEMAS.indexOf(newest);
  const first = SCHEMAS.indexOf(named);
  if (named === NO_SCHEMA || first >= last) return { cib: document, best: named, steps };
  let cib = document;
  let best: string | undefined;
  let check = schemaCheck(cib);
  for (let at = Math.max(0, first); at <= last; at += 1) {
    const schema = SCHEMAS[at] as string;
    const problems = check(schema);
    steps.push({ kind: "checked", schema, problems });
    if (problems.length > 0) {
      if (best !== undefined) break;
      continue;
    }
    best = schema;
    const next = SCHEMAS[at + 1];
    const transform = Object.hasOwn(TRANSFORMS, schema) ? TRANSFORMS[schema] : undefined;
    if (at === last || next === undefined || !transform || check(next).length === 0) continue;
    const made = cib.clone();
    const parts = transform(made);
    const fresh = schemaCheck(made);
    const [wrong] = typeof parts === "string" ? [] : fresh(next);
    const problem = typeof parts === "string" ? parts : wrong && `${wrong.path}: ${wrong.message}`;
    steps.push({ kind: "transformed", from: schema, to: next, parts: typeof parts === "string" ? [] : parts, problem });
    if (problem !== undefined) continue;
    cib = made;
    check = fresh;
  }
  if (best === undefined || best === named) return { cib: document, best, steps };
  const updated = cib === document ? new XmlElement(cib.name, cib.attributes, cib.children, cib.text) : cib;
  return { cib: updated.set("validate-with", best), best, steps };
}
