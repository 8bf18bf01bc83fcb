import { describe, expect, it } from "vitest";
import { parseAuthKeys } from "./auth-keys.ts";

const reason = (text: string, mode = 0o100600): string => {
  const parsed = parseAuthKeys(text, mode);
  return parsed.ok ? "" : parsed.error;
};

describe("authkeys", () => {
  it("reads keys and the active number", () => {
    const parsed = parseAuthKeys("# ours\nauth 2\n\n1 crc\n2 sha1 Secret rest\n3 sha256 x\n", 0o100600);
    expect(parsed.ok && parsed.value.active).toBe(2);
    expect(parsed.ok && [...parsed.value.keys]).toEqual([
      [1, { method: "crc", secret: "" }],
      [2, { method: "sha1", secret: "Secret" }],
      [3, { method: "sha256", secret: "x" }],
    ]);
  });

  it.each([
    ["auth 1\n1 crc key", "line 2: crc takes no key"],
    ["auth 1\n1 sha1", "line 2: sha1 needs a key"],
    ["auth 1\n1 rot13 key", "line 2: unknown method 'rot13'"],
    ["auth 16\n", "line 1: auth needs a key number"],
    ["1 crc\nauth 1", "line 2: auth must stand before"],
    ["1 crc", "no auth line"],
    ["auth 2\n1 crc", "auth names key 2"],
  ])("refuses %j", (text, expected) => expect(reason(text)).toContain(expected));

  it("refuses files that others can read or write", () => {
    for (const mode of [0o100640, 0o100604, 0o100620, 0o100644]) expect(reason("auth 1\n1 crc", mode)).toContain("bad permissions");
    for (const mode of [0o100600, 0o100400]) expect(reason("auth 1\n1 crc", mode)).toBe("");
  });
});
