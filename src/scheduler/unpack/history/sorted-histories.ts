import type { XmlElement } from "../../../xml/element.ts";
import { type HistoryEntry, sortedEntries } from "./operation-record.ts";

/** The entries of histories, each history read and put in order once for all who ask. */
export class SortedHistories {
  readonly #known = new Map<XmlElement, readonly HistoryEntry[]>();

  /** The entries of a history (`lrm_resource`), oldest first. */
  of(holder: XmlElement): readonly HistoryEntry[] {
    let entries = this.#known.get(holder);
    if (!entries) this.#known.set(holder, (entries = sortedEntries(holder)));
    return entries;
  }

  /** The same, if somebody has asked for it before. */
  known(holder: XmlElement): readonly HistoryEntry[] | undefined {
    return this.#known.get(holder);
  }
}
