import { createHash, randomBytes } from "node:crypto";
import {
  closeSync,
  constants,
  existsSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  openSync,
  readFileSync,
  statSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";
import { LIMITS } from "../../base/limits.ts";
import type { Term } from "../../model/view.ts";
import { syncFolder } from "./atomic-file.ts";

/** One committed configuration: its text, and what has to be known with it. */
export interface JournalRecord {
  readonly cib: string;
  readonly term: Term;
  /** Keys of changes: those that came since the record before, or all of them. */
  readonly changeKeys: readonly string[];
  /** Whether `changeKeys` takes the place of all that was known before. */
  readonly areKeysWhole: boolean;
}

const NEWLINE = 0x0a;
const END = 0;

interface Head extends Omit<JournalRecord, "cib"> {
  /** Records behind one another are of one round; the file may go on with what an earlier round left. */
  readonly round: string;
  readonly bytes: number;
  readonly digest: string;
}

/**
 * Configurations committed since the last one in `cib.xml`, each on disk after one write and one fdatasync. A record is a
 * line of JSON and the document; a digest over both tells a whole record from one a crash cut short. The file has its room
 * from the beginning and is written over again and again, so that the file system has nothing to note down with a record.
 */
export class CibJournal {
  readonly #path: string;
  #file: number | undefined;
  #round = "";
  #bytes = 0;
  #records = 0;

  constructor(path: string) {
    this.#path = path;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get records(): number {
    return this.#records;
  }

  /** Whether the open file is no longer the one of this name (removed, mounted over): what is written to it would be lost. */
  get isDetached(): boolean {
    if (this.#file === undefined) return false;
    const [open, named] = [fstatSync(this.#file), statSync(this.#path, { throwIfNoEntry: false })];
    return open.dev !== named?.dev || open.ino !== named.ino;
  }

  /**
   * All whole records, oldest first. What follows the first record that is not whole was never acknowledged; a sentence
   * about it goes to `notices`.
   */
  read(notices: string[]): JournalRecord[] {
    const records: JournalRecord[] = [];
    const content = existsSync(this.#path) ? readFileSync(this.#path) : Buffer.alloc(0);
    let round: string | undefined;
    for (let at = 0; at < content.length && content[at] !== END; ) {
      const found = readRecord(content, at);
      if (!found || found.round !== (round ?? found.round)) {
        notices.push(`${this.#path}: there is no whole record at byte ${at}: a write that was cut short is ignored`);
        break;
      }
      round = found.round;
      records.push(found.record);
      at = found.end;
    }
    return records;
  }

  /**
   * Adds a record, on disk when this returns. Not to a detached journal: that has to be cleared first, and so has one after a
   * failure (throws).
   */
  append(record: JournalRecord): void {
    const file = this.#file ?? this.#open();
    if (this.#records === 0) this.#round = randomBytes(8).toString("hex");
    const bytes = encodeRecord(record, this.#round);
    writeAt(file, bytes, this.#bytes);
    fdatasyncSync(file);
    this.#bytes += bytes.length - 1;
    this.#records += 1;
  }

  /** Forgets all records, also after a crash: their newest is in `cib.xml`. */
  clear(): void {
    this.#bytes = 0;
    this.#records = 0;
    if (this.isDetached) this.#close();
    if (this.#file === undefined && !existsSync(this.#path)) return;
    const file = this.#file ?? this.#open();
    writeAt(file, Buffer.of(END), 0);
    fdatasyncSync(file);
  }

  #close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  /** Opens the file and gives it its room. */
  #open(): number {
    const file = openSync(this.#path, constants.O_RDWR | constants.O_CREAT, 0o600);
    try {
      const { size } = fstatSync(file);
      if (size < LIMITS.journalRoomBytes) writeAt(file, Buffer.alloc(LIMITS.journalRoomBytes - size, END), size);
      fsyncSync(file);
      syncFolder(dirname(this.#path));
    } catch (error) {
      closeSync(file);
      throw error;
    }
    this.#file = file;
    return file;
  }
}

function writeAt(file: number, bytes: Buffer, position: number): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done, bytes.length - done, position + done);
}

function digestOf({ cib, term, changeKeys, areKeysWhole }: JournalRecord, round: string): string {
  const facts = JSON.stringify([round, term.round, term.candidate, changeKeys, areKeysWhole]);
  return createHash("sha256").update(facts).update("\n").update(cib).digest("hex");
}

/** A record and the end of the journal, which the next record takes the place of. */
function encodeRecord(record: JournalRecord, round: string): Buffer {
  const { cib, ...facts } = record;
  const head: Head = { ...facts, round, bytes: Buffer.byteLength(cib), digest: digestOf(record, round) };
  return Buffer.from(`${JSON.stringify(head)}\n${cib}\n\0`, "utf8");
}

function readRecord(content: Buffer, at: number): { record: JournalRecord; round: string; end: number } | undefined {
  const line = content.indexOf(NEWLINE, at);
  if (line < 0) return undefined;
  try {
    const { round, bytes, digest, ...facts }: Head = JSON.parse(content.toString("utf8", at, line));
    const end = line + 1 + bytes + 1;
    if (!Number.isInteger(bytes) || bytes < 0 || end > content.length || content[end - 1] !== NEWLINE) return undefined;
    const record = { ...facts, cib: content.toString("utf8", line + 1, end - 1) };
    return digestOf(record, round) === digest ? { record, round, end } : undefined;
  } catch {
    return undefined;
  }
}
