import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
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

describe("a program without a name", () => {
  it("is not there", async () => {
    const call = { argv: [""], environment: {}, timeoutMs: 0, isInteractive: true };
    expect(await ports.runProgram(call)).toEqual({ stdout: "", stderr: ": No such file or directory\n", exitCode: 127 });
  });
});
