import type { HistoryEntry } from "./operation-record.ts";
import type { HistoryOutcome } from "./resource-state.ts";

/** What reading such a history comes to. */
export const STARTED_WELL: HistoryOutcome = { onFail: "ignore", role: "Started" };

/**
 * True for a history of which all there is to know is that the resource was started and, if it was looked for since, found
 * well each time: that of most resources where they run. Nothing of it may have expired.
 */
export function isStartedWell(entries: readonly HistoryEntry[]): boolean {
  if (entries[0]?.task !== "start") return false;
  for (let at = 0; at < entries.length; at += 1) {
    const entry = entries[at] as HistoryEntry;
    if ((at > 0 && entry.task !== "monitor") || !entry.isPlainSuccess) return false;
  }
  return true;
}
