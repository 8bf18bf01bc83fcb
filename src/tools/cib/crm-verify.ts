import { isKnownSchema, NO_SCHEMA } from "../../cib/schemas.ts";
import { upgradeHeartbeat2 } from "../../cib/upgrade/heartbeat2.ts";
import { type SchemaProblem, validateCib } from "../../cib/validate.ts";
import { EXIT } from "../../model/exit-code.ts";
import { configurationLog, planningLog } from "../../output/configuration-log.ts";
import { readClusterStatus } from "../../output/status-model.ts";
import type { XmlElement } from "../../xml/element.ts";
import { writeCompact, writePretty } from "../../xml/write.ts";
import { type Answer, refusal } from "../answer.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "../option-table.ts";
import { parseDocument } from "../parse-document.ts";
import type { Tool, ToolPorts } from "../tool.ts";
import { readCib } from "./cib-access.ts";
import { findProblems } from "./cib-meaning.ts";
import { searchSchema } from "./schema-log.ts";

const TOOL = "crm_verify";

/** Said each time it is read: when it is upgraded, and when it is checked. */
const UNCHECKED =
  "warning: Support for validate-with='none' is deprecated and will be removed in a future release without the possibility of upgrades (manually edit to use a supported schema)";
const UNREADABLE = "Verification failed: Unable to parse CIB XML";

const description: ToolDescription = {
  tool: TOOL,
  summary: "check a cluster configuration for errors",
  options: [
    { name: "live-check", short: "L", group: "Data", help: "Check the configuration of the running cluster" },
    { name: "xml-file", short: "x", argument: "FILE", group: "Data", help: "Check the configuration in this file" },
    { name: "xml-pipe", short: "p", group: "Data", help: "Check the configuration on the standard input" },
    { name: "xml-text", short: "X", argument: "XML", group: "Data", help: "Check the configuration in this text" },
    { name: "save-xml", short: "S", argument: "FILE", group: "Additional", help: "Save the configuration that was checked to this file" },
    {
      name: "distinct-codes",
      group: "Additional",
      help: "Exit with 1, not 78, when there are warnings only",
    },
    { name: "quiet", short: "q", group: "Additional", help: "Print nothing, only return the exit code" },
  ],
};

type Input =
  | { readonly text: string; readonly name: string }
  | { readonly exitCode: number; readonly problem: string; readonly first?: string };

async function readInput(parsed: ParsedOptions, ports: ToolPorts): Promise<Input> {
  const file = optionValue(parsed, "xml-file");
  if (file !== undefined) {
    const read = ports.readFile(file);
    return "text" in read ? { text: read.text, name: file } : { exitCode: EXIT.configuration, problem: UNREADABLE };
  }
  const text = optionValue(parsed, "xml-text");
  if (text !== undefined) return { text, name: "xml-text" };
  if (hasOption(parsed, "xml-pipe")) return { text: ports.readStdin(), name: "stdin" };
  if (!hasOption(parsed, "live-check")) return { exitCode: EXIT.error, problem: "No input specified" };
  const read = await readCib(ports, TOOL);
  if ("cib" in read) return { text: writeCompact(read.cib), name: "live" };
  const { exitCode, message, isUnconnected } = read.error;
  return {
    exitCode,
    problem: `Verification failed: ${message}`,
    ...(isUnconnected ? { first: `Could not connect to the CIB: ${message}` } : {}),
  };
}

/** What was found. */
interface Findings {
  readonly lines: readonly string[];
  readonly hasErrors: boolean;
}

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const input = await readInput(parsed, ports);
  if ("problem" in input) {
    const { errors = [] } = refusal(TOOL, input.exitCode, input.problem);
    return { exitCode: input.exitCode, errors: [...(input.first === undefined ? [] : [input.first]), ...errors] };
  }
  const document = parseDocument(ports, input.text, input.name === optionValue(parsed, "xml-file") ? input.name : undefined);
  const cib = document.ok ? upgradeHeartbeat2(document.value) : undefined;
  const target = optionValue(parsed, "save-xml");
  const unsaved = target === undefined || !cib ? undefined : ports.writeFile(target, writePretty(cib));
  if (unsaved !== undefined) return refusal(TOOL, EXIT.cannotCreate, unsaved);
  if (!document.ok) return refusal(TOOL, EXIT.configuration, UNREADABLE);
  if (document.value.name !== "cib") {
    const line = `Input is not a CIB (outermost element is ${document.value.name} not cib)`;
    return { exitCode: EXIT.configuration, errors: [line, ...summaryLines(parsed, "invalid")] };
  }
  return verdict(parsed, look(cib ?? document.value, input.name, ports));
}

function look(cib: XmlElement, name: string, ports: ToolPorts): Findings {
  const named = cib.get("validate-with");
  if (named === undefined || !isKnownSchema(named)) {
    const what = named === undefined ? "missing" : "unknown";
    return { lines: [`error: Cannot validate CIB with ${what} validate-with (manually edit to use a known schema)`], hasErrors: true };
  }
  const schema = validateCib(cib);
  if (schema.length > 0) return { lines: schema.map((problem) => schemaLine(name, problem)), hasErrors: true };
  const { cib: updated = cib, log: way } = searchSchema(cib);
  for (const entry of way) ports.log(entry);
  updated.childOrCreate("status");
  const status = readClusterStatus(updated, { nowEpochSeconds: ports.epochSeconds() });
  const problems = findProblems(status);
  ports.log(() => [...configurationLog(status, []), ...planningLog(status, [])]);
  return {
    lines: [
      ...(named === NO_SCHEMA ? [UNCHECKED, UNCHECKED] : []),
      ...problems.map(({ isError, message }) => `${isError ? "error" : "warning"}: ${message}`),
    ],
    hasErrors: problems.some((problem) => problem.isError),
  };
}

/** A schema problem as libxml2 words it, so that programs find the element; the path says which one. */
function schemaLine(name: string, problem: SchemaProblem): string {
  const last = /([^/[]+)(?:\[[^\]]*\])?$/.exec(problem.path)?.[1] ?? "cib";
  return `${name}: element ${last}: Relax-NG validity error : ${problem.path}: ${problem.message}`;
}

/** Whether there is anything to tell beside what was found, and where to see more of it. */
function summaryLines(parsed: ParsedOptions, state: string): string[] {
  if (hasOption(parsed, "quiet")) return [];
  return [`Configuration ${state}${isDetailed(parsed) ? "" : " (-V may provide more detail)"}`];
}

/** Text gives details only when asked for more than for quiet; programs always get them. */
function isDetailed(parsed: ParsedOptions): boolean {
  const isText = (optionValue(parsed, "output-as") ?? "text") === "text";
  return !isText || (hasOption(parsed, "verbose") && !hasOption(parsed, "quiet"));
}

function verdict(parsed: ParsedOptions, { lines, hasErrors }: Findings): Answer {
  if (lines.length === 0) return {};
  const details = hasErrors ? [...lines, "error: CIB did not pass schema validation"] : lines;
  const exitCode = hasErrors || !hasOption(parsed, "distinct-codes") ? EXIT.configuration : EXIT.error;
  return {
    exitCode,
    errors: [...(isDetailed(parsed) ? details : []), ...summaryLines(parsed, hasErrors ? "invalid" : "may need attention")],
  };
}

/** `crm_verify`. Source: crm_verify(8) of Pacemaker 3.0.2. */
export const crmVerify: Tool = { description, run };
