import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LabFreezer } from "../../src/lab/lab-freezer.ts";
import { requireRoot } from "./requirements.ts";
import { eventually } from "./waiting.ts";

let root = "";
let child: ChildProcess;

beforeEach(() => {
  requireRoot();
  root = mkdtempSync(join(tmpdir(), "kodou-groups-"));
  // Counts for ever: a frozen one stands still.
  child = spawn("sh", ["-c", "while :; do echo; sleep 0.01; done"], { stdio: ["ignore", "pipe", "inherit"], detached: true });
});
afterEach(() => {
  end();
  for (const mount of ["freezer", ""]) {
    try {
      execFileSync("umount", [join(root, mount)], { stdio: "ignore" });
    } catch {
      // Not mounted.
    }
  }
  rmSync(root, { recursive: true, force: true });
});

function end(): void {
  if (child.pid === undefined || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}

describe("a freezer", () => {
  it.each([
    ["of version 1", ["-t", "cgroup", "-o", "freezer", "none"], "freezer"],
    ["of version 2", ["-t", "cgroup2", "none"], ""],
  ])("%s stops a process, and lets it go on", async (_, mount, place) => {
    mkdirSync(join(root, place), { recursive: true });
    execFileSync("mount", [...mount, join(root, place)]);
    const freezer = new LabFreezer(`kodou-freezer-${process.pid}`, root);
    const procs = freezer.prepare() ?? "";
    writeFileSync(procs, String(child.pid));
    expect(freezer.isUsable).toBe(true);
    let lines = 0;
    child.stdout?.on("data", () => {
      lines += 1;
    });
    await eventually("it counts", () => lines > 3, 5000);
    await freezer.freeze();
    expect(freezer.isFrozen).toBe(true);
    // What was printed before is read by then.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const before = lines;
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(lines).toBe(before);
    freezer.thaw();
    await eventually("it counts again", () => lines > before + 3, 5000);
    expect(freezer.isFrozen).toBe(false);
    end();
    await freezer.remove();
  });
});
