import { describe, expect, it } from "vitest";
import { crmDiff } from "../cib/crm-diff.ts";
import { crmVerify } from "../cib/crm-verify.ts";
import { crmSimulate } from "../simulate/crm-simulate.ts";
import { runInMemory } from "./memory-ports.ts";
import type { Tool } from "./tool.ts";

describe("a document that cannot be had", () => {
  const files = (): Map<string, string> => new Map([["bad.xml", "<cib>\n <configuration>\n</cib>\n"]]);

  it.each<[string, Tool, string[]]>([
    ["crm_simulate", crmSimulate, ["-S", "-x"]],
    ["crm_verify", crmVerify, ["-x"]],
    ["crm_diff", crmDiff, ["-O", "<cib/>", "-n"]],
  ])("is named by %s, with what is wrong and where", async (_name, tool, words) => {
    const said = async (file: string): Promise<string> => (await runInMemory(tool, [...words, file], { files: files() })).stderr;
    expect(await said("none.xml")).toContain("(none.xml: No such file or directory)");
    expect(await said("bad.xml")).toContain("(bad.xml: line 3, column 1: </cib> where </configuration> must be)");
  });
});
