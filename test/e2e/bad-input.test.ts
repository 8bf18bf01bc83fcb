import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { nodeHasAddress } from "../../src/lab/address-holders.ts";
import { Lab } from "../../src/lab/lab.ts";
import { bindsFor, LabCluster } from "../../src/lab/lab-cluster.ts";
import type { ProcessResult } from "../../src/ports/process-runner.ts";
import { PROGRAMS } from "./programs.ts";
import { requirePackages, requireRoot } from "./requirements.ts";
import { eventually } from "./waiting.ts";

const TAG = `i${process.pid.toString(36)}`;
const ADDRESS = "192.168.0.181";
const PROVIDER = `kodou-e2e-${process.pid}`;
const AGENTS = `/usr/lib/ocf/resource.d/${PROVIDER}`;
const STEP_MS = 90_000;
/** Two members, and a machine beside them that belongs to nobody. */
const MEMBERS = ["a", "b"] as const;
const STRANGER = "c";

const HA_CF = `logfile /var/log/ha-log
keepalive 100ms
deadtime 1
warntime 500ms
initdead 10
baud 115200
bcast eth2
serial /dev/ttyHB0
node a b
`;

const CONFIGURATION = `<configuration>
  <crm_config><cluster_property_set id="cib-bootstrap-options"><nvpair id="fencing" name="stonith-enabled" value="false"/></cluster_property_set></crm_config>
  <nodes/>
  <resources>
    <primitive id="ip" class="ocf" provider="kodou" type="IPaddr2">
      <instance_attributes id="ip-p"><nvpair id="ip-ip" name="ip" value="${ADDRESS}"/><nvpair id="ip-m" name="cidr_netmask" value="24"/><nvpair id="ip-n" name="nic" value="eth0"/></instance_attributes>
      <operations><op id="ip-monitor" name="monitor" interval="1s" timeout="10s"/></operations>
    </primitive>
  </resources>
  <constraints><rsc_location id="ip-a" rsc="ip" node="a" score="100"/></constraints>
</configuration>`;

/** An agent that behaves badly in the way its parameter \`how\` says. */
const BAD_AGENT = `#!/bin/sh
: "\${OCF_RESKEY_how:=none}"
case "$1" in
meta-data) echo '<resource-agent name="bad" version="1"><version>1.1</version><longdesc lang="en">bad</longdesc><shortdesc lang="en">bad</shortdesc><parameters/><actions><action name="start" timeout="20s"/><action name="stop" timeout="20s"/><action name="monitor" timeout="20s" interval="10s"/><action name="meta-data" timeout="5s"/></actions></resource-agent>'; exit 0 ;;
monitor) exit 7 ;;
stop) exit 0 ;;
start)
  case "$OCF_RESKEY_how" in
  hang) trap '' TERM; sleep 600 & wait; sleep 600 ;;
  flood) head -c 5000000 /dev/zero | tr '\\0' x; head -c 5000000 /dev/zero | tr '\\0' y >&2; exit 1 ;;
  odd) exit 193 ;;
  esac ;;
esac
exit 1
`;

let lab: Lab;
let cluster: LabCluster;

const printed = async (node: string, tool: string, ...words: string[]): Promise<string> =>
  (await cluster.tool(node, tool, ...words)).stdout.trim();
const untilWhole = async (): Promise<void> => {
  for (const node of MEMBERS)
    await eventually(`a and b are members for ${node}`, async () => (await printed(node, "crm_node", "-p")) === "a b", STEP_MS, logs);
  await eventually("the address on a", () => holders() === "a", STEP_MS, logs);
};
const holders = (): string =>
  [...MEMBERS, STRANGER]
    .filter((name) => {
      const { pid } = lab.node(name);
      return pid !== undefined && nodeHasAddress(pid, ADDRESS);
    })
    .join();
const log = (node: string): string => {
  try {
    return readFileSync(join(lab.nodeFolder(node), "var/log/ha-log"), "utf8");
  } catch {
    return "";
  }
};
const logs = (): string => [...MEMBERS, STRANGER].map((node) => `--- ${node}\n${log(node).split("\n").slice(-120).join("\n")}`).join("\n");
const must = async (node: string, text: string): Promise<string> => {
  const result = await lab.exec(node, ["sh", "-c", text]);
  if (result.ending.kind !== "exited" || result.ending.exitCode !== 0) throw new Error(`${node}: ${text}: ${JSON.stringify(result)}`);
  return result.stdout;
};
const cibadmin = (words: readonly string[], stdin?: string): Promise<ProcessResult> =>
  lab.exec("b", [process.execPath, join(PROGRAMS, "cibadmin.cjs"), ...words], stdin === undefined ? {} : { stdin });
const exitCode = (result: ProcessResult): number => (result.ending.kind === "exited" ? result.ending.exitCode : -1);
const option = (name: string): Promise<string> => printed("a", "crm_attribute", "--name", name, "--query", "--quiet");
const setOption = (node: string, name: string, value: string): Promise<string> =>
  cluster.mustTool(node, "crm_attribute", "--name", name, "--update", value);

