import { INT_MAX } from "../../base/int-max.ts";
import { EXIT } from "../../model/exit-code.ts";
import { configurationLog, planningLog } from "../../output/log/configuration-log.ts";
import { definitionNotes, maskedItems } from "../../output/log/definition-notes.ts";
import { CIRCLE_STEP, circleLine, planLog } from "../../output/log/plan-log.ts";
import { managementNotice, statusParts } from "../../output/status/status-lists.ts";
import { type ClusterStatus, clusterStatus } from "../../output/status/status-model.ts";
import { partLines } from "../../output/status/status-text.ts";
import { type Section, type StatusView, simulatedView } from "../../output/status/status-view.ts";
import { statusAsXml } from "../../output/status/status-xml.ts";
import { shownDecisions } from "../../output/text/decision-columns.ts";
import { primitivesOf } from "../../scheduler/cluster/resource-state.ts";
import { changesAtLostNodes } from "../../scheduler/plan/unfencing-definitions.ts";
import { schedule } from "../../scheduler/schedule.ts";
import { type Unpacked, unpack } from "../../scheduler/unpack/unpack.ts";
import { element, type XmlElement } from "../../xml/element.ts";
import { writePretty } from "../../xml/write.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { hasOption, optionValue, type ParsedOptions, UsageError } from "../frame/option-table.ts";
import type { Tool, ToolPorts } from "../frame/tool.ts";
import { clockOf, readInput } from "./crm-simulate-input.ts";
import { CRM_SIMULATE } from "./crm-simulate-options.ts";
import { hasInjections, type Injections, inject } from "./injections.ts";
import { playGraph } from "./play-graph.ts";
import { profile } from "./profile.ts";
import { SimulatedCib } from "./simulated-cib.ts";
import { assignmentItems, assignmentXml, summaryXml } from "./transition-report.ts";

const TOOL = "crm_simulate";
/** What is written here stands between what is said before and after. */
const STANDARD_OUTPUT = new Set(["/dev/stdout", "-"]);
const SIMULATING = ["simulate", "in-place", "op-fail"];
const PROCESSING = [...SIMULATING, "run", "show-scores", "show-utilization", "save-graph", "save-dotfile"];

/** Parts of the text, each set off by an empty line, with what they are for programs. */
class Report {
  readonly parts: XmlElement[] = [];
  #text = "";
  /** What comes next follows without an empty line: only notes have been made so far. */
  #isAtBegin = true;

  get text(): string {
    return this.#text;
  }

