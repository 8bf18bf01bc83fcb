import { OCF } from "../model/exit-code.ts";
import { addScores, formatScore, INFINITY_SCORE, parseScore } from "../score/score.ts";
import { element, type XmlElement } from "../xml/element.ts";

/** Id of the nvpair of an attribute: characters XML ids do not allow become dots. */
function pairId(nodeId: string, name: string): string {
  return `status-${nodeId}-${name}`.replace(/[^A-Za-z0-9_.-]/g, ".");
}

function attributeSet(nodeState: XmlElement): XmlElement | undefined {
  return nodeState.child("transient_attributes")?.children.find((child) => child.name === "instance_attributes");
}

/** Value of a transient attribute of a node. */
export function transientAttribute(nodeState: XmlElement, name: string): string | undefined {
  return attributeSet(nodeState)
    ?.children.find((pair) => pair.get("name") === name)
    ?.get("value");
}

/** All transient attributes of a node, in document order. */
export function transientAttributes(nodeState: XmlElement): Map<string, string> {
  const pairs = attributeSet(nodeState)?.childrenNamed("nvpair") ?? [];
  return new Map(pairs.map((pair) => [pair.get("name") ?? "", pair.get("value") ?? ""]));
}

/** Sets or, with undefined, removes a transient attribute. Layout as Pacemaker's attribute manager writes it. */
export function setTransientAttribute(nodeState: XmlElement, name: string, value: string | undefined): void {
  const nodeId = nodeState.id ?? "";
  const set = nodeState.childOrCreate("transient_attributes", nodeId).childOrCreate("instance_attributes", `status-${nodeId}`);
  const pair = set.children.find((child) => child.get("name") === name);
  if (value === undefined) {
    if (pair) set.remove(pair);
  } else if (pair) {
    pair.set("value", value);
  } else {
    set.children.push(element("nvpair", { id: pairId(nodeId, name), name, value }));
  }
}

/** A failed operation, as fail counts see it. */
export interface CountedFailure {
  readonly resourceId: string;
  readonly operation: string;
  readonly intervalMs: number;
  readonly exitCode: number;
  readonly isIgnored: boolean;
  /** A failed start counts INFINITY. */
  readonly isStartFailureFatal: boolean;
  readonly epochSeconds: number;
}

/** Raises the fail count and notes the time of the failure. Source: runtime behaviour of Pacemaker 3.0.2, "Fail counts". */
export function countFailure(nodeState: XmlElement, failure: CountedFailure): void {
  const suffix = `${failure.resourceId}#${failure.operation}_${failure.intervalMs}`;
  const isRecurring = failure.intervalMs > 0;
  const isFatal = failure.operation === "stop" || (failure.operation === "start" && failure.isStartFailureFatal);
  const isCounted = isRecurring || ["start", "stop", "promote", "demote", "asyncmon"].includes(failure.operation);
  if (!isCounted || (failure.operation === "monitor" && !isRecurring && failure.exitCode === OCF.notRunning)) return;
  if (!failure.isIgnored) {
    const old = parseScore(transientAttribute(nodeState, `fail-count-${suffix}`) ?? "0") ?? 0;
    setTransientAttribute(nodeState, `fail-count-${suffix}`, formatScore(isFatal ? INFINITY_SCORE : addScores(old, 1)));
  }
  setTransientAttribute(nodeState, `last-failure-${suffix}`, String(failure.epochSeconds));
}

/** Removes fail counts and failure times of a resource, all of them or those of one operation. */
export function clearFailCounts(nodeState: XmlElement, resourceId: string, operation?: string, intervalMs?: number): void {
  const set = attributeSet(nodeState);
  if (!set) return;
  const wanted = operation === undefined ? `${resourceId}#` : `${resourceId}#${operation}_${intervalMs ?? 0}`;
  for (const pair of set.childrenNamed("nvpair")) {
    const name = pair.get("name") ?? "";
    const rest = /^(?:fail-count|last-failure)-(.*)$/.exec(name)?.[1];
    if (rest === undefined) continue;
    if (operation === undefined ? rest.startsWith(wanted) : rest === wanted) set.remove(pair);
  }
}
