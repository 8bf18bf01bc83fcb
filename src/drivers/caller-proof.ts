import { randomBytes } from "node:crypto";
import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, realpathSync, rmdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Writable by others than the owner: such a folder could have been moved here. */
const WRITABLE_BY_OTHERS = 0o022;
/** Group may make entries, but not list them or touch each other's. */
const FOLDER_MODE = 0o1730;
const PROOF_NAME = /^[0-9a-f]{32}$/;

/**
 * Proofs of who is at the other end of a socket, for a run time without SO_PEERCRED: the daemon names a folder that does
 * not exist, the caller makes it, and the kernel records its owner. Why that cannot be forged: docs/access.md.
 */
export class CallerProofs {
  readonly #folder: string;
  readonly #device: number;

  /** Makes `folder` a place where root and members of the group `gid` can make proofs; removes what was left there. */
  constructor(folder: string, gid: number) {
    mkdirSync(folder, { recursive: true });
    chownSync(folder, 0, gid);
    chmodSync(folder, FOLDER_MODE);
    this.#folder = folder;
    this.#device = statSync(folder).dev;
    for (const name of readdirSync(folder)) if (PROOF_NAME.test(name)) removeEmpty(join(folder, name));
  }

  /** The folder a new caller has to make. */
  challenge(): string {
    return join(this.#folder, randomBytes(16).toString("hex"));
  }

  /** The user who made the folder, by number; undefined when that is not proven. The proof is used up. */
  verify(challenge: string): number | undefined {
    try {
      const made = lstatSync(challenge);
      const isProof = made.isDirectory() && made.dev === this.#device && (made.mode & WRITABLE_BY_OTHERS) === 0;
      return isProof ? made.uid : undefined;
    } catch {
      return undefined;
    } finally {
      this.discard(challenge);
    }
  }

  /** The proof is not wanted any more. */
  discard(challenge: string): void {
    removeEmpty(challenge);
  }
}

/**
 * The caller's side: shows who it is to the daemon whose folder for proofs is `folder`. Throws what the operating system
 * says when it cannot, and for a proof that would count elsewhere: whoever has us call a daemon of his own (KODOU_ROOT)
 * could pass on the challenge of the real one and speak there in our name.
 */
export function proveCaller(challenge: string, folder: string): void {
  const isHere = dirname(challenge) === folder && PROOF_NAME.test(basename(challenge));
  if (!isHere || realpathSync(folder) !== folder || lstatSync(folder).uid !== 0)
    throw new Error(`${challenge} is not where this daemon's proofs are made (${folder}, which root has to own)`);
  mkdirSync(challenge, { mode: 0o700 });
}

/** Never more than an empty folder: what is in it belongs to somebody else. */
function removeEmpty(path: string): void {
  try {
    rmdirSync(path);
  } catch {
    // Not there, or not empty: its owner's affair.
  }
}
