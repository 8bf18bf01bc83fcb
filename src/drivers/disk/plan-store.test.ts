import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { element, type XmlElement } from "../../xml/element.ts";
import { PlanStore } from "./plan-store.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kodou-plans-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function input(options: Readonly<Record<string, string>> = {}): XmlElement {
  const pairs = Object.entries(options).map(([name, value]) => element("nvpair", { id: name, name, value }));
  const set = element("cluster_property_set", { id: "cib-bootstrap-options" }, pairs);
  return element("cib", {}, [element("configuration", {}, [element("crm_config", {}, [set])])]);
}
const kept = (): string[] => readdirSync(folder).sort();

it("keeps as many of each kind as the options say", () => {
  const store = new PlanStore(folder);
  const options = { "pe-input-series-max": "2", "pe-warn-series-max": "0", "pe-error-series-max": "-1" };
  for (let number = 1; number <= 5; number += 1)
    for (const severity of ["input", "warn", "error"] as const) store.save(number, severity, input(options));
  expect(kept()).toEqual([...[1, 2, 3, 4, 5].map((n) => `pe-error-${n}.xml`), "pe-input-0.xml", "pe-input-1.xml"]);
  expect(store.save(6, "warn", input(options))).toBeUndefined();
  expect(store.save(7, "input", input({ "pe-input-series-max": "many" }))).toBe(join(folder, "pe-input-7.xml"));
});

it("never keeps more bytes than it may, but always the newest, over restarts too", () => {
  const size = statSync(new PlanStore(folder).save(1, "input", input()) ?? "").size;
  const most = 3 * size + 1;
  for (let number = 2; number <= 6; number += 1) new PlanStore(folder, most).save(number, "input", input());
  expect(kept()).toEqual(["pe-input-4.xml", "pe-input-5.xml", "pe-input-6.xml"]);
  new PlanStore(folder, 1).save(7, "error", input());
  expect(kept()).toEqual(["pe-error-7.xml"]);
});
