import type { XmlElement } from "../../xml/element.ts";

/** One operation of a history with its place among the others: what runs now was brought up at `startIndex`. */
export interface OrderedHistory {
  readonly operations: readonly XmlElement[];
  /** Index of the start that is in force, -1 for none. */
  readonly startIndex: number;
  readonly stopIndex: number;
}

/** Puts the operations of one resource on one node in the order in which they happened. Source: Pacemaker, operation history. */
export function orderedHistory(holder: XmlElement): OrderedHistory {
  const operations = holder.childrenNamed("lrm_rsc_op").reverse().sort(compareAge);
  let startIndex = -1;
  let stopIndex = -1;
  let impliedByMonitor = -1;
  let impliedByRole = -1;
  operations.forEach((operation, index) => {
    const task = operation.get("operation");
    if (task === "stop" && operation.get("op-status") === "0") stopIndex = index;
    else if (task === "start" || task === "migrate_from") startIndex = index;
    else if (task === "monitor" && impliedByMonitor <= stopIndex) {
      if (["0", "8"].includes(operation.get("rc-code") ?? "")) impliedByMonitor = index;
    } else if (task === "promote" || task === "demote") impliedByRole = index;
  });
  if (startIndex === -1) startIndex = impliedByRole !== -1 ? impliedByRole : impliedByMonitor;
  return { operations, startIndex, stopIndex };
}

/** Older first: by call, by time for one call; what is pending has no call yet and is placed by its transition. */
export function compareAge(a: XmlElement, b: XmlElement): number {
  const callA = integer(a.get("call-id"));
  const callB = integer(b.get("call-id"));
  if (callA === -1 && callB === -1) return 0;
  if (callA >= 0 && callB >= 0) {
    if (callA !== callB) return callA - callB;
    const timeA = integer(a.get("last-rc-change"));
    const timeB = integer(b.get("last-rc-change"));
    return (timeA >= 0 && timeA < timeB) || (timeB >= 0 && timeA > timeB) ? timeA - timeB : 0;
  }
  const transitionA = transitionOf(a);
  const transitionB = transitionOf(b);
  if (!transitionA || !transitionB) return 0;
  if (transitionA.uuid !== transitionB.uuid || transitionA.number === transitionB.number) return callB === -1 ? -1 : 1;
  if (transitionB.number === -1 || (transitionA.number >= 0 && transitionA.number < transitionB.number)) return -1;
  return 1;
}

function integer(text: string | undefined): number {
  const value = Number(text ?? -1);
  return Number.isInteger(value) ? value : -1;
}

/** Number and origin of the transition an operation belongs to, from its magic `STATUS:RC;ACTION:TRANSITION:EXPECTED:UUID`. */
function transitionOf(operation: XmlElement): { readonly number: number; readonly uuid: string } | undefined {
  const match = /^-?\d+:-?\d+;-?\d+:(-?\d+):-?\d+:(.*)$/.exec(operation.get("transition-magic") ?? "");
  return match ? { number: Number(match[1]), uuid: match[2] ?? "" } : undefined;
}
