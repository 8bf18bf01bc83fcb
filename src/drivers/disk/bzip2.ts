import { spawnSync } from "node:child_process";
import { LIMITS } from "../../base/limits.ts";
import { fail, ok, type Result } from "../../base/result.ts";

/** What packed bytes begin with. Source: bzip2 1.0 file format, stream header. */
const HEADER = Buffer.from("BZh");

/** How the names of packed files end; Pacemaker reads and writes a CIB of such a name packed. */
export const PACKED_SUFFIX = ".bz2";

/** True for bytes that bzip2 has packed, whatever the file is called. */
export function isPacked(bytes: Buffer): boolean {
  return bytes.subarray(0, HEADER.length).equals(HEADER);
}

/** What was packed. An error says why it cannot be had: damaged, too large, no program bzip2. */
export function unpacked(bytes: Buffer): Result<Buffer, string> {
  return bzip2(["-d", "-c"], bytes);
}

/** The bytes packed. */
export function packed(bytes: Buffer): Result<Buffer, string> {
  return bzip2(["-c"], bytes);
}

function bzip2(words: readonly string[], input: Buffer): Result<Buffer, string> {
  const { status, stdout, stderr, error } = spawnSync("bzip2", words, { input, maxBuffer: LIMITS.unpackedBytes });
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (code === "ENOENT") return fail("the program bzip2 is not installed, which this file needs");
  if (code === "ENOBUFS") return fail(`more than ${LIMITS.unpackedBytes / 1024 / 1024} MiB when unpacked`);
  if (status === 0) return ok(stdout);
  const complaint = /^bzip2: (.*?)[;.]?$/m.exec(stderr?.toString() ?? "")?.[1];
  return fail(`bzip2: ${complaint ?? code ?? `exit code ${status}`}`);
}
