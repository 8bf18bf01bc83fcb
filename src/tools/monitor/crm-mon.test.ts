import { describe, expect, it } from "vitest";
import type { ClientReply, ClientRequest } from "../../node/interface/client.ts";
import { okReply } from "../../node/interface/client.ts";
import { SAMPLE_CIB } from "../../output/status/sample-cib.ts";
import { parseXml } from "../../xml/parse.ts";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmMon } from "./crm-mon.ts";

const onFile = (...argv: string[]) =>
  runInMemory(crmMon, argv, { files: new Map([["cib.xml", SAMPLE_CIB]]), environment: { CIB_file: "cib.xml" } });

/** A daemon on n1 whose last fencing of n3 failed. */
function daemon(request: ClientRequest): ClientReply {
  const failed = { target: "n3", action: "off", client: "stonith_admin", origin: "n1", verdict: "failed", completedAtEpochSeconds: 0 };
  switch (request.op) {
    case "cib":
      return okReply({ output: SAMPLE_CIB });
    case "fence-history":
      return okReply({ data: [failed] });
    default:
      return okReply({ data: { node: "n1" } });
  }
}

describe("crm_mon", () => {
  it("says that there is no cluster", async () => {
    const result = await runInMemory(crmMon, ["-1"], { files: new Map() });
    expect(result).toEqual({ stdout: "", stderr: "crm_mon: Connection to cluster failed: Connection refused\n", exitCode: 102 });
  });

  it("shows a live cluster with its failed fencing", async () => {
    const { stdout, exitCode } = await runInMemory(crmMon, ["-1"], { files: new Map(), ask: daemon });
    expect(exitCode).toBe(0);
    expect(stdout).toContain("  * Last updated: <1000> on n1\n");
    expect(stdout).toContain(
      "Failed Fencing Actions:\n  * turning off of n3 for stonith_admin@n1 last failed at 1970-01-01 00:00:00.000000Z\n",
    );
  });

  it("shows the same as XML, JSON and the old XML", async () => {
    const xml = parseXml((await onFile("--output-as=xml")).stdout);
    expect(xml.ok && xml.value.children.map((child) => child.name)).toEqual([
      "summary",
      "nodes",
      "resources",
      "node_attributes",
      "node_history",
      "failures",
      "status",
    ]);
    expect(JSON.parse((await onFile("--output-as=json")).stdout)).toMatchObject({
      result: [{ element: "summary" }, { element: "nodes" }, {}, {}, {}, {}],
    });
    expect((await onFile("-X")).stdout).toMatch(/^<crm_mon version="3\.0\.2">\n/);
  });

  it("shows no fail counts for the times of operations that are left out", async () => {
    expect((await onFile("-1", "-t")).stdout).toContain("\nOperations:\n");
    expect((await onFile("-1", "-t", "--exclude=operations")).stdout).not.toContain("Migration Summary");
    expect((await onFile("-1", "-o", "--exclude=operations")).stdout).toContain("Migration Summary");
  });

  it("says that no node is in charge even when it is asked to leave everything out", async () => {
    const nobody = SAMPLE_CIB.replace(/ dc-uuid="[^"]*"/, "");
    const world = { files: new Map([["cib.xml", nobody]]), environment: { CIB_file: "cib.xml" } };
    expect((await runInMemory(crmMon, ["-1", "--exclude=all"], world)).stdout).toBe("Cluster Summary:\n  * Current DC: NONE\n");
    expect((await onFile("-1", "--exclude=all")).stdout).toBe("");
  });

  it("leaves out the times when it is to be quiet, unless they are asked for", async () => {
    expect((await onFile("-1", "-Q")).stdout).not.toContain("Last updated");
    expect((await onFile("-1", "-Q")).stdout).toContain("Current DC");
    expect((await onFile("-1", "--include=times", "-Q")).stdout).toContain("Last updated");
  });

  it("shows in XML what is not known of the last change as empty", async () => {
    const unsigned = SAMPLE_CIB.replace(/ (?:update-(?:user|client|origin)|cib-last-written)="[^"]*"/g, "");
    const world = { files: new Map([["cib.xml", unsigned]]), environment: { CIB_file: "cib.xml" } };
    const { stdout } = await runInMemory(crmMon, ["-1", "--output-as=xml"], world);
    expect(stdout).toContain('<last_change time="" user="" client="" origin=""/>');
  });

  it("refuses a bad interval and an unknown format", async () => {
    expect(await onFile("-i", "often")).toMatchObject({ exitCode: 2 });
    expect(await onFile("--output-as=pdf")).toMatchObject({ exitCode: 1 });
  });
});

// As Pacemaker 2.1.5 and 3.0.2: what a lost ticket asks for shows where constraints are read for tickets or bans.
describe("crm_mon shows what a lost ticket does", () => {
  const cib = (policy: string): string => `<cib crm_feature_set="3.20.5" validate-with="pacemaker-4.0" admin_epoch="0" epoch="1"
num_updates="0" have-quorum="1"><configuration><crm_config/><nodes><node id="1" uname="n1"/></nodes>
<resources><primitive id="r" class="ocf" provider="pacemaker" type="Dummy"/><primitive id="f" class="stonith" type="fence_dummy"/></resources>
<constraints><rsc_ticket id="t" rsc="r" ticket="A" loss-policy="${policy}"/></constraints></configuration><status>
<node_state id="1" uname="n1" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"><lrm_resources>
<lrm_resource id="r" class="ocf" provider="pacemaker" type="Dummy"><lrm_rsc_op id="r_last_0" operation="start" operation_key="r_start_0"
call-id="1" rc-code="0" op-status="0" interval="0" transition-key="1:1:0:x" transition-magic="0:0;1:1:0:x"/></lrm_resource></lrm_resources></lrm>
</node_state><tickets><ticket_state id="A" granted="false"/></tickets></status></cib>`;
  const shows = async (policy: string, ...argv: string[]): Promise<string> => {
    const files = new Map([["cib.xml", cib(policy)]]);
    return (await runInMemory(crmMon, ["-1", ...argv], { files, environment: { CIB_file: "cib.xml" } })).stdout;
  };

  it("to a node that has to be fenced", async () => {
    expect(await shows("fence", "-c")).toContain("Node n1: UNCLEAN (online)");
    expect(await shows("fence", "-L")).toContain("Node n1: UNCLEAN (online)");
    expect(await shows("fence")).not.toContain("UNCLEAN");
  });

  it("to a resource that stays as it is, which is not one that failed", async () => {
    const text = await shows("freeze", "-c");
    expect(text).toMatch(/Started n1 \(.*blocked.*\)/);
    expect(text).not.toContain("BLOCKED");
    expect(await shows("freeze")).not.toContain("blocked");
  });
});
