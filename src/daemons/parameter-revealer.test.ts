import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { SecretStore } from "../drivers/disk/secret-store.ts";
import { ParameterRevealer } from "./parameter-revealer.ts";

const folder = mkdtempSync(join(tmpdir(), "revealed-"));
afterAll(() => rmSync(folder, { recursive: true }));
const store = new SecretStore(folder);
const revealer = new ParameterRevealer(store);

it("puts secrets in their place, also for an instance of a clone", () => {
  store.write("db", "passwd", "x y");
  const expected = { parameters: { passwd: "x y", port: "1" }, problem: undefined };
  expect(revealer.reveal("db", "start", { passwd: "lrm://", port: "1" })).toEqual(expected);
  expect(revealer.reveal("db:2", "start", { passwd: "lrm://", port: "1" })).toEqual(expected);
});

it("leaves out what is missing or altered, and says why", () => {
  writeFileSync(join(folder, "db/passwd"), "altered\n");
  expect(revealer.reveal("db", "start", { passwd: "lrm://", token: "lrm://", port: "1" })).toEqual({
    parameters: { port: "1" },
    problem:
      "the secret passwd of db does not fit its checksum here: see cibsecret; the secret token of db is not kept on this node: see cibsecret",
  });
});

it("stops with the value that was in use", () => {
  expect(revealer.reveal("db", "stop", { passwd: "lrm://" })).toEqual({ parameters: { passwd: "x y" }, problem: undefined });
});
