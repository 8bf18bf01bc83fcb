import { enumeration } from "../../base/enumeration.ts";
import { didYouMean } from "../../base/similar-names.ts";
import { upgradeHeartbeat2 } from "../../cib/upgrade/heartbeat2.ts";
import { EXIT } from "../../model/exit-code.ts";
import type { Resource } from "../../scheduler/cluster/resource.ts";
import type { ScheduleResult } from "../../scheduler/report/schedule-result.ts";
import type { XmlElement } from "../../xml/element.ts";
import { readCib } from "../cib/cib-access.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { readDocument } from "../frame/read-document.ts";
import type { ToolPorts } from "../frame/tool.ts";

/** A CIB to be explained, and the time it is looked at. */
export type ExplainedCib = { readonly cib: XmlElement; readonly nowEpochSeconds: number } | { readonly answer: Answer };

/** Reads a CIB from a file ("-" is the standard input), or from the cluster when none is named. */
export async function readExplainedCib(tool: string, ports: ToolPorts, file: string | undefined): Promise<ExplainedCib> {
  if (file === undefined) {
    const live = await readCib(ports, tool);
    if ("error" in live) return { answer: refusal(tool, live.error.exitCode, `Could not read the CIB: ${live.error.message}`) };
    return prepared(live.cib, ports);
  }
  const document = readXml(tool, ports, file);
  if ("answer" in document) return document;
  if (document.xml.name !== "cib")
    return { answer: refusal(tool, EXIT.dataError, `${file}: the outermost element is ${document.xml.name}, not cib`) };
  return prepared(document.xml, ports);
}

/** Reads any document from a file. */
export function readXml(tool: string, ports: ToolPorts, file: string): { readonly xml: XmlElement } | { readonly answer: Answer } {
  const read = readDocument(ports, file);
  if (read.ok) return { xml: read.value };
  return { answer: refusal(tool, read.error.isUnreadable ? EXIT.noInput : EXIT.dataError, read.error.text) };
}

/** A recording is looked at in its own time. */
function prepared(document: XmlElement, ports: ToolPorts): ExplainedCib {
  const cib = upgradeHeartbeat2(document);
  cib.childOrCreate("configuration");
  cib.childOrCreate("status");
  const recorded = Number(cib.get("execution-date") ?? 0);
  return { cib, nowEpochSeconds: Number.isFinite(recorded) && recorded > 0 ? recorded : ports.epochSeconds() };
}

/** The resource of an id, or what history calls it; an instance of an anonymous clone may be named without its number. */
export function findResource({ cluster }: ScheduleResult, id: string): Resource | undefined {
  const all = cluster.top.flatMap((one) => one.withDescendants());
  return all.find((one) => one.id === id) ?? all.find((one) => one.historyName === id) ?? all.find((one) => one.id === `${id}:0`)?.ownClone;
}

/** The complaint that there is no such resource, with those that may have been meant. */
export function noResource(tool: string, { cluster }: ScheduleResult, id: string): Answer {
  const names = cluster.top.flatMap((one) => one.withDescendants()).map((one) => one.id.replace(/:\d+$/, ""));
  return refusal(tool, EXIT.noSuchObject, `there is no resource ${id}${didYouMean(id, names) || listed(names)}`);
}

/** The same of a node. */
export function noNode(tool: string, { cluster }: ScheduleResult, name: string): Answer {
  const names = cluster.nodes.map((node) => node.name);
  return refusal(tool, EXIT.noHost, `there is no node ${name}${didYouMean(name, names) || listed(names)}`);
}

/** Most names that are listed for one that is unknown. */
const LISTED_MAX = 8;

/** What there is instead, where that is not much. */
function listed(names: readonly string[]): string {
  const different = [...new Set(names)];
  return different.length === 0 || different.length > LISTED_MAX
    ? ""
    : `; there ${different.length === 1 ? "is" : "are"} ${enumeration(different)}`;
}
