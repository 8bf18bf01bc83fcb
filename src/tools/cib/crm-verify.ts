import type { SchemaProblem } from "../../cib/schema-problem.ts";
import { isKnownSchema, NO_SCHEMA } from "../../cib/schemas.ts";
import { upgradeHeartbeat2 } from "../../cib/upgrade/heartbeat2.ts";
import { validateCib } from "../../cib/validate.ts";
import { EXIT } from "../../model/exit-code.ts";
import { configurationLog, planningLog } from "../../output/log/configuration-log.ts";
import { definitionNotes } from "../../output/log/definition-notes.ts";
import { planLog } from "../../output/log/plan-log.ts";
import { planningProblems, readingProblems } from "../../output/problems/configuration-problems.ts";
import type { Problem } from "../../output/problems/problem.ts";
import { readClusterStatus } from "../../output/status/status-model.ts";
import type { LogEntry } from "../../output/text/log-entry.ts";
import { changesAtLostNodes } from "../../scheduler/plan/unfencing-definitions.ts";
import { schedule } from "../../scheduler/schedule.ts";
import type { XmlElement } from "../../xml/element.ts";
import { writePretty } from "../../xml/write.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions, type ToolDescription } from "../frame/option-table.ts";
import { parseDocument } from "../frame/parse-document.ts";
import { misshapen, readDocument } from "../frame/read-document.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { readCib } from "./cib-access.ts";
import { searchSchema } from "./schema-log.ts";

const TOOL = "crm_verify";

/** Said each time it is read: when it is upgraded, and when it is checked. */
const UNCHECKED =
  "Support for validate-with='none' is deprecated and will be removed in a future release without the possibility of upgrades (manually edit to use a supported schema)";

const description: ToolDescription = {
  tool: TOOL,
  groupKeys: { "Data sources": "data" },
  summary: "check a cluster configuration for errors",
  options: [
    { name: "live-check", short: "L", group: "Data sources", help: "Check the configuration of the running cluster" },
    { name: "xml-file", short: "x", argument: "FILE", group: "Data sources", help: "Check the configuration in this file" },
    { name: "xml-pipe", short: "p", group: "Data sources", help: "Check the configuration on the standard input" },
    { name: "xml-text", short: "X", argument: "XML", group: "Data sources", help: "Check the configuration in this text" },
    {
      name: "save-xml",
      short: "S",
      argument: "FILE",
      group: "Additional options",
      help: "Save the configuration that was checked to this file",
    },
    {
      name: "distinct-codes",
      group: "Additional options",
      help: "Exit with 1, not 78, when there are warnings only",
    },
    { name: "quiet", short: "q", group: "Additional options", help: "Print nothing, only return the exit code" },
  ],
};

type Input =
  | { readonly document: XmlElement; readonly name: string }
  | { readonly exitCode: number; readonly problem: string; readonly first?: string };

async function readInput(parsed: ParsedOptions, ports: ToolPorts): Promise<Input> {
  const file = optionValue(parsed, "xml-file");
  if (file !== undefined) {
    const read = readDocument(ports, file);
    return read.ok ? { document: read.value, name: file } : unreadable(read.error.text);
  }
  const text = optionValue(parsed, "xml-text");
  if (text !== undefined) return fromText(ports, text, "xml-text");
  if (hasOption(parsed, "xml-pipe")) return fromText(ports, ports.readStdin(), "stdin");
  if (!hasOption(parsed, "live-check")) return { exitCode: EXIT.error, problem: "No input specified" };
  const read = await readCib(ports, TOOL);
  if ("cib" in read) return { document: read.cib, name: "live" };
  const { exitCode, message, isUnconnected } = read.error;
  return {
    exitCode,
    problem: `Verification failed: ${message}`,
    ...(isUnconnected ? { first: `Could not connect to the CIB: ${message}` } : {}),
  };
}

function fromText(ports: ToolPorts, text: string, name: string): Input {
  const parsed = parseDocument(ports, text);
  return parsed.ok ? { document: parsed.value, name } : unreadable(misshapen(name, parsed.error));
}

function unreadable(why: string): Input {
  return { exitCode: EXIT.configuration, problem: `Verification failed: Unable to parse CIB XML (${why})` };
}

/** What was found. */
interface Findings {
  /** Problems, and beside them what the log says, as they come. */
  readonly entries: readonly LogEntry[];
  /** Those of the entries that are problems, as they are shown. */
  readonly problems: ReadonlyMap<LogEntry, string>;
  readonly hasErrors: boolean;
  /** Sentences that are no problems, and told without being asked for. */
  readonly notes: readonly string[];
}

