import { describe, expect, it } from "vitest";
import { runInMemory } from "../frame/memory-ports.ts";
import { crmRule } from "./crm-rule.ts";

const cib = (expression: string) =>
  `<cib validate-with="pacemaker-4.0"><configuration><crm_config/><nodes/><resources/><constraints><rsc_location id="l" rsc="d"><rule id="r" score="1">${expression}</rule></rsc_location></constraints></configuration><status/></cib>`;

const check = async (expression: string, date: string) => {
  const result = await runInMemory(crmRule, ["-c", "-r", "r", "-d", date, "-X", cib(expression)], { files: new Map() });
  return `${result.exitCode} ${result.stdout}${result.stderr}`.trimEnd();
};

describe("crm_rule", () => {
  const range = '<date_expression id="e" operation="in_range" start="2024-01-31 00:00:00Z"><duration id="d" months="1"/></date_expression>';

  it("tells before, in and after a range", async () => {
    expect(await check(range, "2024-01-30 00:00:00Z")).toBe("111 Rule r has not yet taken effect");
    expect(await check(range, "2024-02-29 00:00:00Z")).toBe("0 Rule r is still in effect");
    expect(await check(range, "2024-03-01 00:00:00Z")).toBe("110 Rule r is expired");
  });

  it("reads specifications of dates that name years", async () => {
    const spec = (fields: string) => `<date_expression id="e" operation="date_spec"><date_spec id="s" ${fields}/></date_expression>`;
    expect(await check(spec('years="2024-" weekdays="6-7"'), "2024-06-01 12:00:00Z")).toBe("0 Rule r satisfies conditions");
    expect(await check(spec('years="2024" months="-5"'), "2024-06-01 12:00:00Z")).toBe("110 Rule r is expired");
    expect(await check(spec('months="1"'), "2024-06-01 12:00:00Z")).toMatch(/^3 Could not determine .* use date_spec with years=$/);
  });

  it("tells what is wrong with a text that is no document, and with a file that is none", async () => {
    const files = new Map([["cib.xml", ""]]);
    const here = { files, stdin: "<cib>", environment: { CIB_file: "cib.xml", PCMK_stderr: "1" } };
    const said = async (...argv: string[]) => {
      const { stderr, exitCode } = await runInMemory(crmRule, ["-c", "-r", "x", ...argv], here);
      return [...stderr.replace(/\(pcmk__log_xmllib_err@kodou\) \terror: XML Error: /g, "").split("\n"), exitCode];
    };
    expect(await said("-X", "junk")).toEqual([
      "Entity: line 1: parser error : Start tag expected, '<' not found",
      "junk",
      "^",
      "crm_rule: Couldn't parse input string: junk",
      "",
      65,
    ]);
    expect(await said("-X", "-")).toContain("Entity: line 1: parser error : Premature end of data in tag cib line 1");
    expect((await said()).slice(-3)).toEqual([
      "Could not connect to the CIB: Update does not conform to the configured schema (cib.xml: line 1, column 1: document has no root element)",
      "",
      78,
    ]);
    files.clear();
    expect(await said()).toEqual([
      'I/O warning : failed to load "cib.xml": No such file or directory',
      "Could not connect to the CIB: No such device or address (cib.xml: No such file or directory)",
      "",
      105,
    ]);
  });

  it("looks at the rest of the configuration as it is at the date", async () => {
    const set =
      '<cluster_property_set id="o"><rule id="or"><date_expression id="oe" operation="gt" start="2020-01-01"/></rule><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set>';
    const text = cib(range)
      .replace("<crm_config/>", `<crm_config>${set}</crm_config>`)
      .replace("<resources/>", '<resources><primitive id="d" class="lsb" type="d"/></resources>');
    const log = async (date: string) =>
      (await runInMemory(crmRule, ["-c", "-r", "r", "-d", date, "-X", text], { files: new Map(), environment: { PCMK_stderr: "1" } }))
        .stderr;
    expect(await log("2019-06-01")).toContain("start-up disabled since no fencing resources");
    expect(await log("2024-06-01")).toBe("");
  });

  it("names rules that are not there or say nonsense", async () => {
    const none = await runInMemory(crmRule, ["-c", "-r", "x", "-X", cib(range)], { files: new Map() });
    expect([none.exitCode, none.stderr]).toEqual([105, "Could not determine whether rule x is in effect: Rule not found\n"]);
    expect(await check('<date_expression id="e" operation="gt" start="never"/>', "2024-01-01")).toMatch(/^78 .*: Error parsing rule$/);
  });
});
