import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "..", "..");
const DIST = join(ROOT, "dist");
const SAMPLE = join(ROOT, "scripts", "code-cache-sample.xml");

const folder = mkdtempSync(join(tmpdir(), "kodou-code-cache-test-"));
afterAll(() => rmSync(folder, { recursive: true }));

const run = (...argv: string[]): string =>
  execFileSync(process.execPath, argv, { encoding: "utf8", env: { PATH: process.env["PATH"], CIB_file: SAMPLE, TZ: "UTC" } });

describe("compiled tools", () => {
  const names = readdirSync(join(DIST, "code")).flatMap((name) => (name.endsWith(".js") ? [name.slice(0, -3)] : []));

  it("there are some, and Node.js accepts what was compiled", () => {
    expect(names).toContain("cibadmin");
    const check = `
      const { readFileSync } = require("node:fs");
      const { Script } = require("node:vm");
      for (const name of process.argv.slice(1)) {
        const cachedData = readFileSync(name + ".cache");
        const script = new Script(readFileSync(name + ".js", "latin1"), { filename: name + ".js", cachedData });
        if (script.cachedDataRejected) console.log(name);
      }`;
    expect(run("-e", check, ...names.map((name) => join(DIST, "code", name)))).toBe("");
  });

  it("answer the same without it", () => {
    cpSync(DIST, join(folder, "dist"), { recursive: true, filter: (path) => !path.endsWith(".cache") });
    for (const argv of [
      ["cibadmin", "-Q"],
      ["crm_mon", "-1", "--exclude=times"],
      ["crm_simulate", "-x", SAMPLE, "-S", "-s"],
    ]) {
      const [name = "", ...rest] = argv;
      const answer = run(join(DIST, `${name}.cjs`), ...rest);
      expect(answer).not.toBe("");
      expect(run(join(folder, "dist", `${name}.cjs`), ...rest)).toBe(answer);
    }
  });
});
