import { scoreText } from "../../scheduler/report/score-text.ts";
import type { ScheduleResult } from "../../scheduler/schedule.ts";
import { formatScore } from "../../score/score.ts";
import { element, type XmlElement } from "../../xml/element.ts";

/** A line of the transition summary, taken apart. */
interface SummaryLine {
  readonly change: string;
  readonly subject: string;
  readonly details: string;
  readonly reason: string;
}

/**
 * The transition summary: resources and details in columns that widen as longer ones come, as Pacemaker 3.0.2 prints
 * them. Lines about nodes stand as they are.
 */
export function summaryItems(summary: readonly string[]): string[] {
  let subjectWidth = 5;
  let detailWidth = 5;
  return summary.map((line) => {
    const read = readLine(line);
    if (!read) return line;
    if (read.subject.length > subjectWidth) subjectWidth = read.subject.length + 2;
    detailWidth = Math.max(detailWidth, read.details.length);
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

/** Score lines with the function that made them, as Pacemaker prints them. */
export function scoreItems(scores: ScheduleResult["scores"]): string[] {
  return scores.map((line) => scoreText(line).replace(/^(\w+): /, "pcmk__$1_assign: "));
}

/** The same for programs. */
export function scoresXml(scores: ScheduleResult["scores"]): XmlElement {
  const parts = scores.map((line) => {
    const score = formatScore(line.score);
    if (line.kind === "promotion")
      return element("promotion_score", { id: line.resource, score, node: line.node === "" ? undefined : line.node });
    return element("node_weight", { function: `pcmk__${line.kind}_assign`, node: line.node, score, id: line.resource });
  });
  return element("allocations", {}, parts);
}
