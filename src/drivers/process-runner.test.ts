import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LIMITS } from "../base/limits.ts";
import type { ProcessSpec } from "../ports/process-runner.ts";
import { OsProcessRunner } from "./process-runner.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const runner = new OsProcessRunner();
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kodou-process-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function shell(text: string, more: Partial<ProcessSpec> = {}) {
  return runner.run({ file: "/bin/sh", args: ["-c", text], environment: { PATH }, timeoutMs: 20_000, ...more });
}

const isAlive = (pid: number): boolean => {
  try {
    // A zombie is dead for our purposes: whoever inherited it has not waited yet.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

async function untilGone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** A shell that is given so long has done its first commands, on a busy machine too. */
const FOR_A_SHELL_TO_START_MS = 1500;

describe("OsProcessRunner", () => {
  it("gives exit code, both outputs and the time", async () => {
    const result = await shell("echo out; echo err >&2; exit 7").done;
    expect(result).toMatchObject({ ending: { kind: "exited", exitCode: 7 }, stdout: "out\n", stderr: "err\n", isOutputCut: false });
    expect(result.elapsedMs).toBeGreaterThan(0);
  });

  it.each([0, 1, 42, 127, 128, 137, 190, 255])("keeps exit code %d", async (exitCode) => {
    expect((await shell(`exit ${exitCode}`).done).ending).toEqual({ kind: "exited", exitCode });
  });

  it("names the signal that ended the program", async () => {
    expect((await shell("kill -SEGV $$").done).ending).toEqual({ kind: "signalled", signal: "SIGSEGV" });
  });

  it("gives the child exactly the environment asked for", async () => {
    const result = await runner.run({ file: "/usr/bin/env", args: [], environment: { ONE: "1" }, timeoutMs: 5000 }).done;
    expect(result.stdout).toBe("ONE=1\n");
  });

  it("writes stdin and closes it", async () => {
    expect((await shell("cat", { stdin: "a=1\nb=2\n" }).done).stdout).toBe("a=1\nb=2\n");
    expect((await shell("cat").done).stdout).toBe("");
  });

  it("outlives a child that does not read a large stdin", async () => {
    expect((await shell("exit 3", { stdin: "x".repeat(4_000_000) }).done).ending).toEqual({ kind: "exited", exitCode: 3 });
  });

  it("starts in the folder asked for", async () => {
    expect((await shell("pwd", { cwd: folder }).done).stdout).toBe(`${folder}\n`);
  });

  it("ends a hanging program with SIGTERM", async () => {
    const result = await shell("echo before; exec sleep 100", { timeoutMs: FOR_A_SHELL_TO_START_MS }).done;
    expect(result).toMatchObject({ ending: { kind: "timed-out" }, stdout: "before\n" });
    expect(result.elapsedMs).toBeLessThan(FOR_A_SHELL_TO_START_MS + LIMITS.agentKillGraceMs);
  });

  it("kills a whole group that ignores SIGTERM", async () => {
    const result = await shell("trap '' TERM; sleep 100 & echo $! $$; wait; sleep 100", { timeoutMs: FOR_A_SHELL_TO_START_MS }).done;
    expect(result.ending).toEqual({ kind: "timed-out" });
    expect(result.elapsedMs).toBeGreaterThanOrEqual(LIMITS.agentKillGraceMs);
    for (const pid of result.stdout.trim().split(" ").map(Number)) await untilGone(pid);
  });

  it("says cancelled, and leaves nothing of the group", async () => {
    const running = shell(`trap '' TERM; sleep 100 & echo $! > ${folder}/cancel.pid; mv ${folder}/cancel.pid ${folder}/cancel; wait`);
    let pid = 0;
    while (pid === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      try {
        pid = Number(readFileSync(join(folder, "cancel"), "utf8"));
      } catch {
        // Not written yet.
      }
    }
    running.cancel();
    running.cancel();
    expect((await running.done).ending).toEqual({ kind: "cancelled" });
    await untilGone(pid);
  });

  it("keeps the beginning of a flood and drains the rest", async () => {
    const result = await shell("head -c 100000000 /dev/zero | tr '\\0' x; exit 5").done;
    expect(result.ending).toEqual({ kind: "exited", exitCode: 5 });
    expect(result.stdout.length).toBe(LIMITS.agentOutputBytes);
    expect(result.isOutputCut).toBe(true);
  });

  it("does not wait for a daemon that keeps the pipes open", async () => {
    const result = await shell("(setsid sleep 50 & echo $! > pid) ; echo started; exit 0", { cwd: folder }).done;
    const pid = Number(readFileSync(join(folder, "pid"), "utf8"));
    expect(result).toMatchObject({ ending: { kind: "exited", exitCode: 0 }, stdout: "started\n" });
    expect(result.elapsedMs).toBeLessThan(5000);
    expect(isAlive(pid), "a daemon may live on").toBe(true);
    process.kill(pid, "SIGKILL");
  });

  it("sees an end in time, and all output, although this process was busy meanwhile", async () => {
    const running = shell("head -c 50000 /dev/zero | tr '\\0' x; exit 4", { timeoutMs: FOR_A_SHELL_TO_START_MS });
    const untilMs = performance.now() + 2 * FOR_A_SHELL_TO_START_MS;
    while (performance.now() < untilMs);
    const result = await running.done;
    expect(result.ending).toEqual({ kind: "exited", exitCode: 4 });
    expect(result.stdout.length).toBe(50_000);
  });

  it("reports a missing program", async () => {
    for (const file of ["/nonexistent/agent", "kodou-no-such-program"]) {
      const result = await runner.run({ file, args: [], environment: { PATH }, timeoutMs: 1000 }).done;
      expect(result.ending).toMatchObject({ kind: "not-started", reason: "missing" });
    }
  });

  it("reports what is no executable file", async () => {
    const file = join(folder, "plain");
    writeFileSync(file, "#!/bin/sh\n");
    chmodSync(file, 0o644);
    for (const path of [file, folder]) {
      const result = await runner.run({ file: path, args: [], environment: {}, timeoutMs: 1000 }).done;
      expect(result.ending).toMatchObject({ kind: "not-started", reason: "no-permission" });
    }
  });
});
