import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OsAgentRunner } from "../../src/drivers/agents/os-agent-runner.ts";
import { OsProcessRunner } from "../../src/drivers/process-runner.ts";
import { childrenOf } from "../../src/lab/lab-processes.ts";
import { OCF, OPERATION_STATUS } from "../../src/model/exit-code.ts";
import type { AgentCall, AgentResult } from "../../src/ports/agent-runner.ts";
import { requirePackages, requireRoot } from "./requirements.ts";
import { eventually } from "./waiting.ts";

/** Pid 1 of the namespaces: FOLDER. Only the units of the folder exist there: nothing of them touches this machine. */
const INIT = `#!/bin/sh
set -e
mount -t proc proc /proc
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/systemd/system
mount --bind "$1/drop-ins" /run/systemd/system
umount -R /sys/fs/cgroup 2>/dev/null || :
mount -t cgroup2 cgroup2 /sys/fs/cgroup
exec env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin SYSTEMD_UNIT_PATH="$1/units:/run/systemd/system" \\
  /lib/systemd/systemd --system --unit=all.target --log-target=null
`;
/** Enters a control group of its own first, so that systemd manages that one. */
const LAUNCH = `echo $$ >"$2/cgroup.procs"; exec unshare --fork --pid --mount --uts --ipc --net --cgroup --kill-child --propagation private sh "$1/init.sh" "$1"`;

const UNITS: Readonly<Record<string, string>> = {
  "all.target": "[Unit]\nDescription=All\nDefaultDependencies=no\n",
  "tea.service": "[Unit]\nDescription=Tea\nDefaultDependencies=no\n[Service]\nExecStart=/bin/sleep 1000\nRestart=always\n",
  "broken.service": "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/false\n",
  "slow.service": "[Unit]\nDefaultDependencies=no\n[Service]\nType=oneshot\nExecStart=/bin/sleep 1000\nTimeoutStopSec=2\n",
};

let folder = "";
let groups = "";
let launched: ChildProcess;
let runner: OsAgentRunner;

beforeAll(async () => {
  requireRoot();
  requirePackages("systemd", "util-linux", "mount");
  folder = mkdtempSync(join(tmpdir(), "kodou-systemd-"));
  for (const part of ["units", "drop-ins", "groups"]) mkdirSync(join(folder, part));
  for (const [name, text] of Object.entries(UNITS)) writeFileSync(join(folder, "units", name), text);
  writeFileSync(join(folder, "init.sh"), INIT);
  execFileSync("mount", ["-t", "cgroup2", "none", join(folder, "groups")]);
  groups = join(folder, "groups", `kodou-systemd-${process.pid}`);
  mkdirSync(groups);
  launched = spawn("sh", ["-c", LAUNCH, "launch", folder, groups], { stdio: "ignore" });
  const pid = await eventually("the first process of the namespaces", () => childrenOf(launched.pid ?? 0)[0], 10_000);
  const systemctl = join(folder, "systemctl");
  writeFileSync(systemctl, `#!/bin/sh\nexec nsenter -t ${pid} -m -u -i -n -p -C -- systemctl "$@"\n`);
  chmodSync(systemctl, 0o755);
  runner = new OsAgentRunner({
    processes: new OsProcessRunner(),
    ownAgentsFolder: join(folder, "own"),
    ocfRoot: join(folder, "ocf"),
    initFolder: join(folder, "init.d"),
    heartbeatFolder: join(folder, "resource.d"),
    systemctl,
    systemdDropInFolder: join(folder, "drop-ins"),
    temporaryFolder: join(folder, "rsctmp"),
    environment: {},
  });
  await eventually("systemd answers", () => isUp(), 20_000);
});

afterAll(async () => {
  const [pid] = childrenOf(launched?.pid ?? 0);
  if (pid !== undefined) process.kill(pid, "SIGKILL");
  await eventually("no group is left", () => removeGroups(groups), 10_000);
  execFileSync("umount", [join(folder, "groups")]);
  rmSync(folder, { recursive: true, force: true });
});

/** Removes a tree of control groups; false while something runs in it. */
function removeGroups(path: string): boolean {
  if (!existsSync(path)) return true;
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory()) removeGroups(join(path, entry.name));
    rmdirSync(path);
    return true;
  } catch {
    return false;
  }
}

function systemctl(...words: string[]): string {
  return execFileSync(join(folder, "systemctl"), words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

function isUp(): boolean {
  try {
    return systemctl("show", "--property=ActiveState", "--value", "all.target") === "active";
  } catch {
    return false;
  }
}

function unit(type: string, action: string, more: Partial<AgentCall> = {}): Promise<AgentResult> {
  const what = { agentClass: "systemd", provider: "", type, resourceId: type, action, parameters: {}, meta: {} } as const;
  return runner.run({ ...what, intervalMs: 0, timeoutMs: 20_000, ...more }).done;
}

describe("units of a real systemd", () => {
  it("are listed, and described", async () => {
    expect(await runner.list("systemd")).toEqual(["broken", "slow", "tea"]);
    expect(await runner.metadata("systemd", "", "tea")).toContain("Tea");
    expect(await runner.metadata("systemd", "", "gone")).toBeUndefined();
  });

  it("start under the cluster's rules, and stop", async () => {
    expect((await unit("tea", "monitor")).exitCode).toBe(OCF.notRunning);
    expect(await unit("tea", "start")).toMatchObject({ exitCode: OCF.success, operationStatus: OPERATION_STATUS.done });
    expect((await unit("tea", "monitor")).exitCode).toBe(OCF.success);
    expect(systemctl("show", "--property=Description,Restart", "tea")).toBe("Restart=no\nDescription=Cluster Controlled tea");
    expect((await unit("tea", "stop")).exitCode).toBe(OCF.success);
    expect((await unit("tea", "monitor")).exitCode).toBe(OCF.notRunning);
    expect(systemctl("show", "--property=Description,Restart", "tea")).toBe("Restart=always\nDescription=Tea");
    expect((await unit("tea", "stop")).exitCode).toBe(OCF.success);
  });

  it("stay down when they die: recovering them is the cluster's affair", async () => {
    await unit("tea", "start");
    systemctl("kill", "--signal=KILL", "tea");
    await eventually("it is down", () => systemctl("show", "--property=ActiveState", "--value", "tea") === "failed", 5000);
    expect((await unit("tea", "monitor")).exitCode).toBe(OCF.notRunning);
    expect((await unit("tea", "start")).exitCode).toBe(OCF.success);
    expect((await unit("tea", "stop")).exitCode).toBe(OCF.success);
  });

  it("that fail or do not exist are errors", async () => {
    const broken = await unit("broken", "start");
    expect(broken).toMatchObject({ exitCode: OCF.genericError, operationStatus: OPERATION_STATUS.error });
    expect(broken.exitReason).toContain("broken.service");
    expect(await unit("gone", "start")).toMatchObject({ operationStatus: OPERATION_STATUS.notInstalled });
    expect((await unit("gone", "stop")).exitCode).toBe(OCF.success);
  });

  it("that take too long time out, are between two states meanwhile, and can be stopped", async () => {
    expect(await unit("slow", "start", { timeoutMs: 2000 })).toMatchObject({ operationStatus: OPERATION_STATUS.timedOut });
    expect(await unit("slow", "monitor", { timeoutMs: 2000 })).toMatchObject({ operationStatus: OPERATION_STATUS.timedOut });
    expect((await unit("slow", "stop")).exitCode).toBe(OCF.success);
    expect((await unit("slow", "monitor")).exitCode).toBe(OCF.notRunning);
  });
});
