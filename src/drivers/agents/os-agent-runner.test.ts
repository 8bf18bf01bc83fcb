import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { AgentCall } from "../../ports/agent-runner.ts";
import { OsProcessRunner } from "../process-runner.ts";
import { OsAgentRunner } from "./os-agent-runner.ts";

let folder = "";
let runner: OsAgentRunner;

const call = (more: Partial<AgentCall>): AgentCall => ({
  agentClass: "ocf",
  provider: "test",
  type: "Echo",
  resourceId: "res",
  action: "monitor",
  intervalMs: 0,
  timeoutMs: 10_000,
  parameters: {},
  meta: {},
  ...more,
});

function script(path: string, body: string, mode = 0o755): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, mode);
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "kodou-agents-"));
  runner = new OsAgentRunner({
    processes: new OsProcessRunner(),
    ownAgentsFolder: join(folder, "own"),
    ocfRoot: join(folder, "ocf"),
    initFolder: join(folder, "init.d"),
    heartbeatFolder: join(folder, "resource.d"),
    systemctl: join(folder, "systemctl"),
    systemdDropInFolder: join(folder, "systemd"),
    temporaryFolder: join(folder, "rsctmp"),
    environment: { EXTRA: "x" },
  });
  const metadata = '<?xml version="1.0"?><resource-agent name="Echo"/>';
  script("ocf/resource.d/test/Echo", `[ "$1" = meta-data ] && { echo '${metadata}'; exit 0; }; env | sort; echo "arg=$*"; exit 0`);
  script(
    "ocf/resource.d/test/Exit",
    'echo "ocf-exit-reason:first" >&2; echo "ocf-exit-reason:the last word" >&2; echo noise >&2; exit $OCF_RESKEY_code',
  );
  script("ocf/resource.d/test/Hang", "echo ocf-exit-reason:hung >&2; exec sleep 100");
  script("ocf/resource.d/test/Crash", "kill -KILL $$");
  script("ocf/resource.d/test/plain", "", 0o644);
  script("ocf/resource.d/test/.hidden", "");
  script("ocf/resource.d/kodou/Both", "exit 0");
  script("own/ocf/kodou/Both", "exit 1");
  script("own/ocf/kodou/Mine", "exit 7");
  script("outside", "exit 0");
  script(
    "init.d/web",
    `### BEGIN INIT INFO
# Provides:          web
# Required-Start:    $network $syslog
# Short-Description: a <web> server
# Description:       first line
#                    second line
### END INIT INFO
echo "$@" >> ${folder}/web.log; [ "$1" = status ] && exit $(cat ${folder}/web.status); exit 0`,
  );
  script(
    "resource.d/Old",
    `echo "$@" >> ${folder}/old.log; [ "$1" = status ] && exit 9; for a; do last=$a; done; [ "$last" = status ] && cat ${folder}/old.text; exit 0`,
  );
  script(
    "systemctl",
    `echo "$@" >> ${folder}/systemctl.log
case "$*" in
*show*gone.service) echo LoadState=not-found; echo ActiveState=inactive ;;
*show*) echo LoadState=loaded; echo Description=Tea; echo "ActiveState=$(cat ${folder}/unit.state)" ;;
*"start tea.service") echo active > ${folder}/unit.state ;;
*"stop tea.service") echo inactive > ${folder}/unit.state ;;
list-unit-files*) echo "tea.service disabled enabled"; echo "getty@.service enabled enabled"; echo "x.socket enabled" ;;
esac; exit 0`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("OCF agents", () => {
  it("get the documented environment and nothing of ours", async () => {
    process.env["KODOU_TEST_LEAK"] = "1";
    const parameters = { ip: "10.0.0.1", "dash-ed": "a b\nc", OCF_CHECK_LEVEL: "10" };
    const meta = { on_node: "n1", on_node_uuid: "1", notify_start_resource: " " };
    const result = await runner.run(call({ parameters, meta, intervalMs: 10_000, timeoutMs: 20_000 })).done;
    delete process.env["KODOU_TEST_LEAK"];
    expect(result.exitCode).toBe(OCF.success);
    const lines = result.stdout.split("\n");
    for (const line of [
      "OCF_RA_VERSION_MAJOR=1",
      "OCF_RA_VERSION_MINOR=1",
      `OCF_ROOT=${folder}/ocf`,
      "OCF_EXIT_REASON_PREFIX=ocf-exit-reason:",
      "OCF_OUTPUT_FORMAT=text",
      "OCF_RESOURCE_INSTANCE=res",
      "OCF_RESOURCE_TYPE=Echo",
      "OCF_RESOURCE_PROVIDER=test",
      "OCF_CHECK_LEVEL=10",
      "OCF_RESKEY_ip=10.0.0.1",
      "OCF_RESKEY_crm_feature_set=3.20.5",
      "OCF_RESKEY_CRM_meta_timeout=20000",
      "OCF_RESKEY_CRM_meta_interval=10000",
      "OCF_RESKEY_CRM_meta_name=monitor",
      "OCF_RESKEY_CRM_meta_on_node=n1",
      "OCF_RESKEY_CRM_meta_notify_start_resource= ",
      "LC_ALL=C",
      "HA_LOGFACILITY=none",
      "HA_logfacility=none",
      `HA_RSCTMP=${folder}/rsctmp`,
      "EXTRA=x",
      "arg=monitor",
    ])
      expect(lines).toContain(line);
    expect(result.stdout).not.toContain("KODOU_TEST_LEAK");
    expect(existsSync(join(folder, "rsctmp"))).toBe(true);
  });

  it("give no interval for a probe", async () => {
    expect((await runner.run(call({})).done).stdout).not.toContain("CRM_meta_interval");
  });

  it.each([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 190, 191, 42])("keep exit code %d", async (code) => {
    const result = await runner.run(call({ type: "Exit", parameters: { code: String(code) } })).done;
    expect(result).toMatchObject({ exitCode: code, operationStatus: OPERATION_STATUS.done, exitReason: "the last word" });
  });

  it.each([189, 193, 194, 199])("cannot claim the manager's own code %d", async (code) => {
    expect((await runner.run(call({ type: "Exit", parameters: { code: String(code) } })).done).exitCode).toBe(1);
  });

  it("time out", async () => {
    const result = await runner.run(call({ type: "Hang", timeoutMs: 50 })).done;
    expect(result).toMatchObject({ exitCode: 1, operationStatus: OPERATION_STATUS.timedOut });
    expect(result.exitReason).toBe("Resource agent did not complete within 50ms");
  });

  it("can be cancelled, and crash", async () => {
    const running = runner.run(call({ type: "Hang" }));
    running.cancel();
    expect((await running.done).operationStatus).toBe(OPERATION_STATUS.cancelled);
    const crash = await runner.run(call({ type: "Crash" })).done;
    expect(crash).toMatchObject({ exitCode: 1, operationStatus: OPERATION_STATUS.error, exitReason: expect.stringContaining("SIGKILL") });
  });

  it("may be absent or not executable", async () => {
    const missing = await runner.run(call({ type: "None" })).done;
    expect(missing).toMatchObject({ exitCode: OCF.notInstalled, operationStatus: OPERATION_STATUS.notInstalled });
    expect(missing.exitReason).toBe("ocf:test:None is not installed here");
    const plain = await runner.run(call({ type: "plain" })).done;
    expect(plain).toMatchObject({ exitCode: OCF.insufficientPrivileges, operationStatus: OPERATION_STATUS.error });
  });

  it.each(["../../../outside", "..", ".hidden", "a/b", "", "-x", "a\0b"])("never run the name %j", async (type) => {
    expect((await runner.run(call({ type })).done).operationStatus).toBe(OPERATION_STATUS.invalid);
    expect((await runner.run(call({ provider: type, type: "outside" })).done).operationStatus).toBe(OPERATION_STATUS.invalid);
    expect(await runner.metadata("ocf", "test", type)).toBeUndefined();
  });

  it("of our own come after the installed ones", async () => {
    expect((await runner.run(call({ provider: "kodou", type: "Both" })).done).exitCode).toBe(0);
    expect((await runner.run(call({ provider: "kodou", type: "Mine" })).done).exitCode).toBe(7);
  });

  it("are listed, and give their meta-data unchanged", async () => {
    expect(await runner.list()).toEqual(["heartbeat", "lsb", "ocf", "service", "systemd"]);
    expect(await runner.list("ocf")).toEqual(["kodou", "test"]);
    expect(await runner.list("ocf", "kodou")).toEqual(["Both", "Mine"]);
    expect(await runner.list("ocf", "test")).toEqual(["Crash", "Echo", "Exit", "Hang"]);
    expect(await runner.metadata("ocf", "test", "Echo")).toBe('<?xml version="1.0"?><resource-agent name="Echo"/>\n');
    expect(await runner.metadata("ocf", "test", "None")).toBeUndefined();
  });

  it("are not called with a parameter that cannot be passed", async () => {
    const result = await runner.run(call({ parameters: { "a=b": "1" } })).done;
    expect(result).toMatchObject({ exitCode: OCF.notConfigured, operationStatus: OPERATION_STATUS.invalid });
  });
});

describe("the connection to a remote node", () => {
  // As the file that Pacemaker installs, which none of its own clusters calls.
  beforeAll(() => script("ocf/resource.d/pacemaker/remote", '[ "$1" = meta-data ] && { echo "<resource-agent/>"; exit 0; }; exit 1'));
  const connection = (action: string) => runner.run(call({ provider: "pacemaker", type: "remote", action })).done;

  it("cannot be had, and says so", async () => {
    const { exitCode, operationStatus, exitReason } = await connection("start");
    expect([exitCode, operationStatus]).toEqual([OCF.notInstalled, OPERATION_STATUS.notInstalled]);
    expect(exitReason).toContain("does not connect to remote nodes");
  });

  it("is never active, and stopped at once", async () => {
    expect((await connection("monitor")).exitCode).toBe(OCF.notRunning);
    expect((await connection("stop")).exitCode).toBe(OCF.success);
  });

  it("is described by the installed file", async () => {
    expect(await runner.metadata("ocf", "pacemaker", "remote")).toContain("<resource-agent/>");
  });
});

describe("init scripts", () => {
  it.each([
    ["0", 0],
    ["1", 7],
    ["2", 7],
    ["3", 7],
    ["4", 1],
    ["150", 5],
    ["151", 4],
    ["9", 1],
  ])("status %s means %d", async (status, exitCode) => {
    writeFileSync(join(folder, "web.status"), status);
    for (const agentClass of ["lsb", "service"] as const)
      expect((await runner.run(call({ agentClass, provider: "", type: "web" })).done).exitCode).toBe(exitCode);
  });

  it("get the action alone", async () => {
    rmSync(join(folder, "web.log"), { force: true });
    await runner.run(call({ agentClass: "lsb", type: "web", action: "start", parameters: { a: "1" } })).done;
    await runner.run(call({ agentClass: "lsb", type: "web", action: "stop" })).done;
    expect(readFileSync(join(folder, "web.log"), "utf8")).toBe("start\nstop\n");
    expect((await runner.run(call({ agentClass: "lsb", type: "web", action: "promote" })).done).exitCode).toBe(OCF.unimplemented);
  });

  it("have meta-data made from their header", async () => {
    const xml = (await runner.metadata("lsb", "", "web")) ?? "";
    expect(xml).toContain('<shortdesc lang="en">a &lt;web&gt; server</shortdesc>');
    expect(xml).toContain("first line second line");
    expect(xml).toContain("<Required-Start>$network $syslog</Required-Start>");
  });
});

describe("Heartbeat scripts", () => {
  it.each([
    ["INFO:  Running OK", 0],
    ["INFO:  Resource is stopped", 7],
    ["It is running", 0],
    ["is Not Running", 7],
    ["running, then stopped", 7],
    ["all OK", 0],
    ["ok", 7],
    ["", 7],
  ])("status text %j means %d", async (text, exitCode) => {
    writeFileSync(join(folder, "old.text"), text);
    const parameters = { "2": "b c", "1": "a", "10": "z", other: "no" };
    expect((await runner.run(call({ agentClass: "heartbeat", type: "Old", parameters })).done).exitCode).toBe(exitCode);
  });

  it("get numbered parameters before the action", async () => {
    rmSync(join(folder, "old.log"), { force: true });
    const parameters = { "2": "b c", "1": "a", "10": "z", other: "no" };
    await runner.run(call({ agentClass: "heartbeat", type: "Old", action: "start", parameters })).done;
    expect(readFileSync(join(folder, "old.log"), "utf8")).toBe("a b c z start\n");
    expect(await runner.metadata("heartbeat", "", "Old")).toContain('<resource-agent name="Old"');
    expect(await runner.list("heartbeat")).toEqual(["Old"]);
  });
});

describe("systemd units", () => {
  const unit = (action: string, more: Partial<AgentCall> = {}) =>
    runner.run(call({ agentClass: "systemd", type: "tea", action, ...more })).done;

  it("start with a drop-in that goes away at the stop", async () => {
    writeFileSync(join(folder, "unit.state"), "inactive");
    const dropIn = join(folder, "systemd/tea.service.d/50-kodou.conf");
    expect((await unit("monitor")).exitCode).toBe(OCF.notRunning);
    expect((await unit("start")).exitCode).toBe(OCF.success);
    expect(readFileSync(dropIn, "utf8")).toContain("Restart=no");
    expect((await unit("monitor")).exitCode).toBe(OCF.success);
    expect((await unit("stop")).exitCode).toBe(OCF.success);
    expect(existsSync(dropIn)).toBe(false);
    expect((await unit("monitor")).exitCode).toBe(OCF.notRunning);
  });

  it("between two states are asked until the time is up", async () => {
    writeFileSync(join(folder, "unit.state"), "activating");
    expect((await unit("monitor", { timeoutMs: 200 })).operationStatus).toBe(OPERATION_STATUS.timedOut);
    const running = unit("monitor", { timeoutMs: 30_000 });
    writeFileSync(join(folder, "unit.next"), "active");
    renameSync(join(folder, "unit.next"), join(folder, "unit.state"));
    expect((await running).exitCode).toBe(OCF.success);
  });

  it("may be missing: an error to start, no error to stop", async () => {
    expect((await unit("start", { type: "gone" })).operationStatus).toBe(OPERATION_STATUS.notInstalled);
    expect((await unit("monitor", { type: "gone" })).exitCode).toBe(OCF.notInstalled);
    expect((await unit("stop", { type: "gone" })).exitCode).toBe(OCF.success);
  });

  it("are listed, and serve the class service where no init script does", async () => {
    expect(await runner.list("systemd")).toEqual(["getty@", "tea"]);
    expect(await runner.list("service")).toEqual(["getty@", "tea", "web"]);
    writeFileSync(join(folder, "unit.state"), "active");
    expect((await runner.run(call({ agentClass: "service", type: "tea" })).done).exitCode).toBe(OCF.success);
  });
});
