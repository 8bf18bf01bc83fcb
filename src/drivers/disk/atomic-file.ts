import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/**
 * Replaces a file so that after a crash either the old or the new content is there: a temporary file beside it, fsync,
 * rename, fsync of the folder. Throws what the operating system reports; nothing is left behind then.
 */
export function writeFileAtomically(path: string, content: string | Buffer, mode = 0o600, encoding: BufferEncoding = "utf8"): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const temporary = `${path}.${process.pid}.new`;
  const file = openSync(temporary, "w", mode);
  try {
    writeAll(file, typeof content === "string" ? Buffer.from(content, encoding) : content);
    fsyncSync(file);
    renameSync(temporary, path);
  } catch (error) {
    unlinkSync(temporary);
    throw error;
  } finally {
    closeSync(file);
  }
  syncFolder(folder);
}

/** Makes renames and links in a folder durable. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}