beforeAll(async () => {
  requireRoot();
  requirePackages("iproute2", "nftables", "socat", "util-linux", "procps", "iputils-ping", "iputils-arping");
  mkdirSync(AGENTS, { recursive: true });
  writeFileSync(join(AGENTS, "bad"), BAD_AGENT, { mode: 0o755 });
  lab = await Lab.up({ tag: TAG, nodes: [...MEMBERS, STRANGER], binds: bindsFor(PROGRAMS) });
  cluster = new LabCluster(lab, PROGRAMS);
  await cluster.configure(HA_CF, "a key of the test");
  await Promise.all(MEMBERS.map((node) => cluster.start(node)));
  await eventually("members", async () => (await printed("b", "crm_node", "-p")) === "a b", STEP_MS, logs);
  expect(exitCode(await cibadmin(["-R", "-o", "configuration", "--xml-pipe"], CONFIGURATION))).toBe(0);
  await untilWhole();
});
afterEach(async () => {
  await untilWhole();
});
afterAll(async () => {
  await lab?.down();
  rmSync(AGENTS, { recursive: true, force: true });
});

describe("configuration", () => {
  const deep = `${"<group id='g'>".repeat(3000)}${"</group>".repeat(3000)}`;
  it.each([
    ["malformed", ["-R", "-o", "resources", "--xml-pipe"], "<resources><primitive id='x'></resources>", /line 1/],
    ["truncated", ["-R", "-o", "configuration", "--xml-pipe"], CONFIGURATION.slice(0, 300), /line \d+/],
    ["no XML at all", ["-R", "--xml-pipe"], "hello", /line 1/],
    ["with a DTD", ["-R", "-o", "resources", "--xml-pipe"], '<!DOCTYPE x [<!ENTITY e "boom">]><resources>&e;</resources>', /line 1/],
    ["nested 3000 deep", ["-R", "-o", "resources", "--xml-pipe"], `<resources>${deep}</resources>`, /deep|nest/i],
    [
      "a duplicate id",
      ["-C", "-o", "resources", "--xml-pipe"],
      '<primitive id="ip" class="ocf" provider="kodou" type="Dummy"/>',
      /exists/i,
    ],
    ["an unknown element", ["-C", "-o", "resources", "--xml-pipe"], '<spaceship id="s"/>', /spaceship/],
    [
      "an unknown attribute",
      ["-C", "-o", "resources", "--xml-pipe"],
      '<primitive id="s" class="ocf" provider="p" type="t" warp="9"/>',
      /warp/,
    ],
    [
      "the id of something else",
      ["-C", "-o", "resources", "--xml-pipe"],
      '<primitive id="fencing" class="ocf" provider="kodou" type="Dummy"/>',
      /fencing/,
    ],
  ])("is refused and changes nothing: %s", async (_what, words, input, message) => {
    const before = await printed("a", "cibadmin", "-Q", "-o", "configuration");
    const result = await cibadmin(words, input);
    expect(exitCode(result)).toBeGreaterThan(0);
    expect(result.stderr + result.stdout).toMatch(message);
    expect(await printed("a", "cibadmin", "-Q", "-o", "configuration")).toBe(before);
  });
});

describe("agents", () => {
  it.each([
    ["hangs and ignores TERM", `${PROVIDER}`, "bad", "hang", /Timed Out|timeout/i],
    ["floods its output", `${PROVIDER}`, "bad", "flood", /error/i],
    ["exits with an odd code", `${PROVIDER}`, "bad", "odd", /193|unknown|error/i],
    ["does not exist", "kodou", "nosuchagent", "none", /not installed/i],
  ])("that one %s is said, and disturbs nothing else", async (_what, provider, type, how, message) => {
    const primitive = `<primitive id="trouble" class="ocf" provider="${provider}" type="${type}"><instance_attributes id="t-p"><nvpair id="t-how" name="how" value="${how}"/></instance_attributes><operations><op id="t-start" name="start" interval="0" timeout="${how === "hang" ? 1 : 15}s"/><op id="t-m" name="monitor" interval="10s" timeout="5s"/></operations></primitive>`;
    expect(exitCode(await cibadmin(["-C", "-o", "resources", "--xml-pipe"], primitive))).toBe(0);
    let shown = "";
    await eventually(
      "the failure is shown",
      async () => {
        shown = await printed("a", "crm_mon", "-1", "-r");
        return message.test(shown);
      },
      STEP_MS,
      () => `${shown}\n${logs()}`,
    );
    expect(shown).toContain("trouble");
    expect(holders()).toBe("a");
    expect(exitCode(await cibadmin(["-D", "--xpath", "//primitive[@id='trouble']"]))).toBe(0);
    await cluster.tool("a", "crm_resource", "--refresh", "-r", "trouble");
    const left = async (): Promise<string> => (await must("a", "ps -eo args | grep -c '[s]leep 600' || true")).trim();
    await eventually("nothing of the agent is left", async () => (await left()) === "0", STEP_MS);
  });
});

