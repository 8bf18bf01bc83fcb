import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, it } from "vitest";
import { writeFileAtomically } from "./atomic-file.ts";

const folder = mkdtempSync(join(tmpdir(), "kodou-atomic-file-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it("leaves nothing behind when the file cannot be put in its place", () => {
  const place = join(folder, "place");
  writeFileAtomically(place, "text");
  expect(readFileSync(place, "utf8")).toBe("text");
  rmSync(place);
  mkdirSync(place);
  expect(() => writeFileAtomically(place, "text")).toThrow();
  expect(readdirSync(folder)).toEqual(["place"]);
});
