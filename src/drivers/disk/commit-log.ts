import { join } from "node:path";
import { LIMITS } from "../../base/limits.ts";
import { treeText } from "../../cib/tree-text.ts";
import type { Term } from "../../model/view.ts";
import type { XmlElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";
import { CibJournal, type JournalRecord } from "./cib-journal.ts";
import { type CibStore, type LoadedCib, storedForm } from "./cib-store.ts";
import type { StateStore } from "./state-store.ts";

interface Committed {
  readonly cib: XmlElement;
  readonly term: Term;
  readonly changeKeys: readonly string[];
}

/**
 * The committed configuration on disk: at once in a journal, a moment later in `cib.xml`. A commit costs one write to the
 * disk; the files others read follow when changes pause, or when the journal is full.
 */
export class CommitLog {
  readonly #cibStore: CibStore;
  readonly #stateStore: StateStore;
  readonly #journal: CibJournal;
  readonly #complain: (text: string) => void;
  #newest: Committed | undefined;
  #hasFile = false;
  /** Why cib.xml could not be written the last time; empty when it could. */
  #trouble = "";
  #timer: NodeJS.Timeout | undefined;

  /** `folder`: where `cib.xml` is; `complain` gets a sentence when `cib.xml` cannot be written. */
  constructor(folder: string, cibStore: CibStore, stateStore: StateStore, complain: (text: string) => void) {
    this.#cibStore = cibStore;
    this.#stateStore = stateStore;
    this.#journal = new CibJournal(join(folder, "cib.journal"));
    this.#complain = complain;
  }

  /**
   * The newest configuration on disk. What is in the journal only is brought into `cib.xml`, and its facts into the state;
   * throws when that cannot be written.
   */
  load(): LoadedCib {
    const loaded = this.#cibStore.load();
    const notices = [...loaded.notices];
    const records = this.#journal.read(notices);
    const newest = records.at(-1);
    const parsed = newest && parseXml(newest.cib);
    if (!newest || !parsed?.ok) {
      this.#journal.clear();
      return { cib: loaded.cib, notices };
    }
    const changeKeys = records.reduce(keysWith, this.#stateStore.state.changeKeys);
    this.#writeFiles({ cib: parsed.value, term: newest.term, changeKeys });
    return { cib: parsed.value, notices };
  }

  /** Makes `cib` the committed configuration, on disk when this returns. Throws when it cannot be written. */
  commit(cib: XmlElement, term: Term, changeKeys: readonly string[]): void {
    const next: Committed = { cib: storedForm(cib), term, changeKeys };
    const isFull = this.#journal.records >= LIMITS.journalRecords || this.#journal.bytes >= LIMITS.journalBytes;
    if (!this.#hasFile || isFull || this.#journal.isDetached) {
      this.#writeFiles(next);
      return;
    }
    try {
      this.#journal.append({ cib: treeText(next.cib), term, ...keysSince(this.#newest?.changeKeys ?? [], changeKeys) });
      this.#newest = next;
    } catch (error) {
      // Half a record may be there: nothing may be added behind it.
      this.#hasFile = false;
      throw error;
    }
    this.#settleIn(LIMITS.journalPauseMs);
  }

  /** Brings what is in the journal only into `cib.xml`. */
  settle(): void {
    clearTimeout(this.#timer);
    if (this.#journal.records === 0 || !this.#newest) return;
    try {
      this.#writeFiles(this.#newest);
    } catch (error) {
      const trouble = error instanceof Error ? error.message : String(error);
      if (trouble !== this.#trouble) this.#complain(`cib.xml cannot be written; its journal has the changes: ${trouble}`);
      this.#trouble = trouble;
      this.#settleIn(LIMITS.journalRetryMs);
    }
  }

  #settleIn(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.settle(), delayMs);
    this.#timer.unref();
  }

  /** The order matters: the journal goes last, so that at each moment something on disk is whole. */
  #writeFiles(newest: Committed): void {
    this.#cibStore.save(newest.cib);
    this.#stateStore.update({ committedTerm: newest.term, changeKeys: newest.changeKeys });
    this.#journal.clear();
    clearTimeout(this.#timer);
    this.#newest = newest;
    this.#hasFile = true;
    this.#trouble = "";
  }
}

/** What of `keys` has to be written so that, with `known`, all are known. */
function keysSince(known: readonly string[], keys: readonly string[]): Pick<JournalRecord, "changeKeys" | "areKeysWhole"> {
  const changeKeys = keys.slice(keys.lastIndexOf(known.at(-1) ?? "") + 1);
  const together = keysWith(known, { changeKeys, areKeysWhole: false });
  const isEnough = together.length === keys.length && together.every((key, index) => key === keys[index]);
  return isEnough ? { changeKeys, areKeysWhole: false } : { changeKeys: keys, areKeysWhole: true };
}

function keysWith(known: readonly string[], record: Pick<JournalRecord, "changeKeys" | "areKeysWhole">): readonly string[] {
  return record.areKeysWhole ? record.changeKeys : [...known, ...record.changeKeys].slice(-LIMITS.changeKeys);
}
