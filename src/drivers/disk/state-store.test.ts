import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { NO_TERM } from "../../model/view.ts";
import { StateStore } from "./state-store.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kodou-state-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("remembers promises over a restart", () => {
  const term = { round: 5, candidate: "n2" };
  new StateStore(folder).update({ promised: term, planNumber: 7 });
  expect(new StateStore(folder).state).toEqual({ promised: term, committedTerm: NO_TERM, planNumber: 7, changeKeys: [] });
});

it.each(["", "{", "[]", "null", '"x"'])("refuses a damaged file (%j) and says what to do", (text) => {
  writeFileSync(join(folder, "membership.json"), text);
  expect(() => new StateStore(folder)).toThrow(/membership\.json is damaged.*move the file away/);
});
