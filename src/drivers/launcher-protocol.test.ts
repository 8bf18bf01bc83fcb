import { describe, expect, it } from "vitest";
import { readCall } from "./launcher-protocol.ts";
import { changeKeys, launcherKey } from "./persistent-asking.ts";

const KEY = "0123456789abcdef0123456789abcdef";
const frame = (...words: string[]): Buffer => Buffer.from(words.map((word) => `${word}\0`).join(""), "utf8");

describe("calls of the launcher", () => {
  it("are read with empty words and equal signs", () => {
    const call = readCall(frame("1", KEY, "cibadmin", "3", "-Q", "", "a=b", "PATH=/bin", "X=1=2", "EMPTY=", "PATH=/other"));
    expect(call?.argv).toEqual(["-Q", "", "a=b"]);
    expect([...(call?.environment ?? [])]).toEqual([
      ["PATH", "/bin"],
      ["X", "1=2"],
      ["EMPTY", ""],
    ]);
  });

  it.each([
    ["another protocol", frame("2", KEY, "cibadmin", "0")],
    ["no key", frame("1", "", "cibadmin", "0")],
    ["too few arguments", frame("1", KEY, "cibadmin", "2", "-Q")],
    ["a count that is none", frame("1", KEY, "cibadmin", "-1", "-Q")],
    ["nothing", Buffer.alloc(0)],
    ["what is no UTF-8", Buffer.concat([frame("1", KEY, "cibadmin", "1"), Buffer.from([0xff, 0])])],
  ])("are left to the program: %s", (_, bytes) => {
    expect(readCall(bytes)).toBeUndefined();
  });
});

describe("keys of changes", () => {
  it("are the same for the server and the program that goes on", () => {
    const [server, program] = [changeKeys(KEY), changeKeys(launcherKey(`77:${KEY}`, 77))];
    expect([server(), server()]).toEqual([program(), program()]);
  });

  it("are nobody's who inherited the variable", () => {
    expect(launcherKey(`77:${KEY}`, 78)).toBeUndefined();
    expect(launcherKey(undefined, 77)).toBeUndefined();
    const keys = changeKeys(undefined);
    expect(keys()).not.toBe(keys());
  });
});
