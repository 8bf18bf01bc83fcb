import { execFile, execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { AclUser } from "../cib/acl.ts";

/** How long an answer of the system's user database is used again. */
const FRESH_MS = 10_000;
const LOOK_UP_MS = 5000;

/** Number of a group; undefined when the system has no such group, or nothing can belong to it in this user namespace. */
export function groupNumber(name: string): number | undefined {
  try {
    const entry = execFileSync("getent", ["group", name], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], timeout: LOOK_UP_MS });
    const gid = Number(entry.split(":")[2]);
    return Number.isInteger(gid) && isMapped(gid) ? gid : undefined;
  } catch {
    return undefined;
  }
}

/** Source: user_namespaces(7), gid_map: lines of first number inside, first number outside, count. */
function isMapped(gid: number): boolean {
  const ranges = readFileSync("/proc/self/gid_map", "latin1").trim().split("\n");
  return ranges.some((range) => {
    const [first = 0, , count = 0] = range.trim().split(/\s+/).map(Number);
    return gid >= first && gid < first + count;
  });
}

/**
 * Users and their groups as the system's name services know them (files, LDAP, ...), asked by getent(1) and id(1): Node.js
 * has no call for it.
 */
export class UserDatabase {
  readonly #byNumber = new Map<number, { readonly user: Promise<AclUser | undefined>; readonly atMs: number }>();

  /** A user with all groups by number; undefined when there is none. */
  byNumber(uid: number): Promise<AclUser | undefined> {
    const known = this.#byNumber.get(uid);
    if (known && performance.now() - known.atMs < FRESH_MS) return known.user;
    const user = asked("getent", ["passwd", String(uid)]).then((entry) => this.byName(entry?.split(":")[0] ?? ""));
    this.#byNumber.set(uid, { user, atMs: performance.now() });
    return user;
  }

  /** A user with all groups by name; undefined when there is none. */
  async byName(name: string): Promise<AclUser | undefined> {
    if (name === "" || name.startsWith("-")) return undefined;
    const groups = await asked("id", ["-Gn", "--", name]);
    return groups === undefined ? undefined : { name, groups: groups.trim().split(/\s+/) };
  }
}

function asked(program: string, words: readonly string[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    execFile(program, words, { encoding: "utf8", timeout: LOOK_UP_MS }, (error, stdout) => resolve(error ? undefined : stdout));
  });
}
