import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CallerProofs, proveCaller } from "./caller-proof.ts";

const isRoot = process.geteuid?.() === 0;
let folder = "";
let callers = "";

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "kodou-proof-")));
  callers = join(folder, "callers");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(!isRoot)("a caller's proof", () => {
  it("shows the user who made it, once", () => {
    const proofs = new CallerProofs(callers, 0);
    const challenge = proofs.challenge();
    proveCaller(challenge, callers);
    expect(proofs.verify(challenge)).toBe(0);
    expect(existsSync(challenge)).toBe(false);
    expect(proofs.verify(challenge)).toBeUndefined();
  });

  it("is no file, no link, and no folder that others could have moved here", () => {
    const proofs = new CallerProofs(callers, 0);
    const [file, link, open] = [proofs.challenge(), proofs.challenge(), proofs.challenge()];
    writeFileSync(file, "");
    symlinkSync(folder, link);
    mkdirSync(open);
    chmodSync(open, 0o777);
    expect([file, link, open].map((challenge) => proofs.verify(challenge))).toEqual([undefined, undefined, undefined]);
  });

  it("is made for the daemon that is called only, by no way around", () => {
    const proofs = new CallerProofs(callers, 0);
    const challenge = proofs.challenge();
    const other = join(folder, "other");
    mkdirSync(other);
    symlinkSync(callers, join(other, "callers"));
    const passedOn = join(other, "callers", challenge.split("/").at(-1) ?? "");
    expect(() => proveCaller(challenge, join(other, "callers"))).toThrow("is not where this daemon's proofs are made");
    expect(() => proveCaller(passedOn, join(other, "callers"))).toThrow("is not where this daemon's proofs are made");
    expect(() => proveCaller(join(callers, "elsewhere"), callers)).toThrow("is not where this daemon's proofs are made");
    expect(existsSync(challenge)).toBe(false);
  });
});
