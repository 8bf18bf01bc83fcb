import { describe, expect, it } from "vitest";
import type { ClientReply, ClientRequest } from "../../node/client.ts";
import { okReply } from "../../node/client.ts";
import { SAMPLE_CIB } from "../../output/sample-cib.ts";
import { parseXml } from "../../xml/parse.ts";
import { runInMemory } from "../memory-ports.ts";
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

  it("refuses a bad interval and an unknown format", async () => {
    expect(await onFile("-i", "often")).toMatchObject({ exitCode: 2 });
    expect(await onFile("--output-as=pdf")).toMatchObject({ exitCode: 1 });
  });
});
