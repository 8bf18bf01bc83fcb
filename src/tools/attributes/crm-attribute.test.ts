import { describe, expect, it } from "vitest";
import { queryCib } from "../../cib/operation.ts";
import { type ClientRequest, failReply, okReply } from "../../node/interface/client.ts";
import { parseXml } from "../../xml/parse.ts";
import { writeCompact } from "../../xml/write.ts";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmAttribute } from "./crm-attribute.ts";
import { crmFailcount } from "./crm-failcount.ts";

const CIB = `<cib><configuration>
  <crm_config><cluster_property_set id="s"><nvpair id="s-a" name="a" value="1"/></cluster_property_set></crm_config>
  <nodes><node id="1" uname="n1"><instance_attributes id="n"><nvpair id="n-rack" name="rack" value="7"/></instance_attributes></node>
  <node id="2" uname="n2"/></nodes>
  <resources><primitive id="far" class="ocf" provider="pacemaker" type="remote"/></resources><constraints/>
  <rsc_defaults><meta_attributes id="d"><nvpair id="d-s" name="stickiness" value="9"/></meta_attributes></rsc_defaults></configuration>
  <status><node_state id="1" uname="n1"><transient_attributes id="1"><instance_attributes id="t">
    <nvpair id="t-l" name="load" value="3"/><nvpair id="t-f" name="fail-count-web#monitor_1000" value="2"/>
  </instance_attributes></transient_attributes></node_state>
  <node_state id="far" uname="far" remote_node="true"><transient_attributes id="far"><instance_attributes id="u"><nvpair id="u-l" name="load" value="5"/></instance_attributes></transient_attributes></node_state></status></cib>`;

/** A daemon with this document that notes what of it is asked for. */
function daemon() {
  const parsed = parseXml(CIB);
  if (!parsed.ok) throw new Error(parsed.error.message);
  const queries: (string | undefined)[] = [];
  const changes: ClientRequest[] = [];
  const ask = (request: ClientRequest) => {
    if (request.op === "status") return okReply({ data: { node: "n1" } });
    if (request.op !== "cib" || request.request.operation !== "query") {
      changes.push(request);
      return okReply();
    }
    queries.push(request.request.xpath ?? request.request.scope);
    const result = queryCib(parsed.value, { ...request.request, input: undefined });
    return result.ok ? okReply({ output: writeCompact(result.value) }) : failReply(result.error.exitCode, result.error.message);
  };
  return { world: { files: new Map<string, string>(), ask }, queries, changes };
}

describe("on a running cluster", () => {
  it.each([
    [["-n", "a", "-G", "-q"], "1\n", ["crm_config"]],
    [["-t", "rsc_defaults", "-n", "stickiness", "-G", "-q"], "9\n", ["nodes", "rsc_defaults"]],
    [["-N", "n1", "-n", "rack", "-G", "-q"], "7\n", ["nodes"]],
    [["-l", "reboot", "-N", "n1", "-n", "load", "-G", "-q"], "3\n", ["nodes", "/cib/status/node_state[@id='1']"]],
    [["-l", "reboot", "-N", "far", "-n", "load", "-G", "-q"], "5\n", ["nodes", undefined]],
  ])("crm_attribute %j reads no more than it needs", async (argv, stdout, asked) => {
    const { world, queries } = daemon();
    expect((await runInMemory(crmAttribute, argv, world)).stdout).toBe(stdout);
    expect(queries).toEqual(asked);
  });

  it("crm_attribute tells the daemon of a transient attribute without a look at the status", async () => {
    const { world, queries, changes } = daemon();
    expect((await runInMemory(crmAttribute, ["-l", "reboot", "-N", "n2", "-n", "load", "-v", "4"], world)).exitCode).toBe(0);
    expect([queries, changes]).toEqual([["nodes"], [{ op: "attribute-set", node: "n2", name: "load", value: "4" }]]);
  });

  it("crm_attribute sets a pair over the one that is there", async () => {
    const { world, changes } = daemon();
    expect((await runInMemory(crmAttribute, ["-N", "n1", "-n", "rack", "-v", "8"], world)).exitCode).toBe(0);
    expect(changes).toMatchObject([{ op: "cib", request: { scope: "nodes", input: '<nvpair id="n-rack" name="rack" value="8"/>' } }]);
  });

  it("crm_attribute does not know a node that is nowhere, nor an option in a section that is not there", async () => {
    const { world } = daemon();
    expect((await runInMemory(crmAttribute, ["-N", "n9", "-n", "rack", "-G"], world)).stderr).toContain("Could not map name=n9 to a UUID");
    expect((await runInMemory(crmAttribute, ["-t", "op_defaults", "-n", "x", "-G"], world)).exitCode).toBe(105);
  });

  it("crm_attribute refuses a pattern that is none", async () => {
    const { exitCode, stderr } = await runInMemory(crmAttribute, ["-P", "[", "-G"], daemon().world);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining("'[' is not a regular expression")]);
  });

  it("crm_failcount reads the state of one node", async () => {
    const { world, queries } = daemon();
    expect((await runInMemory(crmFailcount, ["-G", "-r", "web", "-N", "n1", "-q"], world)).stdout).toBe("2\n");
    expect(queries).toEqual(["nodes", "/cib/status/node_state[@id='1']"]);
  });
});

it("asks for what fits a pattern when nothing else is to be done with it", async () => {
  const files = new Map([["cib.xml", CIB.replace("<cib>", '<cib validate-with="none" admin_epoch="0" epoch="1" num_updates="0">')]]);
  const run = (pattern: string) => runInMemory(crmAttribute, ["-P", pattern], { files, environment: { CIB_file: "cib.xml" } });
  expect(await run("^a$")).toMatchObject({ stdout: "scope=crm_config name=a value=1\n", exitCode: 0 });
  expect((await run("nothing")).exitCode).toBe(105);
});
