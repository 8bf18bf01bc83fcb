import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { identify } from "../../src/lab/lab-processes.ts";
import { PROGRAMS } from "./programs.ts";
import { requirePackages, requireRoot } from "./requirements.ts";

const NOBODY = 65534;
let folder = "";

beforeAll(() => {
  requireRoot();
  requirePackages("iproute2", "nftables", "socat", "util-linux", "mount", "iputils-ping", "iputils-arping");
  folder = mkdtempSync(join(tmpdir(), "kodou-rootless-"));
  // The clone may lie where only root can read.
  for (const part of ["dist", "examples", "resource-agents"]) cpSync(join(PROGRAMS, "..", part), join(folder, part), { recursive: true });
  spawnSync("chown", ["-R", String(NOBODY), folder]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** `kodou` as a user who owns nothing but the folder. */
function kodou(...words: string[]): { exitCode: number | null; stdout: string; stderr: string } {
  const asNobody = ["--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups", "env", `XDG_RUNTIME_DIR=${folder}`];
  const command = [...asNobody, process.execPath, join(folder, "dist/kodou.cjs"), ...words];
  const done = spawnSync("setpriv", command, { encoding: "utf8", cwd: folder, timeout: 120_000 });
  return { exitCode: done.status, stdout: done.stdout, stderr: done.stderr };
}

/** Command lines of living processes that run as nobody in a user namespace other than this one. */
function left(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      if (identify(Number(pid)) === undefined || statSync(`/proc/${pid}`).uid !== NOBODY) return [];
      const isElsewhere = readlinkSync(`/proc/${pid}/ns/user`) !== readlinkSync("/proc/self/ns/user");
      return isElsewhere ? [readFileSync(`/proc/${pid}/cmdline`, "latin1")] : [];
    } catch {
      return [];
    }
  });
}

describe("a user without root", () => {
  it("has a lab that stays between commands, and leaves nothing behind", () => {
    expect(kodou("lab", "up", "2")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(kodou("lab", "exec", "n1", "sh", "-c", "echo kept >/etc/note; ping -n -c 1 -W 5 n2 >/dev/null && hostname").stdout).toBe("n1\n");
    expect(kodou("lab", "kill", "n1")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(kodou("lab", "exec", "n2", "ping", "-n", "-c", "1", "-W", "1", "n1").exitCode).toBe(1);
    expect(kodou("lab", "boot", "n1")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(kodou("lab", "exec", "n1", "cat", "/etc/note").stdout).toBe("kept\n");
    expect(kodou("lab", "exec", "n1", "false").exitCode).toBe(1);
    expect(kodou("lab", "down")).toMatchObject({ exitCode: 0, stderr: "" });
    expect(left()).toEqual([]);
    expect(readdirSync(join(folder, "kodou-lab"))).toEqual([]);
  });

  it("sees the demonstration: start, failover, fencing, failback", () => {
    const shown = kodou("demo", "--json");
    expect(shown.exitCode, shown.stdout + shown.stderr).toBe(0);
    expect(JSON.parse(shown.stdout.trim().split("\n").at(-1) ?? "")).toMatchObject({ maxHolders: 1 });
    expect(left()).toEqual([]);
  });
});