  add(lines: readonly string[], ...parts: readonly XmlElement[]): void {
    if (!this.#isAtBegin) this.#text += "\n";
    this.#isAtBegin = false;
    this.#text += `${lines.join("\n")}\n`;
    this.parts.push(...parts);
  }

  /** Something was left out that the next part is set off from all the same. */
  leaveOut(): void {
    this.#isAtBegin = false;
  }

  /** The empty line alone, before a part that is left out itself. */
  setOff(): void {
    if (!this.#isAtBegin) this.#text += "\n";
  }

  /** A text of its own kind, where it is put out. */
  insert(text: string): void {
    this.#text += text;
  }

  /** Lines right after what was said before. */
  note(lines: readonly string[]): void {
    for (const line of lines) this.#text += `${line}\n`;
  }

  list(title: string, items: readonly string[], ...parts: readonly XmlElement[]): void {
    this.add([`${title}:`, ...items.map((item) => `  * ${item}`)], ...parts);
  }
}

/** Throws UsageError when the number of repetitions is none, whether it is used or not. */
function checkRepeat(parsed: ParsedOptions): void {
  const text = optionValue(parsed, "repeat");
  if (text === undefined) return;
  const isNumber = /^\s*[-+]?(\d+|0[xX][\da-fA-F]+)$/.test(text);
  if (!isNumber) throw new UsageError(`${TOOL}: Cannot parse integer value \u201c${text}\u201d for -N`);
  if (Math.abs(Number(text)) > INT_MAX) throw new UsageError(`${TOOL}: Integer value \u201c${text}\u201d for -N out of range`);
}

async function run(parsed: ParsedOptions, ports: ToolPorts): Promise<Answer> {
  checkRepeat(parsed);
  const folder = optionValue(parsed, "profile");
  if (folder !== undefined) return profile(parsed, ports, folder);
  const input = await readInput(parsed, ports);
  if ("answer" in input) return input.answer;
  const clock = clockOf(parsed, ports, input.cib);
  if ("answer" in clock) return clock.answer;
  const simulated = new SimulatedCib(input.cib);
  // What is stored back into the input is stored nowhere else.
  const output = (hasOption(parsed, "in-place") ? input.source : undefined) ?? optionValue(parsed, "save-output");
  const isCreated = output !== undefined && output !== input.source && !STANDARD_OUTPUT.has(output);
  // The simulation works on this file: it is there before anything is shown.
  const uncreated = isCreated ? ports.writeFile(output, writePretty(simulated.cib)) : undefined;
  if (output !== undefined && uncreated !== undefined) {
    const said = `${TOOL}: Could not create '${output}': ${uncreated.slice(output.length + 2)}`;
    ports.log({ source: "", severity: "error", text: said, isAlwaysSaid: true });
    return { exitCode: writingFailure(uncreated) };
  }
  // Programs are always told everything.
  const isQuiet = hasOption(parsed, "quiet") && (optionValue(parsed, "output-as") ?? "text") === "text";
  const report = new Report();
  const put = (file: string | undefined, text: () => string): string | undefined => {
    if (file === undefined) return undefined;
    if (!STANDARD_OUTPUT.has(file) || !isText(parsed)) return ports.writeFile(file, text());
    report.insert(text());
    return undefined;
  };
  const save = (file: string | undefined): string | undefined => put(file, () => writePretty(simulated.cib));
  const errors: string[] = [];
  let readings = 0;
  const look = (): Look => {
    const seen = new Look(simulated.cib, clock.nowEpochSeconds);
    const isFirst = readings === 0;
    readings += 1;
    ports.log(() => configurationLog(seen.status, ports.dateText).filter(({ isToldOnce }) => isFirst || isToldOnce !== true));
    return seen;
  };
  let seen = look();
  /** What is said each time the status is read. */
  const noteReading = (): void => {
    if (isQuiet) return;
    if (clock.notice !== undefined) report.note([clock.notice]);
    report.note(definitionNotes(changesAtLostNodes(seen.unpacked), input.isLive));
  };
  noteReading();
  if (!isQuiet) {
    showPreamble(report, seen.status);
    showStatus(report, "Current cluster status", "cluster_status", seen.status, viewOf(parsed, ports, clock.nowEpochSeconds));
  }
  const injections = readInjections(parsed);
  if (hasInjections(injections)) {
    const injected = inject(simulated, injections, {
      findAgent: agentFinder(seen.status),
      isStartFailureFatal: seen.unpacked.options.isStartFailureFatal,
      nowEpochSeconds: ports.epochSeconds(),
    });
    errors.push(...injected.problems);
    if (isQuiet) report.leaveOut();
    else report.list("Performing Requested Modifications", injected.items, ...injected.parts);
    seen = look();
    noteReading();
  }
  /** What was found out until a file could not be written. */
  const cutShort = (code: number, problem: string): Answer => {
    save(output);
    return { exitCode: code, text: report.text, parts: report.parts, errors: [...errors, `${TOOL}: ${problem}`] };
  };
  const saved = save(optionValue(parsed, "save-input"));
  if (saved !== undefined) return cutShort(writingFailure(saved), saved);
  let exitCode: number = EXIT.ok;
  if (PROCESSING.some((name) => hasOption(parsed, name))) {
    ports.log(() => planningLog(seen.status));
    const { unpacked } = seen;
    const { isLive } = input;
    const outcome = process(parsed, ports, { simulated, unpacked, report, put, isQuiet, isLive, nowEpochSeconds: clock.nowEpochSeconds });
    if ("problem" in outcome) return cutShort(EXIT.ioError, outcome.problem);
    exitCode = outcome.exitCode;
    errors.push(...outcome.errors);
    if (outcome.isSimulated && !isQuiet) {
      seen = look();
      noteReading();
      showStatus(report, "Revised Cluster Status", "revised_cluster_status", seen.status, {
        ...viewOf(parsed, ports, clock.nowEpochSeconds),
        showsPending: false,
      });
    }
  }
  const problem = save(output);
  if (problem !== undefined) return refusal(TOOL, EXIT.cannotCreate, problem);
  return { exitCode, text: report.text, parts: report.parts, errors };
}

/** The cluster as it was read, and for who looks at it what people are shown. */
class Look {
  readonly unpacked: Unpacked;
  readonly #cib: XmlElement;
  #status: ClusterStatus | undefined;

  constructor(cib: XmlElement, nowEpochSeconds: number) {
    this.#cib = cib;
    this.unpacked = unpack(cib, nowEpochSeconds);
  }

  /** To be asked for before a plan is made with what was read. */
  get status(): ClusterStatus {
    this.#status ??= clusterStatus(this.#cib, this.unpacked);
    return this.#status;
  }
}

interface Scene {
  readonly simulated: SimulatedCib;
  readonly unpacked: Unpacked;
  readonly report: Report;
  /** Puts a text where the user wants it. Undefined when that was done, else why not. */
  readonly put: (file: string | undefined, text: () => string) => string | undefined;
  readonly isQuiet: boolean;
  readonly isLive: boolean;
  readonly nowEpochSeconds: number;
}

type Outcome =
  | { readonly problem: string }
  | { readonly exitCode: number; readonly isSimulated: boolean; readonly errors: readonly string[] };

/** Schedules, shows what came of it, and plays the transition if that is wanted. */
function process(parsed: ParsedOptions, ports: ToolPorts, scene: Scene): Outcome {
  const { simulated, unpacked, report, put, isQuiet, isLive, nowEpochSeconds } = scene;
  // Playing the transition looks up resources as they were read, so they must not be used up then.
  const isPlayed = SIMULATING.some((name) => hasOption(parsed, name));
  const showsScores = hasOption(parsed, "show-scores");
  const showsUtilization = hasOption(parsed, "show-utilization");
  const areScoresKept = showsScores || showsUtilization;
  const result = schedule(simulated.cib, { nowEpochSeconds, isLive, areScoresKept, unpacked: isPlayed ? undefined : unpacked });
  ports.log(() => planLog(result).entries.filter(({ source }) => source !== CIRCLE_STEP));
  // Pacemaker's graph would never complete: whoever asks has to know that this one does, and at what price.
  const unkept = result.unkeptOrders.map(circleLine);
  const view = { showsScores, showsUtilization };
  const items = areScoresKept ? assignmentItems(result, view) : [];
  const what = showsScores && showsUtilization ? "Assignment Scores and Utilization" : showsScores ? "Assignment Scores" : "Utilization";
  const title = showsUtilization ? `${what} Information` : what;
  const notes = isQuiet ? [] : [...maskedItems(result.maskedChanges), ...definitionNotes(result.definitionChanges, isLive)];
  // Scores alone are for other programs to read.
  const shown = isQuiet && showsScores ? items : [`${title}:`, ...notes, ...items.map((item) => `  * ${item}`)];
  if (areScoresKept) report.add(shown, assignmentXml(result, view));
  const graph = result.graphXml();
  const problem =
    put(optionValue(parsed, "save-graph"), () => writePretty(graph)) ??
    put(optionValue(parsed, "save-dotfile"), () =>
      result.dotGraph({ showsAll: hasOption(parsed, "all-actions"), showsIds: hasOption(parsed, "verbose") }),
    );
  if (problem !== undefined) return { problem };
  if (!isQuiet) report.list("Transition Summary", shownDecisions(result.decisions), summaryXml(result.decisions));
  if (!isPlayed) return { exitCode: EXIT.ok, isSimulated: false, errors: unkept };
  const played = playGraph(graph, simulated, {
    failures: allValues(parsed, "op-fail"),
    resources: unpacked.top,
    nowEpochSeconds: ports.epochSeconds(),
  });
  if (isQuiet) report.setOff();
  else report.add(["Executing Cluster Transition:", ...played.lines], element("transition", {}, [...played.parts]));
  const problems = [...unkept, ...played.problems];
  if (played.isComplete) return { exitCode: EXIT.ok, isSimulated: true, errors: problems };
  const errors = [...problems, "Transition failed: terminated", "An invalid transition was produced"];
  return { exitCode: EXIT.error, isSimulated: true, errors };
}

function showPreamble(report: Report, status: ClusterStatus): void {
  const notice = managementNotice(status);
  if (status.options.isMaintenanceMode) {
    report.note([""]);
    report.add(notice);
  }
  const { disabledCount, blockedCount, instanceCount } = status;
  if (disabledCount === 0 && blockedCount === 0) return;
  report.add([
    `${disabledCount} of ${instanceCount} resource instances DISABLED and ${blockedCount} BLOCKED from further action due to failure`,
  ]);
}

function showStatus(report: Report, title: string, name: string, status: ClusterStatus, view: StatusView): void {
  const parts = statusParts(status, view).map((part) => partLines(part, 1).join("\n"));
  report.add([`${title}:`, parts.join("\n\n")], element(name, {}, statusAsXml(status, view)));
}

function viewOf(parsed: ParsedOptions, ports: ToolPorts, nowEpochSeconds: number): StatusView {
  const view = simulatedView(nowEpochSeconds, ports.dateText);
  const sections = new Set<Section>(view.sections);
  if (hasOption(parsed, "show-attrs")) sections.add("attributes");
  if (hasOption(parsed, "show-failcounts")) sections.add("failcounts").add("failures");
  return { ...view, sections };
}

function allValues(parsed: ParsedOptions, name: string): string[] {
  return parsed.given.flatMap((option) => (option.name === name && option.value !== undefined ? [option.value] : []));
}

function readInjections(parsed: ParsedOptions): Injections {
  return {
    nodesUp: allValues(parsed, "node-up"),
    nodesDown: allValues(parsed, "node-down"),
    nodesFailed: allValues(parsed, "node-fail"),
    operations: allValues(parsed, "op-inject"),
    ticketsGranted: allValues(parsed, "ticket-grant"),
    ticketsRevoked: allValues(parsed, "ticket-revoke"),
    ticketsStandby: allValues(parsed, "ticket-standby"),
    ticketsActive: allValues(parsed, "ticket-activate"),
    quorum: optionValue(parsed, "quorum"),
    watchdog: optionValue(parsed, "watchdog"),
  };
}

/** Resources by their id, or by the name that a history has for an instance. */
function agentFinder({ unpacked }: ClusterStatus) {
  const primitives = primitivesOf(unpacked.top);
  return (id: string) => primitives.find((resource) => resource.id === id || resource.historyName === id);
}

function isText(parsed: ParsedOptions): boolean {
  return (optionValue(parsed, "output-as") ?? "text") === "text" && optionValue(parsed, "output-to") === undefined;
}

/** Exit code for a file that could not be written, by the reason. */
function writingFailure(problem: string): number {
  if (problem.endsWith("No such file or directory")) return EXIT.noSuchObject;
  return problem.endsWith("Permission denied") ? EXIT.insufficientPrivileges : EXIT.error;
}

/** `crm_simulate`. Source: crm_simulate(8) of Pacemaker 3.0.2. */
export const crmSimulate: Tool = { description: CRM_SIMULATE, run };
