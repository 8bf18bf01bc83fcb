import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseAgentMetadata } from "../../src/drivers/agents/agent-metadata.ts";
import { OsAgentRunner } from "../../src/drivers/agents/os-agent-runner.ts";
import { OsProcessRunner } from "../../src/drivers/process-runner.ts";
import type { AgentCall } from "../../src/ports/agent-runner.ts";
import type { ProcessRunner } from "../../src/ports/process-runner.ts";
import { requirePackages, requireRoot } from "./requirements.ts";

const OWN_AGENTS = join(import.meta.dirname, "..", "..", "resource-agents");
const NETWORK = `kodou-ocf-${process.pid}`;
const PEER = `${NETWORK}-peer`;
let folder = "";

const inNetwork = (...command: readonly string[]) => {
  const result = spawnSync("ip", ["netns", "exec", NETWORK, ...command], { encoding: "utf8" });
  return { status: result.status, output: result.stdout + result.stderr };
};

/** Runs everything inside the test's network. */
const processes: ProcessRunner = {
  run: (spec) =>
    new OsProcessRunner().run({ ...spec, file: "nsenter", args: [`--net=/run/netns/${NETWORK}`, "--", spec.file, ...spec.args] }),
};

beforeAll(() => {
  requireRoot();
  requirePackages("resource-agents", "libxml2-utils", "iproute2", "iputils-arping", "net-tools", "apache2", "curl");
  folder = mkdtempSync(join(tmpdir(), "kodou-ocf-"));
  // Agents run as nobody as well.
  execFileSync("chmod", ["755", folder]);
  for (const name of [NETWORK, PEER]) execFileSync("ip", ["netns", "add", name]);
  for (const line of [
    "link set lo up",
    `link add eth0 type veth peer name port0 netns ${PEER}`,
    "link set eth0 up",
    "addr add 192.168.0.1/24 brd + dev eth0",
    "-6 addr add fd00::1/64 dev eth0 nodad",
  ])
    expect(inNetwork("ip", ...line.split(" ")), line).toMatchObject({ status: 0 });
  execFileSync("ip", ["-n", PEER, "link", "set", "port0", "up"]);
  execFileSync("ip", ["-n", PEER, "addr", "add", "192.168.0.2/24", "dev", "port0"]);
});
afterAll(() => {
  for (const name of [NETWORK, PEER]) spawnSync("ip", ["netns", "del", name]);
  if (folder !== "") rmSync(folder, { recursive: true, force: true });
});

describe("our OCF agents pass ocf-tester", () => {
  const apacheConfiguration = () => {
    const file = join(folder, "apache.conf");
    const modules = "/usr/lib/apache2/modules";
    mkdirSync(join(folder, "www"), { recursive: true });
    writeFileSync(join(folder, "www", "index.html"), "hello\n");
    writeFileSync(
      file,
      `ServerRoot ${folder}\nServerName test\nListen 127.0.0.1:8123\nPidFile ${folder}/apache.pid\nErrorLog ${folder}/error.log
LoadModule mpm_event_module ${modules}/mod_mpm_event.so\nLoadModule authz_core_module ${modules}/mod_authz_core.so
LoadModule dir_module ${modules}/mod_dir.so\nMutex file:${folder}\nUser www-data\nGroup www-data
DocumentRoot ${folder}/www\n<Directory ${folder}/www>\nRequire all granted\n</Directory>\n`,
    );
    return file;
  };

  it.each([
    ["Dummy", () => ["fake=x", `state=${folder}/dummy`]],
    ["IPaddr2", () => ["ip=192.168.0.50"]],
    ["IPaddr2", () => ["ip=192.168.0.51", "nic=eth0", "cidr_netmask=255.255.255.0", "iflabel=vip"]],
    ["IPaddr2", () => ["ip=fd00::50", "nic=eth0"]],
    ["IPaddr", () => ["ip=192.168.0.52", "nic=eth0"]],
    ["apache", () => [`configfile=${apacheConfiguration()}`, "testregex=hello"]],
  ])("%s (%#)", (name, parameters) => {
    const options = parameters().flatMap((parameter) => ["-o", parameter]);
    const result = inNetwork(
      "env",
      `HA_RSCTMP=${folder}/rsctmp`,
      "ocf-tester",
      "-n",
      `test-${name}`,
      ...options,
      `${OWN_AGENTS}/ocf/kodou/${name}`,
    );
    expect(result.output).toContain("passed all tests");
    expect(result.status).toBe(0);
  });
});

