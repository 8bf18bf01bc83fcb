import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LIMITS } from "../../base/limits.ts";
import { emptyCib, setClusterOption } from "../../cib/document.ts";
import { cibVersion, setCibVersion } from "../../cib/version.ts";
import type { XmlElement } from "../../xml/element.ts";
import { CibStore } from "./cib-store.ts";
import { CommitLog } from "./commit-log.ts";
import { StateStore } from "./state-store.ts";

let folder = "";
const complaints: string[] = [];

beforeEach(() => {
  // A log that was cut off from power must not write a moment later.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  folder = mkdtempSync(join(tmpdir(), "kodou-log-"));
  complaints.length = 0;
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true, force: true });
});

const term = (round: number) => ({ round, candidate: "n1" });
const open = (): { log: CommitLog; state: StateStore } => {
  const state = new StateStore(folder);
  return { log: new CommitLog(folder, new CibStore(folder), state, (text) => complaints.push(text)), state };
};
function configuration(epoch: number): XmlElement {
  const cib = emptyCib();
  setClusterOption(cib, "x", "é".repeat(epoch));
  setCibVersion(cib, { adminEpoch: 0, epoch, numUpdates: 3 });
  return cib;
}
const epochOf = (cib: XmlElement): number => cibVersion(cib).epoch;
const journal = (): string => join(folder, "cib.journal");
/** What of the journal counts: it ends before the first zero. */
function journalled(): string {
  const text = existsSync(journal()) ? readFileSync(journal(), "utf8") : "";
  return text.slice(0, text.indexOf("\0"));
}

/** Commits epochs as a daemon does that is then cut off from power. */
function committed(...epochs: number[]): void {
  const { log } = open();
  log.load();
  const keys: string[] = [];
  for (const epoch of epochs) {
    keys.push(`key-${epoch}`);
    log.commit(configuration(epoch), term(epoch), [...keys]);
  }
}

