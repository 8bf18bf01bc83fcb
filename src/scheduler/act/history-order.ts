import type { XmlElement } from "../../xml/element.ts";
import { type HistoryEntry, sortedEntries } from "../unpack/history/operation-record.ts";

/** What runs now was brought up by the entry at `startIndex`, -1 for none. */
interface InForce {
  readonly startIndex: number;
  readonly stopIndex: number;
}

/** The operations of a history in the order in which they happened, with places among them. */
export interface OrderedHistory extends InForce {
  readonly operations: readonly XmlElement[];
}

/** Puts the operations of one resource on one node in the order in which they happened. Source: Pacemaker, operation history. */
export function orderedHistory(holder: XmlElement): OrderedHistory {
  const entries = sortedEntries(holder);
  return { operations: entries.map(({ xml }) => xml), ...inForce(entries) };
}

/** Finds the last start and stop in a history. */
export function inForce(entries: readonly HistoryEntry[]): InForce {
  let startIndex = -1;
  let stopIndex = -1;
  for (let at = 0; at < entries.length; at += 1) {
    const { task, statusText } = entries[at] as HistoryEntry;
    if (task === "stop" && statusText === "0") stopIndex = at;
    else if (task === "start" || task === "migrate_from") startIndex = at;
  }
  return { startIndex: startIndex === -1 ? impliedStart(entries) : startIndex, stopIndex };
}

/** Without a start a change of role, else a monitor that found it running, tells that it was brought up. */
function impliedStart(entries: readonly HistoryEntry[]): number {
  let stopIndex = -1;
  let impliedByMonitor = -1;
  let impliedByRole = -1;
  entries.forEach(({ task, statusText, xml }, index) => {
    if (task === "stop" && statusText === "0") stopIndex = index;
    else if (task === "monitor" && impliedByMonitor <= stopIndex) {
      if (["0", "8"].includes(xml.get("rc-code") ?? "")) impliedByMonitor = index;
    } else if (task === "promote" || task === "demote") impliedByRole = index;
  });
  return impliedByRole !== -1 ? impliedByRole : impliedByMonitor;
}