/** What keeps a configuration from being looked at any closer. */
function unusable(lines: readonly string[]): Findings {
  const problems = new Map(lines.map((text) => [{ source: "", severity: "error", text } as LogEntry, text]));
  return { entries: [...problems.keys()], problems, hasErrors: true, notes: [] };
}

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  const input = await readInput(parsed, ports);
  if ("problem" in input) {
    const { errors = [] } = refusal(TOOL, input.exitCode, input.problem);
    return { exitCode: input.exitCode, errors: [...(input.first === undefined ? [] : [input.first]), ...errors] };
  }
  const cib = upgradeHeartbeat2(input.document);
  const target = optionValue(parsed, "save-xml");
  const unsaved = target === undefined ? undefined : ports.writeFile(target, writePretty(cib));
  if (unsaved !== undefined) return refusal(TOOL, EXIT.cannotCreate, unsaved);
  if (cib.name !== "cib") {
    const line = `Input is not a CIB (outermost element is ${cib.name} not cib)`;
    return { exitCode: EXIT.configuration, errors: [line, ...summaryLines(parsed, "invalid")] };
  }
  return verdict(parsed, look(cib, input.name, ports), ports);
}

function look(cib: XmlElement, name: string, ports: ToolPorts): Findings {
  const named = cib.get("validate-with");
  if (named === undefined || !isKnownSchema(named)) {
    const what = named === undefined ? "missing" : "unknown";
    return unusable([`error: Cannot validate CIB with ${what} validate-with (manually edit to use a known schema)`]);
  }
  const schema = validateCib(cib);
  if (schema.length > 0) return unusable(schema.map((problem) => schemaLine(name, problem)));
  const { cib: updated = cib, log: way } = searchSchema(cib);
  updated.childOrCreate("status");
  const status = readClusterStatus(updated, { nowEpochSeconds: ports.epochSeconds() });
  const unchecked = named === NO_SCHEMA ? [1, 2].map((): Problem => ({ source: "", severity: "warning", text: UNCHECKED })) : [];
  const { unpacked } = status;
  const [reading, planning] = [readingProblems(unpacked), planningProblems(unpacked)];
  const before = [...unchecked, ...way, ...configurationLog(status, ports.dateText, reading), ...planningLog(status, planning)];
  const atLostNodes = changesAtLostNodes(unpacked);
  // What was read is used up by the plan.
  const result = schedule(updated, { nowEpochSeconds: ports.epochSeconds(), isLive: true, areScoresKept: false, unpacked });
  const planned = planLog(result);
  // Debian's crmsh and pcs write old names, and take what is said with -VV for errors.
  const outgoing = new Set<LogEntry>([...reading, ...planning].filter(({ isDeprecation }) => isDeprecation === true));
  const found = [...unchecked, ...reading, ...planning, ...planned.problems].filter((problem) => !outgoing.has(problem));
  const log = [...before, ...planned.entries];
  return {
    entries: log.map((entry) => (outgoing.has(entry) ? { ...entry, severity: "notice" } : entry)),
    problems: new Map(found.map((problem) => [problem, `${problem.severity}: ${problem.text}`])),
    hasErrors: found.some(({ severity }) => severity === "error"),
    notes: definitionNotes([...atLostNodes, ...result.definitionChanges], true),
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

function isText(parsed: ParsedOptions): boolean {
  return (optionValue(parsed, "output-as") ?? "text") === "text";
}

/** Text gives details only when asked for more than for quiet; programs always get them. */
function isDetailed(parsed: ParsedOptions): boolean {
  return !isText(parsed) || (hasOption(parsed, "verbose") && !hasOption(parsed, "quiet"));
}

function verdict(parsed: ParsedOptions, { entries, problems, hasErrors, notes }: Findings, ports: ToolPorts): Answer {
  // People see problems among the rest of the log, where they come up.
  const isAmongLog = isText(parsed) && isDetailed(parsed);
  for (const entry of entries) {
    const text = problems.get(entry);
    if (text === undefined) ports.log(entry);
    else if (isAmongLog) ports.log({ source: "", severity: "error", text, isAlwaysSaid: true });
  }
  const told = notes.length === 0 || !isText(parsed) || hasOption(parsed, "quiet") ? {} : { text: `${notes.join("\n")}\n` };
  if (problems.size === 0) return told;
  const details = [...(isAmongLog ? [] : problems.values()), ...(hasErrors ? ["error: CIB did not pass schema validation"] : [])];
  const exitCode = hasErrors || !hasOption(parsed, "distinct-codes") ? EXIT.configuration : EXIT.error;
  return {
    ...told,
    exitCode,
    errors: [...(isDetailed(parsed) ? details : []), ...summaryLines(parsed, hasErrors ? "invalid" : "may need attention")],
  };
}

/** `crm_verify`. Source: crm_verify(8) of Pacemaker 3.0.2. */
export const crmVerify: Tool = { description, run };
