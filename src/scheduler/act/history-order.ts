import type { XmlElement } from "../../xml/element.ts";
import { sortedEntries } from "../unpack/history/operation-record.ts";

/** One operation of a history with its place among the others: what runs now was brought up at `startIndex`. */
export interface OrderedHistory {
  readonly operations: readonly XmlElement[];
  /** Index of the start that is in force, -1 for none. */
  readonly startIndex: number;
  readonly stopIndex: number;
}

/** Puts the operations of one resource on one node in the order in which they happened. Source: Pacemaker, operation history. */
export function orderedHistory(holder: XmlElement): OrderedHistory {
  const operations = sortedEntries(holder);
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
