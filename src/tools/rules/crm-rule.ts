import { EXIT } from "../../model/exit-code.ts";
import { configurationLog } from "../../output/log/configuration-log.ts";
import { readClusterStatus } from "../../output/status/status-model.ts";
import type { DateState } from "../../scheduler/unpack/configuration/date-rules.ts";
import { epochSecondsOf, wallTimeOf } from "../../time/wall-time.ts";
import { parseWallTime } from "../../time/wall-time-parse.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { readCib } from "../cib/cib-access.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import { parseDocument } from "../frame/parse-document.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { checkRule, RULE_EXIT } from "./rule-check.ts";

const TOOL = "crm_rule";

const description: ToolDescription = {
  tool: TOOL,
  summary: "evaluate rules from the Pacemaker configuration",
  groupHelp: { "Modes (mutually exclusive)": "Show modes of operation" },
  options: [
    { name: "check", short: "c", group: "Modes (mutually exclusive)", help: "Check whether a rule is in effect" },
    { name: "xml-text", short: "X", argument: "XML", group: "Data", help: "Use argument for XML (or stdin if '-')" },
    { name: "date", short: "d", argument: "DATE", group: "Additional Options", help: "Whether the rule is in effect on a given date" },
    {
      name: "rule",
      short: "r",
      argument: "ID",
      group: "Additional Options",
      help: "The ID of the rule to check (may be given several times)",
    },
  ],
};

const SENTENCES: Readonly<Record<DateState, string>> = {
  within: "is still in effect",
  satisfied: "satisfies conditions",
  expired: "is expired",
  early: "has not yet taken effect",
};

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const ids = parsed.given.flatMap((option) => (option.name === "rule" && option.value !== undefined ? [option.value] : []));
  if (!hasOption(parsed, "check")) return refusal(TOOL, EXIT.usage, "No mode operation given");
  if (ids.length === 0) return refusal(TOOL, EXIT.usage, "--check requires use of --rule=");
  const written = optionValue(parsed, "date");
  const date = written === undefined ? undefined : parseWallTime(written, ports.epochSeconds());
  if (date && !date.ok) {
    ports.log({ ...date.error, severity: "error" });
    return refusal(TOOL, EXIT.dataError, `Invalid date specified: '${written}'`);
  }
  const input = await readInput(optionValue(parsed, "xml-text"), ports);
  if ("answer" in input) return input.answer;
  const now = date?.value ?? wallTimeOf(ports.epochSeconds());
  if (input.cib.name === "cib") {
    const status = readClusterStatus(input.cib, { nowEpochSeconds: epochSecondsOf(now) });
    ports.log(() => configurationLog(status, ports.dateText));
  }
  const lines: string[] = [];
  const parts: XmlElement[] = [];
  const errors: string[] = [];
  let exitCode: number = EXIT.ok;
  for (const id of ids) {
    const verdict = checkRule(input.cib, id, now);
    const own = "state" in verdict ? RULE_EXIT[verdict.state] : verdict.exitCode;
    if ("state" in verdict) {
      lines.push(`Rule ${id} ${SENTENCES[verdict.state]}\n`);
    } else {
      for (const note of verdict.log ?? []) ports.log({ ...note, severity: "error" });
      errors.push(`Could not determine whether rule ${id} is in effect: ${verdict.problem}`);
    }
    if (!("state" in verdict) || verdict.state !== "satisfied") exitCode = own;
    parts.push(element("rule-check", { "rule-id": id, rc: own }));
  }
  return { exitCode, text: lines.join(""), parts, errors };
}

async function readInput(text: string | undefined, ports: ToolPorts): Promise<{ cib: XmlElement } | { answer: Answer }> {
  if (text === undefined) {
    const read = await readCib(ports, TOOL);
    if ("cib" in read) return read;
    return { answer: { exitCode: read.error.exitCode, errors: [`Could not connect to the CIB: ${read.error.message}`] } };
  }
  const parsed = parseDocument(ports, text === "-" ? ports.readStdin() : text);
  if (parsed.ok) return { cib: parsed.value };
  const problem = text === "-" ? "Couldn't parse input from STDIN" : `Couldn't parse input string: ${text}`;
  return { answer: refusal(TOOL, EXIT.dataError, problem) };
}

/** `crm_rule`. Source: crm_rule(8) of Pacemaker 3.0.2. */
export const crmRule: Tool = { description, run };