describe("committed configurations", () => {
  it("are there after a power cut, with term and keys, and then in cib.xml", () => {
    committed(1, 2, 3);
    expect(epochOf(new CibStore(folder).load().cib)).toBe(1);
    const { log, state } = open();
    const { cib, notices } = log.load();
    expect([epochOf(cib), cibVersion(cib).numUpdates, notices]).toEqual([3, 0, []]);
    expect([state.state.committedTerm, state.state.changeKeys]).toEqual([term(3), ["key-1", "key-2", "key-3"]]);
    expect(journalled()).toBe("");
    expect(epochOf(new CibStore(folder).load().cib)).toBe(3);
    expect(new StateStore(folder).state.committedTerm).toEqual(term(3));
  });

  it("are brought into cib.xml when changes pause", () => {
    const { log } = open();
    log.load();
    for (const epoch of [1, 2, 3]) {
      log.commit(configuration(epoch), term(1), []);
      vi.advanceTimersByTime(LIMITS.journalPauseMs - 1);
    }
    expect([journalled() !== "", epochOf(new CibStore(folder).load().cib)]).toEqual([true, 1]);
    vi.advanceTimersByTime(1);
    expect([journalled() !== "", epochOf(new CibStore(folder).load().cib)]).toEqual([false, 3]);
  });

  it("are brought into cib.xml when the daemon ends, and when the journal is full", () => {
    const { log } = open();
    log.load();
    for (const epoch of [1, 2]) log.commit(configuration(epoch), term(1), []);
    log.settle();
    expect([journalled() !== "", epochOf(new CibStore(folder).load().cib)]).toEqual([false, 2]);
    for (let epoch = 3; epoch <= 3 + LIMITS.journalRecords; epoch += 1) log.commit(configuration(epoch % 50), term(1), []);
    expect(journalled()).toBe("");
    expect(complaints).toEqual([]);
  });

  it("of an older number win when they were committed later: a majority's history replaces a minority's", () => {
    committed(1, 9, 4);
    expect(epochOf(open().log.load().cib)).toBe(4);
  });

  it("lose nothing but the record a crash cut short, wherever it was cut", () => {
    committed(1, 2, 3);
    const whole = readFileSync(journal());
    const first = whole.indexOf("</cib>\n") + "</cib>\n".length;
    const end = whole.indexOf(0);
    for (const length of [first + 1, first + 40, end - 5, end - 1]) {
      writeFileSync(journal(), whole);
      truncateSync(journal(), length);
      writeFileSync(join(folder, "copy"), readFileSync(journal()));
      const { cib, notices } = open().log.load();
      expect(epochOf(cib)).toBe(2);
      expect(notices.join()).toContain("cut short");
    }
  });

  it("are not taken from noise", () => {
    committed(1, 2);
    const noisy = readFileSync(journal());
    Buffer.from([123, 0, 0, 10, 255, 123, 125, 10]).copy(noisy, noisy.indexOf(0));
    writeFileSync(journal(), noisy);
    expect(epochOf(open().log.load().cib)).toBe(2);
    committed(3, 4);
    writeFileSync(journal(), readFileSync(journal(), "utf8").replace("éééé", "éxxé"));
    expect(epochOf(open().log.load().cib)).toBe(3);
  });

  it("are not taken from an earlier round, whose records still stand behind those of this one", () => {
    committed(1, 2, 3, 4);
    const earlier = readFileSync(journal());
    open().log.load();
    committed(5, 6);
    const now = readFileSync(journal());
    const end = now.indexOf(0);
    // As after a power cut that kept the record and not the zero behind it, and records of one length.
    const recordEnd = earlier.indexOf("</cib>\n") + "</cib>\n".length;
    writeFileSync(journal(), Buffer.concat([now.subarray(0, end), earlier.subarray(recordEnd)]));
    expect(epochOf(open().log.load().cib)).toBe(6);
  });

  it("keep the keys of a history that took the place of another, and those only", () => {
    const { log } = open();
    log.load();
    log.commit(configuration(1), term(1), ["a", "b"]);
    log.commit(configuration(2), term(1), ["a", "b", "c"]);
    log.commit(configuration(3), term(2), ["a", "x"]);
    log.commit(configuration(4), term(2), ["a", "x"]);
    const { log: next, state } = open();
    next.load();
    expect(state.state.changeKeys).toEqual(["a", "x"]);
  });

  it("keep as many keys as are remembered", () => {
    const keys = Array.from({ length: LIMITS.changeKeys + 20 }, (_, index) => `key-${index}`);
    const { log } = open();
    log.load();
    for (let count = LIMITS.changeKeys - 2; count <= keys.length; count += 1) {
      log.commit(configuration(count % 50), term(1), keys.slice(0, count).slice(-LIMITS.changeKeys));
    }
    const { log: next, state } = open();
    next.load();
    expect(state.state.changeKeys).toEqual(keys.slice(-LIMITS.changeKeys));
    expect(journalled().length).toBeLessThan(LIMITS.journalRoomBytes);
  });

  it("are on disk although somebody removed the journal under the daemon", () => {
    const { log } = open();
    log.load();
    log.commit(configuration(1), term(1), []);
    log.commit(configuration(2), term(1), []);
    rmSync(journal());
    log.commit(configuration(3), term(1), []);
    expect(epochOf(open().log.load().cib)).toBe(3);
  });

  it("are on disk although something else was put in the journal's place", () => {
    const { log } = open();
    log.load();
    log.commit(configuration(1), term(1), []);
    log.commit(configuration(2), term(1), []);
    renameSync(journal(), join(folder, "elsewhere"));
    // Another file with the records of before, as after the folder was copied: what comes now is newer.
    copyFileSync(join(folder, "elsewhere"), journal());
    log.commit(configuration(3), term(1), []);
    expect(epochOf(open().log.load().cib)).toBe(3);
  });

  it("stay in the journal while cib.xml cannot be written, told of once, and follow when it can", () => {
    const { log } = open();
    log.load();
    for (const epoch of [1, 2]) log.commit(configuration(epoch), term(1), []);
    // A folder in the place of the file that counts backups: nobody, root neither, can write it.
    rmSync(join(folder, "cib.last"), { force: true });
    mkdirSync(join(folder, "cib.last", "in-the-way"), { recursive: true });
    vi.advanceTimersByTime(LIMITS.journalPauseMs + 3 * LIMITS.journalRetryMs);
    expect(complaints).toHaveLength(1);
    log.commit(configuration(3), term(1), []);
    expect(epochOf(new CibStore(folder).load().cib)).toBe(1);
    rmSync(join(folder, "cib.last"), { recursive: true });
    vi.advanceTimersByTime(LIMITS.journalRetryMs);
    expect([journalled(), epochOf(new CibStore(folder).load().cib)]).toEqual(["", 3]);
    rmSync(join(folder, "cib.last"));
    mkdirSync(join(folder, "cib.last"));
    log.commit(configuration(4), term(1), []);
    log.settle();
    expect(complaints).toHaveLength(2);
  });

  it("fail when they cannot be written, and the next one is whole", () => {
    const { log } = open();
    log.load();
    log.commit(configuration(1), term(1), []);
    rmSync(folder, { recursive: true });
    writeFileSync(folder, "");
    expect(() => log.commit(configuration(2), term(1), [])).toThrow();
    rmSync(folder);
    log.commit(configuration(3), term(1), []);
    expect(epochOf(open().log.load().cib)).toBe(3);
  });
});
