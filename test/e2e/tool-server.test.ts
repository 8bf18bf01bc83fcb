import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Lab } from "../../src/lab/lab.ts";
import { bindsFor, LabCluster } from "../../src/lab/lab-cluster.ts";
import type { ProcessResult } from "../../src/ports/process-runner.ts";
import { PROGRAMS } from "./programs.ts";
import { requirePackages, requireRoot } from "./requirements.ts";

const TAG = `t${process.pid.toString(36)}`;
const NODE = "n1";
const STEP_MS = 30_000;
const BIN = join(PROGRAMS, "bin");

const HA_CF = `logfile /var/log/ha-log
keepalive 200ms
deadtime 5
warntime 2
initdead 10
bcast eth2
node n1
`;

let lab: Lab;
let cluster: LabCluster;

const shell = (text: string): Promise<ProcessResult> => lab.exec(NODE, ["bash", "-c", text], { timeoutMs: 60_000 });
const printed = async (text: string): Promise<string> => (await shell(text)).stdout.trim();
const code = (result: ProcessResult): number => (result.ending.kind === "exited" ? result.ending.exitCode : -1);

/** So little address space that Node.js cannot start: what works in it was done by the server. */
const WITHOUT_NODE = "prlimit --as=100000000 --";

const pidOf = async (program: string): Promise<string> => printed(`pgrep -f '[n]ode.*${program}.cjs' | tail -n 1`);

async function untilServed(): Promise<void> {
  const end = performance.now() + STEP_MS;
  while (code(await shell(`${WITHOUT_NODE} ${BIN}/crm_node -l`)) !== 0) {
    if (performance.now() > end) throw new Error("the tool server does not serve");
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

beforeAll(async () => {
  requireRoot();
  requirePackages("gcc", "iproute2", "util-linux", "procps");
  lab = await Lab.up({ tag: TAG, nodes: [NODE], binds: bindsFor(PROGRAMS) });
  cluster = new LabCluster(lab, PROGRAMS);
  await cluster.configure(HA_CF, "a key of the test of the tool server");
  await cluster.start(NODE);
  await cluster.mustTool(NODE, "crm_attribute", "-n", "fencing-enabled", "-v", "false");
  await untilServed();
}, 120_000);
afterAll(async () => {
  await lab?.down();
});

describe("the launcher", () => {
  it("gives what the program gives: output, errors, exit code", async () => {
    for (const call of [
      "cibadmin -Q",
      "crm_mon -1 --exclude=times --output-as=xml",
      "crm_node -l",
      "crm_attribute -n nothing -G",
      "cibadmin --nonsense",
      "crm_mon -1 --version",
      "stonith_admin -H n1",
      "stonith_admin -L",
      "crm_verify -L",
      "crm_simulate -LS",
      "crm_resource --list-standards",
      "crm_resource --list-ocf-providers",
      "crm_resource --list-agents ocf:kodou",
      "crm_resource --show-metadata ocf:kodou:Dummy",
      "crm_resource --show-metadata ocf:kodou:nothing",
    ]) {
      const [name = "", ...words] = call.split(" ");
      const program = await shell(`${process.execPath} ${PROGRAMS}/${name}.cjs ${words.join(" ")}`);
      const launched = await shell(`${WITHOUT_NODE} ${BIN}/${call}`);
      expect([call, code(launched), launched.stdout, launched.stderr]).toEqual([call, code(program), program.stdout, program.stderr]);
    }
  });

  it("hands over standard input, large and in pieces", async () => {
    const padding = "x".repeat(300_000);
    const text = `<crm_config><!--${padding}--><cluster_property_set id="cib-bootstrap-options"><nvpair id="piped" name="piped" value="1"/></cluster_property_set></crm_config>`;
    const command = ["sh", "-c", `(head -c 1000; sleep 0.2; cat) | ${WITHOUT_NODE} ${BIN}/cibadmin -M -c -o crm_config --xml-pipe`];
    const result = await lab.exec(NODE, command, { stdin: text, timeoutMs: 60_000 });
    expect(code(result), result.stderr).toBe(0);
    expect(await printed(`${BIN}/crm_attribute -n piped -G -q`)).toBe("1");
  });

  it("leaves files, other clusters and users to the program, in the caller's surroundings", async () => {
    const file =
      '<cib validate-with="pacemaker-4.0"><configuration><crm_config/><nodes/><resources/><constraints/></configuration><status/></cib>';
    const steps = await shell(
      `cd /tmp && printf '%s' '${file}' >own.xml && CIB_file=own.xml ${BIN}/cibadmin -Q -A /cib/configuration/crm_config && ${BIN}/cibadmin -Q --output-to=here.xml && grep -c '<cib ' /tmp/here.xml`,
    );
    expect(code(steps), steps.stderr).toBe(0);
    expect(steps.stdout).toContain("<crm_config/>");
    expect(code(await shell(`KODOU_ROOT=/nowhere ${BIN}/cibadmin -Q`))).toBe(102);
    expect(code(await shell(`TZ=Asia/Tokyo ${BIN}/crm_mon -1`))).toBe(0);
    // The program, too, is not root's then: it has no way to the daemon.
    const foreign = await shell(`setpriv --reuid=64999 --regid=64999 --clear-groups -- ${BIN}/cibadmin -Q`);
    expect([code(foreign), foreign.stdout]).toEqual([102, ""]);
  });

  it("ends quietly when its reader has gone, and at once when it is interrupted", async () => {
    expect(await printed(`set -o pipefail; ${BIN}/cibadmin -Q | head -c 1 >/dev/null; echo "\${PIPESTATUS[0]}"`)).toBe("0");
    expect(await printed(`(sleep 2) | timeout -s INT 0.5 ${BIN}/cibadmin -M -o crm_config --xml-pipe; echo "\${PIPESTATUS[1]}"`)).toBe(
      "124",
    );
  });

  it("goes on by the program when the server hangs, and when it has died", async () => {
    const hung = await pidOf("kodou-tools");
    await shell(`kill -STOP ${hung}`);
    expect(await printed(`${BIN}/crm_node -l`)).toContain(NODE);
    await shell(`kill -KILL ${hung}; rm -f /run/kodou/tools.sock`);
    expect(await printed(`${BIN}/crm_node -l`)).toContain(NODE);
    await untilServed();
  });

  it("makes a change once although the server dies in the middle of it", async () => {
    await cluster.mustTool(NODE, "crm_attribute", "-n", "counted", "-v", "0");
    const id = /id="([^"]*counted)"/.exec(await printed(`${BIN}/cibadmin -Q`))?.[1];
    const daemon = await pidOf("kodoud");
    const server = await pidOf("kodou-tools");
    const change = `${BIN}/cibadmin -M --score -X '<nvpair id="${id}" value="value++"/>'`;
    // The daemon is held until the server has passed the change on and is dead.
    const result = await shell(
      `kill -STOP ${daemon}; ${change} & sleep 0.7; kill -KILL ${server}; sleep 0.3; kill -CONT ${daemon}; wait $!`,
    );
    expect(code(result), result.stderr).toBe(0);
    expect(await printed(`${BIN}/crm_attribute -n counted -G -q`)).toBe("1");
    await untilServed();
  });

  it("runs many at once", async () => {
    const calls = `for i in $(seq 60); do ${BIN}/crm_attribute -n "many-$i" -v "$i" & done; wait; ${BIN}/cibadmin -Q | grep -c 'name="many-'`;
    expect(await printed(calls)).toBe("60");
  });
});
