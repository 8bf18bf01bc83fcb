import { randomUUID } from "node:crypto";
import { closeSync, existsSync, mkdirSync, openSync, readSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "../base/limits.ts";
import type { CollectedArchive, CollectScope } from "../node/interface/errand.ts";
import type { ProcessRunner } from "../ports/process-runner.ts";

/** Where and by what reports are collected. */
export interface CollectedArchivesOptions {
  readonly processes: ProcessRunner;
  /** Folder of the built programs. */
  readonly programs: string;
  readonly root: string;
  readonly folder: string;
}

/**
 * Archives of this node for reports: made by a process of its own, so that nothing here waits for disks, handed over
 * in pieces, and dropped when nobody asks any more.
 */
export class CollectedArchives {
  readonly #options: CollectedArchivesOptions;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  #working = 0;

  constructor(options: CollectedArchivesOptions) {
    this.#options = options;
    // What an earlier run of the daemon left.
    rmSync(options.folder, { recursive: true, force: true });
  }

  /** Collects. Throws an Error with a sentence when it fails or too much is asked for at once. */
  async collect(scope: CollectScope): Promise<CollectedArchive> {
    const { folder, processes, programs, root } = this.#options;
    if (this.#timers.size + this.#working >= LIMITS.collectedArchives) throw new Error("too many reports are being made");
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const archive = randomUUID();
    this.#working += 1;
    try {
      const result = await processes.run({
        file: "/usr/bin/nice",
        args: ["-n", "10", process.execPath, join(programs, "crm_report.cjs"), "--collect-into", this.#file(archive)],
        environment: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C.UTF-8", KODOU_ROOT: root },
        stdin: JSON.stringify(scope),
        timeoutMs: LIMITS.collectMs,
      }).done;
      const { ending } = result;
      if (ending.kind !== "exited" || ending.exitCode !== 0)
        throw new Error(`collecting failed: ${result.stderr.trim() || JSON.stringify(ending)}`);
    } finally {
      this.#working -= 1;
    }
    this.#keep(archive);
    return { archive, sizeBytes: statSync(this.#file(archive)).size };
  }

  /** A piece in base64, empty at the end; undefined when there is no such archive. */
  piece(archive: string, offset: number): string | undefined {
    if (!this.#timers.has(archive) || !existsSync(this.#file(archive)) || !Number.isSafeInteger(offset) || offset < 0) return undefined;
    this.#keep(archive);
    const file = openSync(this.#file(archive), "r");
    try {
      const bytes = Buffer.alloc(LIMITS.collectedPieceBytes);
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, offset)).toString("base64");
    } finally {
      closeSync(file);
    }
  }

  drop(archive: string): void {
    if (!this.#timers.has(archive)) return;
    clearTimeout(this.#timers.get(archive));
    this.#timers.delete(archive);
    rmSync(this.#file(archive), { force: true });
  }

  #keep(archive: string): void {
    clearTimeout(this.#timers.get(archive));
    this.#timers.set(
      archive,
      setTimeout(() => this.drop(archive), LIMITS.collectedArchiveMs),
    );
  }

  #file(archive: string): string {
    return join(this.#options.folder, `${archive}.tar.gz`);
  }
}
