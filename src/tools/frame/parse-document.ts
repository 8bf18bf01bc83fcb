import type { Result } from "../../base/result.ts";
import { xmlComplaints } from "../../output/log/xml-complaints.ts";
import { QUIET_PROBE } from "../../scheduler/unpack/history/quiet-probe.ts";
import type { XmlElement } from "../../xml/element.ts";
import { parseXml, type XmlError } from "../../xml/parse.ts";
import type { ToolPorts } from "./tool.ts";

/** Reads a document that a tool was given; the log tells what libxml2 would find wrong. `file` is where it comes from. */
export function parseDocument(ports: Pick<ToolPorts, "log">, text: string, file?: string): Result<XmlElement, XmlError> {
  const parsed = parseXml(text, { frequent: QUIET_PROBE });
  if (!parsed.ok) ports.log(() => xmlComplaints(text, file));
  return parsed;
}