describe("wires", () => {
  it("with noise on the serial line", async () => {
    await must("b", "head -c 200000 /dev/urandom > /dev/ttyHB0");
    await untilWhole();
    await setOption("b", "cluster-recheck-interval", "7min");
    expect(await option("cluster-recheck-interval")).toBe("7min");
    expect(log("a")).not.toContain("node b: is dead");
  });

  it("with garbage, truncated, replayed and wrongly signed packets", async () => {
    const script = `
      const socket = require("dgram").createSocket({ type: "udp4", reuseAddr: true });
      const heard = [];
      socket.on("message", (packet) => heard.length < 200 && heard.push(packet));
      socket.bind(694, () => {
        socket.setBroadcast(true);
        setTimeout(() => {
          let sent = 0;
          const send = (bytes) => { sent += 1; socket.send(bytes, 694, "192.168.1.255"); };
          for (const packet of heard) {
            send(packet);
            send(packet.subarray(0, packet.length >> 1));
            const forged = Buffer.from(packet); forged[forged.length >> 1] ^= 1; send(forged);
            send(Buffer.from(packet.toString("latin1").replace(/st=\\w+/, "st=dead"), "latin1"));
          }
          for (let i = 0; i < 300; i += 1) send(require("crypto").randomBytes(1 + (i * 37) % 1400));
          send(Buffer.alloc(60000, 62));
          setTimeout(() => { console.log(heard.length + " " + sent); process.exit(0); }, 500);
        }, 1500);
      });`;
    const [heard = 0] = (await must(STRANGER, `${process.execPath} -e '${script.replaceAll("'", "'\\''")}'`)).split(" ").map(Number);
    expect(heard).toBeGreaterThan(10);
    await untilWhole();
    await setOption("b", "cluster-recheck-interval", "8min");
    expect(await option("cluster-recheck-interval")).toBe("8min");
    for (const node of MEMBERS) expect(log(node)).not.toMatch(/is dead/);
    expect(log("a")).toMatch(/refused|failed authentication|replay|packet/);
  });

  it("with a second machine of one name", async () => {
    await must(STRANGER, "hostname a");
    await lab.exec(STRANGER, ["sh", "-c", "cat > /etc/ha.d/ha.cf"], { stdin: HA_CF.replace("serial /dev/ttyHB0\n", "") });
    await cluster.start(STRANGER);
    await eventually("a says so", () => log("a").includes("another machine calls itself a"), STEP_MS, logs);
    await eventually("b says so", () => /two machines call themselves a|another machine calls itself a/.test(log("b")), STEP_MS, logs);
    expect(holders().split(",")).toHaveLength(1);
    await cluster.mustTool(STRANGER, "kodou", "stop");
    await must(STRANGER, `hostname ${STRANGER}`);
  });
});

describe("disks", () => {
  it("with a damaged cib.xml: the newest good backup is used, the bad file kept, the operator told", async () => {
    await setOption("b", "cluster-recheck-interval", "9min");
    for (const node of MEMBERS) await cluster.mustTool(node, "kodou", "stop");
    for (const node of MEMBERS) await must(node, "truncate -s 300 /var/lib/pacemaker/cib/cib.xml");
    await Promise.all(MEMBERS.map((node) => cluster.start(node)));
    await untilWhole();
    expect(log("a")).toMatch(/cib\.xml: line \d+.*/);
    expect(log("a")).toContain("kept the file as");
    expect(log("a")).toContain("using the backup");
    expect((await must("a", "stat -c %s /var/lib/pacemaker/cib/cib.damaged.1")).trim()).toBe("300");
  });

  it("that are full: the node says so and stays out, nothing is lost, and it comes back when there is room", async () => {
    const folder = "/var/lib/pacemaker/cib";
    const size = `$(($(du -sk ${folder} | cut -f 1) + 200))k`;
    await must("b", `mount -t tmpfs -o size=${size} tmpfs /mnt && cp -a ${folder}/. /mnt/ && mount --move /mnt ${folder}`);
    await must("b", `dd if=/dev/zero of=${folder}/full bs=1k 2>/dev/null; true`);
    const result = await cluster.tool("a", "crm_attribute", "--name", "cluster-recheck-interval", "--update", "10min");
    expect(exitCode(result)).toBe(0);
    expect(await option("cluster-recheck-interval")).toBe("10min");
    await eventually("b says so", () => /cannot write.*ENOSPC/.test(log("b")), STEP_MS, logs);
    expect(holders()).toBe("a");
    await must("b", `rm ${folder}/full`);
    await untilWhole();
    expect(await printed("b", "crm_attribute", "--name", "cluster-recheck-interval", "--query", "--quiet")).toBe("10min");
  });
});
