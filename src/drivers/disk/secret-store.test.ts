import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { SecretStore } from "./secret-store.ts";

const folder = mkdtempSync(join(tmpdir(), "secrets-"));
afterAll(() => rmSync(folder, { recursive: true }));
const store = new SecretStore(folder);

it("keeps a secret as Pacemaker's cibsecret does: value and MD5, for root only", () => {
  store.write("db", "passwd", "SecreT_PASS");
  expect(readFileSync(join(folder, "db/passwd"), "utf8")).toBe("SecreT_PASS\n");
  // md5sum of the value without the line's end.
  expect(readFileSync(join(folder, "db/passwd.sign"), "utf8")).toBe("e4644b06374cc739e324e36848a3964e\n");
  expect(statSync(join(folder, "db/passwd")).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, "db")).mode & 0o777).toBe(0o700);
  expect(store.read("db", "passwd")).toEqual({ value: "SecreT_PASS" });
});

it("does not use what was altered, or has no checksum", () => {
  writeFileSync(join(folder, "db/passwd"), "other\n");
  expect(store.read("db", "passwd")).toEqual({ problem: "altered" });
  rmSync(join(folder, "db/passwd.sign"));
  expect(store.read("db", "passwd")).toEqual({ problem: "unsigned" });
  expect(store.read("db", "nothing")).toEqual({ problem: "missing" });
});

it("makes a set of secrets the only ones", () => {
  store.write("old", "passwd", "x");
  store.replace([
    { resource: "db", parameter: "passwd", value: "1" },
    { resource: "web", parameter: "token", value: "2" },
  ]);
  expect(store.all()).toEqual([
    { resource: "db", parameter: "passwd", value: "1" },
    { resource: "web", parameter: "token", value: "2" },
  ]);
  store.delete("web", "token");
  expect(store.all()).toHaveLength(1);
});

it.each(["..", ".", "", "a/b", "../../etc/shadow", "x.sign", "a\0b"])("refuses %j as a name", (name) => {
  expect(() => store.write(name, "p", "v")).toThrow("cannot name a secret");
  expect(() => store.write("r", name, "v")).toThrow("cannot name a secret");
});
