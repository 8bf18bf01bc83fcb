import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { osToolPorts } from "./tool-ports.ts";

const folder = mkdtempSync(join(tmpdir(), "kodou-tool-ports-"));
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const ports = osToolPorts({ toolSocket: "/none", userSocket: "/none", callerFolder: "/none" }, "/none");

describe("files of tools", () => {
  it("are written where there is a folder, or where one may be made", () => {
    const path = join(folder, "new", "file");
    expect(ports.writeFile(path, "text")).toBe(`${path}: No such file or directory`);
    expect(existsSync(folder)).toBe(true);
    expect(ports.writeFile(path, "text", { areFoldersMade: true })).toBeUndefined();
    expect(readFileSync(path, "utf8")).toBe("text");
  });
});

describe("packed files", () => {
  const inFolder = <T>(act: (path: string) => T): T => {
    const own = mkdtempSync(join(tmpdir(), "kodou-tool-ports-"));
    try {
      return act(join(own, "cib.xml.bz2"));
    } finally {
      rmSync(own, { recursive: true });
    }
  };

  it("are packed by their name, and read again as what was written", () => {
    inFolder((path) => {
      const text = `<cib a="\u00e9">${"x".repeat(5000)}</cib>`;
      expect(ports.writeFile(path, text)).toBeUndefined();
      expect(readFileSync(path).subarray(0, 3).toString()).toBe("BZh");
      expect(readFileSync(path).length).toBeLessThan(500);
      expect(ports.readFile(path)).toEqual({ text });
      expect(ports.writeFile(path, "<cib/>")).toBeUndefined();
      expect(ports.readFile(path)).toEqual({ text: "<cib/>" });
    });
  });

  it("are known by what they contain", () => {
    inFolder((path) => {
      writeFileSync(path, "<cib/>");
      expect(ports.readFile(path)).toEqual({ text: "<cib/>" });
    });
  });

  it("that are damaged are not read in part", () => {
    inFolder((path) => {
      ports.writeFile(path, "<cib/>");
      writeFileSync(path, readFileSync(path).subarray(0, 30));
      expect(ports.readFile(path)).toEqual({ problem: "bzip2: Compressed file ends unexpectedly" });
    });
  });
});

describe("a program without a name", () => {
  it("is not there", async () => {
    const call = { argv: [""], environment: {}, timeoutMs: 0, isInteractive: true };
    expect(await ports.runProgram(call)).toEqual({ stdout: "", stderr: ": No such file or directory\n", exitCode: 127 });
  });
});
