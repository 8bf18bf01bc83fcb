import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { emptyCib, setClusterOption } from "../../cib/document.ts";
import { cibVersion, setCibVersion } from "../../cib/version.ts";
import type { XmlElement } from "../../xml/element.ts";
import { CibStore } from "./cib-store.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "kodou-cib-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A configuration of that epoch. */
function configuration(epoch: number): XmlElement {
  const cib = emptyCib();
  setClusterOption(cib, "x", String(epoch));
  setCibVersion(cib, { adminEpoch: 0, epoch, numUpdates: 0 });
  return cib;
}

const epochOf = (cib: XmlElement): number => cibVersion(cib).epoch;

it("is empty at first, and gives back what was saved", () => {
  const store = new CibStore(folder);
  expect(store.load().notices).toEqual([]);
  store.save(configuration(1));
  const loaded = new CibStore(folder).load();
  expect(epochOf(loaded.cib)).toBe(1);
  expect(loaded.notices).toEqual([]);
});

it("keeps a numbered backup of each configuration", () => {
  const store = new CibStore(folder);
  for (let epoch = 1; epoch <= 4; epoch += 1) store.save(configuration(epoch));
  expect(readdirSync(folder).filter((name) => name.endsWith(".raw"))).toEqual(["cib-0.raw", "cib-1.raw", "cib-2.raw"]);
  expect(readFileSync(join(folder, "cib-2.raw"), "utf8")).toContain('epoch="3"');
});

it.each([
  ["truncated", (text: string) => text.slice(0, text.length / 2), /cib\.xml: line \d+/],
  ["empty", () => "", /cib\.xml: line 1/],
  ["of zero bytes' worth of noise", () => "\0\0\0\0", /cib\.xml: line 1/],
  ["edited by hand", (text: string) => text.replace('value="3"', 'value="4"'), /its digest is not the one in/],
  ["not valid", () => "<cib><configuration><spaceship/></configuration></cib>", /cib\.xml: /],
])("takes the newest good backup for a file that is %s, and keeps the file", (_what, damage, notice) => {
  const store = new CibStore(folder);
  for (let epoch = 1; epoch <= 3; epoch += 1) store.save(configuration(epoch));
  const main = join(folder, "cib.xml");
  const damaged = damage(readFileSync(main, "utf8"));
  writeFileSync(main, damaged);
  // The newest backup is damaged too.
  writeFileSync(join(folder, "cib-1.raw"), "<cib");
  const { cib, notices } = new CibStore(folder).load();
  expect(epochOf(cib)).toBe(1);
  expect(notices.join("\n")).toMatch(notice);
  expect(notices.join("\n")).toContain("cib-0.raw");
  expect(readFileSync(join(folder, "cib.damaged.1"), "utf8")).toBe(damaged);
});

it("starts empty, and says so, when nothing is good", () => {
  const store = new CibStore(folder);
  store.save(configuration(7));
  writeFileSync(join(folder, "cib.xml"), "x");
  const { cib, notices } = new CibStore(folder).load();
  expect(epochOf(cib)).toBe(epochOf(emptyCib()));
  expect(notices.join("\n")).toContain("no good backup either");
});

it("comes back after a crash between its files with a configuration that was there", () => {
  const store = new CibStore(folder);
  for (let epoch = 1; epoch <= 3; epoch += 1) store.save(configuration(epoch));
  const before = readFileSync(join(folder, "cib.xml"));
  store.save(configuration(4));
  // The signature of the new file was written, the new file itself was not.
  writeFileSync(join(folder, "cib.xml"), before);
  expect(epochOf(new CibStore(folder).load().cib)).toBe(3);
});
