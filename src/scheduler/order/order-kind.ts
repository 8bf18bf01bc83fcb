import { parseBoolean } from "../../cib/document.ts";
import { parseScore } from "../../score/score.ts";
import type { XmlElement } from "../../xml/element.ts";
import { isUpTask } from "../plan/action.ts";
import { RELATION } from "../plan/relation.ts";

/** How binding an order is. */
export type OrderKind = "Mandatory" | "Optional" | "Serialize";

/** Which half of an order is meant: the only one, the way up, or its inverse on the way down. */
export type Symmetry = "asymmetric" | "symmetric" | "inverse";

const INVERSE: Readonly<Record<string, string>> = {
  start: "stop",
  stop: "start",
  promote: "demote",
  demote: "promote",
  promoted: "demoted",
  demoted: "promoted",
  running: "stopped",
  stopped: "running",
};

/** What undoes an action; undefined for what cannot be undone. */
export function inverseOf(action: string): string | undefined {
  return INVERSE[action];
}

/** Kind of an order or set: the attribute, else by the old score, else mandatory. */
export function orderKind(xml: XmlElement): OrderKind {
  const kind = xml.get("kind");
  if (kind === "Optional" || kind === "Serialize") return kind;
  const score = xml.get("score");
  return kind === undefined && score !== undefined && (parseScore(score) ?? 0) === 0 ? "Optional" : "Mandatory";
}

/** Whether an order or set holds for the way down too; a set takes what it does not say from its order. */
export function orderSymmetry(xml: XmlElement | undefined, parentKind: OrderKind, parentSymmetrical: string | undefined): Symmetry {
  const kind = xml && (xml.get("kind") !== undefined || xml.get("score") !== undefined) ? orderKind(xml) : parentKind;
  const own = parseBoolean(xml?.get("symmetrical"));
  const isSymmetrical = own ?? (parentSymmetrical === undefined ? undefined : (parseBoolean(parentSymmetrical) ?? false));
  if (kind === "Serialize") return "asymmetric";
  return (isSymmetrical ?? true) ? "symmetric" : "asymmetric";
}

/** Flags of the relation that a half of an order makes. */
export function flagsOf(kind: OrderKind, firstAction: string, symmetry: Symmetry): number {
  if (kind === "Optional") return RELATION.ordered;
  if (kind === "Serialize") return RELATION.serialize;
  switch (symmetry) {
    case "asymmetric":
      return RELATION.ordered | RELATION.asymmetric;
    case "symmetric":
      return RELATION.ordered | RELATION.firstImpliesThen | (isUpTask(firstAction) ? RELATION.unrunnableFirstBlocks : 0);
    case "inverse":
      return RELATION.ordered | RELATION.thenImpliesFirst;
  }
}
