import { createHash } from "node:crypto";
import { closeSync, existsSync, fdatasyncSync, openSync, readFileSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { Term } from "../../model/view.ts";
import { syncFolder } from "./atomic-file.ts";

/** One committed configuration: its text, and what has to be known with it. */
export interface JournalRecord {
  readonly cib: string;
  readonly term: Term;
  readonly changeKeys: readonly string[];
}

const NEWLINE = 0x0a;

/**
 * Configurations committed since the last one in `cib.xml`, each on disk after one write and one fdatasync. A record is a
 * line of JSON and the document; a digest over both tells a whole record from one a crash cut short.
 */
export class CibJournal {
  readonly #path: string;
  #file: number | undefined;
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

  /**
   * The newest whole record; undefined when there is none. What follows the first record that is not whole was never
   * acknowledged; a sentence about it goes to `notices`.
   */
  newest(notices: string[]): JournalRecord | undefined {
    if (!existsSync(this.#path)) return undefined;
    const content = readFileSync(this.#path);
    let newest: JournalRecord | undefined;
    for (let at = 0; at < content.length; ) {
      const read = readRecord(content, at);
      if (!read) {
        notices.push(`${this.#path}: the last ${content.length - at} bytes are no whole record: a write that was cut short is ignored`);
        break;
      }
      newest = read.record;
      at = read.end;
    }
    return newest;
  }

  /** Adds a record, on disk when this returns. After a failure (throws) the journal has to be cleared before it is used again. */
  append(record: JournalRecord): void {
    const bytes = encodeRecord(record);
    if (this.#file === undefined) {
      this.#file = openSync(this.#path, "a", 0o600);
      syncFolder(dirname(this.#path));
    }
    for (let done = 0; done < bytes.length; ) done += writeSync(this.#file, bytes, done);
    fdatasyncSync(this.#file);
    this.#bytes += bytes.length;
    this.#records += 1;
  }

  /** Removes all records: their newest is in `cib.xml`. */
  clear(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#bytes = 0;
    this.#records = 0;
    if (!existsSync(this.#path)) return;
    unlinkSync(this.#path);
    syncFolder(dirname(this.#path));
  }
}

function digestOf(facts: string, cib: string): string {
  return createHash("sha256").update(facts).update("\n").update(cib).digest("hex");
}

function encodeRecord({ cib, term, changeKeys }: JournalRecord): Buffer {
  const facts = JSON.stringify({ term, changeKeys });
  const head = JSON.stringify({ facts, bytes: Buffer.byteLength(cib), digest: digestOf(facts, cib) });
  return Buffer.from(`${head}\n${cib}\n`, "utf8");
}

function readRecord(content: Buffer, at: number): { record: JournalRecord; end: number } | undefined {
  const line = content.indexOf(NEWLINE, at);
  if (line < 0) return undefined;
  try {
    const head: { facts: string; bytes: number; digest: string } = JSON.parse(content.toString("utf8", at, line));
    const end = line + 1 + head.bytes + 1;
    if (!Number.isInteger(head.bytes) || head.bytes < 0 || end > content.length || content[end - 1] !== NEWLINE) return undefined;
    const cib = content.toString("utf8", line + 1, end - 1);
    if (digestOf(head.facts, cib) !== head.digest) return undefined;
    const facts: { term: Term; changeKeys: readonly string[] } = JSON.parse(head.facts);
    return { record: { cib, ...facts }, end };
  } catch {
    return undefined;
  }
}