describe("agents run through the agent runner", () => {
  const runner = () => new OsAgentRunner({ processes, ownAgentsFolder: OWN_AGENTS, temporaryFolder: join(folder, "runner") });
  const call = (provider: string, type: string, action: string, parameters: Record<string, string>): AgentCall => ({
    agentClass: "ocf",
    provider,
    type,
    resourceId: `runner-${type}`,
    action,
    intervalMs: 0,
    timeoutMs: 30_000,
    parameters,
    meta: {},
  });

  it.each([
    ["heartbeat", "Dummy", () => ({ state: join(folder, "debian-dummy") })],
    ["heartbeat", "IPaddr", () => ({ ip: "192.168.0.60", nic: "eth0" })],
    ["heartbeat", "IPaddr2", () => ({ ip: "192.168.0.61", nic: "eth0" })],
    ["kodou", "Dummy", () => ({})],
    ["kodou", "IPaddr", () => ({ ip: "192.168.0.62", nic: "eth0" })],
    ["kodou", "IPaddr2", () => ({ ip: "192.168.0.63" })],
    ["kodou", "IPaddr2", () => ({ ip: "fd00::63" })],
  ])("ocf:%s:%s (%#)", async (provider, type, parameters) => {
    const agents = runner();
    const codes: number[] = [];
    for (const action of ["monitor", "start", "start", "monitor", "stop", "stop", "monitor"]) {
      const result = await agents.run(call(provider, type, action, parameters())).done;
      codes.push(result.exitCode);
      if (![0, 7].includes(result.exitCode)) expect.fail(`${action}: ${JSON.stringify(result)}`);
    }
    expect(codes).toEqual([7, 0, 0, 0, 0, 0, 7]);
    const metadata = parseAgentMetadata((await agents.metadata("ocf", provider, type)) ?? "");
    expect(metadata?.name).toBe(type);
    expect(metadata?.actions.map((action) => action.name)).toEqual(expect.arrayContaining(["start", "stop", "monitor"]));
  });

  it("IPaddr takes the lowest free alias, with the broadcast address of its network", async () => {
    const agents = runner();
    const first = { ...call("kodou", "IPaddr", "start", { ip: "192.168.0.70", nic: "eth0" }), resourceId: "first" };
    const second = { ...call("kodou", "IPaddr", "start", { ip: "192.168.0.71", nic: "eth0" }), resourceId: "second" };
    expect([(await agents.run(first).done).exitCode, (await agents.run(second).done).exitCode]).toEqual([0, 0]);
    const shown = inNetwork("ifconfig").output;
    expect(shown).toMatch(/eth0:0: .*\n +inet 192\.168\.0\.70 +netmask 255\.255\.255\.0 +broadcast 192\.168\.0\.255/);
    expect(shown).toMatch(/eth0:1: .*\n +inet 192\.168\.0\.71/);
    for (const started of [first, second]) await agents.run({ ...started, action: "stop" }).done;
    expect(inNetwork("ifconfig").output).not.toMatch(/eth0:\d/);
  });

  it.each([
    ["IPaddr2", { ip: "192.168.0.300" }, 6, "is no IP address"],
    ["IPaddr2", {}, 6, "ip is missing"],
    ["IPaddr2", { ip: "192.168.0.5", nic: "eth9" }, 2, "no interface eth9"],
    ["IPaddr2", { ip: "192.168.0.5", cidr_netmask: "255.0.255.0" }, 6, "is no netmask"],
    ["IPaddr", { ip: "fd00::5" }, 6, "IPv4 only"],
  ])("%s with %j fails with %d and says why", async (type, parameters, exitCode, reason) => {
    const result = await runner().run(call("kodou", type, "start", parameters)).done;
    expect(result.exitCode).toBe(exitCode);
    expect(result.exitReason).toContain(reason);
  });

  it("tells the neighbours where an address is now", async () => {
    // A host on the other end of the wire that learns addresses from announcements alone.
    const peer = (...command: readonly string[]) => spawnSync("ip", ["netns", "exec", PEER, ...command], { encoding: "utf8" }).stdout;
    peer("sysctl", "-q", "-w", "net.ipv4.conf.port0.arp_accept=1");
    expect(
      (await runner().run(call("kodou", "IPaddr2", "start", { ip: "192.168.0.80", nic: "eth0", arp_count: "50" })).done).exitCode,
    ).toBe(0);
    await expect.poll(() => peer("ip", "neigh", "show", "192.168.0.80"), { timeout: 10_000 }).toContain("lladdr");
    const announcer = join(folder, "runner", "kodou-announce-runner-IPaddr2");
    expect(readFileSync(announcer, "utf8")).toContain("192.168.0.80");
    expect((await runner().run(call("kodou", "IPaddr2", "stop", { ip: "192.168.0.80", nic: "eth0" })).done).exitCode).toBe(0);
    expect(() => readFileSync(announcer)).toThrow();
    // A helper that removes its pid file must never be given a device for one.
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });
});
