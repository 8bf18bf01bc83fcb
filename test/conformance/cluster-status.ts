import { statusParts } from "../../src/output/status/status-lists.ts";
import { readClusterStatus } from "../../src/output/status/status-model.ts";
import { partLines } from "../../src/output/status/status-text.ts";
import { simulatedView } from "../../src/output/status/status-view.ts";
import { playGraph } from "../../src/tools/simulate/play-graph.ts";
import { SimulatedCib } from "../../src/tools/simulate/simulated-cib.ts";
import type { XmlElement } from "../../src/xml/element.ts";

/** When simulated results are written at the earliest: after everything that inputs without a time of their own remember. */
const SIMULATED_AT_EPOCH_SECONDS = Date.UTC(2026, 0, 1) / 1000;

/** What the status of the cluster is before a plan, and after all of it succeeded. */
export interface ShownStatus {
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Lines of a section of a summary, without white space: column widths say nothing. */
export function statusSection(summary: string, title: string): string[] {
  const lines = summary.split("\n");
  const start = lines.findIndex((line) => line.trim() === `${title}:`);
  if (start < 0) return [];
  const end = lines.findIndex((line, index) => index > start && /^\S/.test(line));
  return lines.slice(start + 1, end < 0 ? undefined : end).flatMap(bare);
}

/** Shows the status as it is, carries the plan out on a copy, and shows it again. */
export function shownStatus(input: XmlElement, graph: XmlElement, nowEpochSeconds: number): ShownStatus {
  const simulated = new SimulatedCib(input.clone());
  const before = readClusterStatus(simulated.cib, { nowEpochSeconds });
  const shown = linesOf(simulated.cib, nowEpochSeconds, true);
  playGraph(graph, simulated, {
    failures: [],
    resources: before.unpacked.resources.top,
    nowEpochSeconds: Math.max(SIMULATED_AT_EPOCH_SECONDS, nowEpochSeconds),
  });
  return { before: shown, after: linesOf(simulated.cib, nowEpochSeconds, false) };
}

function linesOf(cib: XmlElement, nowEpochSeconds: number, showsPending: boolean): string[] {
  const view = { ...simulatedView(nowEpochSeconds, String), showsPending };
  return statusParts(readClusterStatus(cib, { nowEpochSeconds }), view).flatMap((part) => partLines(part, 1).flatMap(bare));
}

function bare(line: string): string[] {
  const text = line.replace(/\s+/g, "");
  return text === "" ? [] : [text];
}
