import { hashOrder } from "../../base/hash-order.ts";
import { spanText } from "../../output/status-words.ts";
import type { DefinitionChange } from "../../scheduler/act/plan.ts";
import { scoreText } from "../../scheduler/report/score-text.ts";
import type { ScheduleResult } from "../../scheduler/schedule.ts";
import { formatScore } from "../../score/score.ts";
import { element, textElement, type XmlElement } from "../../xml/element.ts";

/** A line of the transition summary, taken apart. */
interface SummaryLine {
  readonly change: string;
  readonly subject: string;
  readonly details: string;
  readonly reason: string;
}

/** Columns are at least as wide as this. */
const LEAST_WIDTH = 5;

/**
 * The transition summary: resources and details in columns, as wide as Pacemaker 3.0.2 makes them. A longer resource widens its
 * column by two places more than it takes, which then suffice for the next ones. Lines about nodes stand as they are.
 */
export function summaryItems(summary: readonly string[]): string[] {
  const lines = summary.map((text) => ({ text, read: readLine(text) }));
  let subjectWidth = LEAST_WIDTH;
  let detailWidth = LEAST_WIDTH;
  for (const { read } of lines) {
    if (!read) continue;
    if (read.subject.length > subjectWidth) subjectWidth = read.subject.length + 2;
    detailWidth = Math.max(detailWidth, read.details.length);
  }
  return lines.map(({ text, read }) => {
    if (!read) return text;
    const reason = read.reason === "" ? "" : `  ${read.reason}`;
    return `${read.change.padEnd(8)}   ${read.subject.padEnd(subjectWidth)}   ( ${read.details.padStart(detailWidth)} )${reason}`;
  });
}

/** The same for programs. */
export function summaryXml(summary: readonly string[]): XmlElement {
  return element("actions", {}, summary.map(lineXml));
}

function readLine(line: string): SummaryLine | undefined {
  const match = /^(\S+)\s+(\S+)\s+\(\s*(.*?)\s*\)(?:\s+(due to .*|blocked))?$/.exec(line.trim());
  if (!match || /^(Fence|Unfence|Shutdown)$/.test(match[1] ?? "")) return undefined;
  const [, change = "", subject = "", details = "", reason = ""] = match;
  return { change, subject, details, reason };
}

function lineXml(line: string): XmlElement {
  const read = readLine(line);
  if (!read) {
    const match = /^(.+?) (\S+)(?: \(resource: \S+\))?(?: '(.*)')?$/.exec(line.trim());
    return element("node_action", { task: match?.[1] ?? line, node: match?.[2], reason: match?.[3] });
  }
  const blocked = /blocked\)?$/.test(read.reason) ? "true" : undefined;
  const reason = /^due to (.*?)(?: \(blocked\))?$/.exec(read.reason)?.[1];
  const made = element("rsc_action", { action: read.change.toLowerCase(), resource: read.subject, ...placeOf(read.details) });
  return made.set("reason", reason).set("blocked", blocked);
}

const ROLE = "(Stopped|Started|Unpromoted|Promoted)";

/** Roles and nodes of `Started n1 -> Promoted n2` and its shorter forms. */
function placeOf(details: string): Record<string, string | undefined> {
  const [from = "", to] = details.split(" -> ");
  const split = (text: string): { role: string | undefined; node: string | undefined } => {
    const match = new RegExp(`^(?:${ROLE}\\s*)?(\\S*)\\s*(?:${ROLE})?$`).exec(text);
    return { role: match?.[1] ?? match?.[3], node: match?.[2] === "" ? undefined : match?.[2] };
  };
  const a = split(from);
  if (to === undefined) return { role: a.role, node: a.node };
  const b = split(to);
  if (a.node === undefined) return { role: a.role, "next-role": b.role, node: b.node };
  if (a.role === undefined && b.role === undefined) return { source: a.node, dest: b.node };
  return { role: a.role ?? b.role, "next-role": a.role === undefined ? undefined : b.role, source: a.node, dest: b.node };
}

/** What is said of operations of which only secret parameters changed. */
export function maskedItems(changes: ScheduleResult["maskedChanges"]): string[] {
  return changes.map(
    ({ resource, node, task, intervalMs, magic }) =>
      `Only 'private' parameters to ${spanText(intervalMs)}-interval ${task} for ${resource} on ${node} changed: ${magic}`,
  );
}

/** What is said of fence devices whose definition is not the one that unfenced a node. */
export function definitionNotes(changes: readonly DefinitionChange[], isLive: boolean): string[] {
  return changes.flatMap(({ device, node, isSecretOnly, wanted }) => {
    if (isSecretOnly) return [`Only 'private' parameters to ${device} for unfencing ${node} changed`];
    // Where secrets may be masked, what they would have to look like is of help.
    const hint = isLive ? [] : [`Parameters to ${device} for unfencing ${node} changed, try '${wanted}'`];
    return [...hint, `notice: Unfencing node ${node} because the definition of ${device} changed`];
  });
}

/** What of the assignment is to be shown. */
export interface AssignmentView {
  readonly showsScores: boolean;
  readonly showsUtilization: boolean;
}

type AssignmentLine = ScheduleResult["scores"][number] | ScheduleResult["utilization"][number];

/** Scores and utilization as they came, in one row. */
function assignmentLines({ scores, utilization }: ScheduleResult, view: AssignmentView): AssignmentLine[] {
  const used = view.showsUtilization ? utilization : [];
  const places = [
    ...(view.showsScores ? scores : []).map((line, at) => ({ line, at: at + 1 })),
    ...used.map((line) => ({ line, at: line.scoresBefore + 0.5 })),
  ];
  return places.sort((a, b) => a.at - b.at).map(({ line }) => line);
}

/** Lines about the assignment with the function that made them, as Pacemaker prints them. */
export function assignmentItems(result: ScheduleResult, view: AssignmentView): string[] {
  return assignmentLines(result, view).map((line) => {
    if (!("amounts" in line)) return scoreText(line).replace(/^(\w+): /, "pcmk__$1_assign: ");
    const amounts = hashOrder(line.amounts.keys()).map((name) => ` ${name}=${line.amounts.get(name)}`);
    const subject = line.comment
      ? `${line.comment}: ${line.node} capacity`
      : `pcmk__assign_resource: ${line.resource} utilization on ${line.node}`;
    return `${subject}:${amounts.join("")}`;
  });
}

/** The same for programs. */
export function assignmentXml(result: ScheduleResult, view: AssignmentView): XmlElement {
  const parts = assignmentLines(result, view).map((line) => {
    if ("amounts" in line) {
      const amounts = hashOrder(line.amounts.keys()).map((name) => textElement(name, {}, `${line.amounts.get(name)}`));
      if (line.comment) return element("capacity", { node: line.node, comment: line.comment }, amounts);
      return element("utilization", { resource: line.resource, node: line.node, function: "pcmk__assign_resource" }, amounts);
    }
    const score = formatScore(line.score);
    if (line.kind === "promotion")
      return element("promotion_score", { id: line.resource, score, node: line.node === "" ? undefined : line.node });
    return element("node_weight", { function: `pcmk__${line.kind}_assign`, node: line.node, score, id: line.resource });
  });
  const names = [...(view.showsScores ? ["allocations"] : []), ...(view.showsUtilization ? ["utilizations"] : [])];
  return element(names.join("_"), {}, parts);
}
