import { hashOrder } from "../../base/hash-order.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import { scoreText } from "../../scheduler/report/score-text.ts";
import type { Decision } from "../../scheduler/report/summary.ts";
import { formatScore } from "../../score/score.ts";
import { element, textElement, type XmlElement } from "../../xml/element.ts";

/** The transition summary for programs. */
export function summaryXml(made: readonly Decision[]): XmlElement {
  return element("actions", {}, made.map(decisionXml));
}

function decisionXml({ change, subject, places, reason, isBlocked }: Decision): XmlElement {
  if (!places) {
    const [operation = "", ...name] = subject.split(" ");
    return element("node_action", { task: `${change} ${operation}`, node: name.join(" "), reason });
  }
  const made = element("rsc_action", { action: change.toLowerCase(), resource: subject });
  for (const [name, value] of Object.entries(places)) made.set(name === "nextRole" ? "next-role" : name, value);
  return made.set("reason", reason === "" ? undefined : reason).set("blocked", isBlocked ? "true" : undefined);
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

/** The same for programs, in one element. */
export function assignmentXml(result: ScheduleResult, view: AssignmentView): XmlElement {
  const names = [...(view.showsScores ? ["allocations"] : []), ...(view.showsUtilization ? ["utilizations"] : [])];
  return element(names.join("_"), {}, assignmentParts(result, view));
}

/** The same for programs, one by one. */
export function assignmentParts(result: ScheduleResult, view: AssignmentView): XmlElement[] {
  return assignmentLines(result, view).map((line) => {
    if ("amounts" in line) {
      const amounts = hashOrder(line.amounts.keys()).map((name) => textElement(name, {}, line.amounts.get(name) ?? ""));
      if (line.comment) return element("capacity", { node: line.node, comment: line.comment }, amounts);
      return element("utilization", { resource: line.resource, node: line.node, function: "pcmk__assign_resource" }, amounts);
    }
    const score = formatScore(line.score);
    if (line.kind === "promotion")
      return element("promotion_score", { id: line.resource, score, node: line.node === "" ? undefined : line.node });
    return element("node_weight", { function: `pcmk__${line.kind}_assign`, node: line.node, score, id: line.resource });
  });
}
