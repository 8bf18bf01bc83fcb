import { isKnownSchema } from "../../cib/schemas.ts";
import { upgradeHeartbeat2 } from "../../cib/upgrade/heartbeat2.ts";
import { EXIT } from "../../model/exit-code.ts";
import { instantText } from "../../output/status/fencing-words.ts";
import { parseInstant } from "../../time/wall-time-parse.ts";
import type { XmlElement } from "../../xml/element.ts";
import { readCib } from "../cib/cib-access.ts";
import { cibFile } from "../cib/cib-place.ts";
import { searchSchema } from "../cib/schema-log.ts";
import { type Answer, refusal } from "../frame/answer.ts";
import { optionValue, type ParsedOptions } from "../frame/option-table.ts";
import { readDocument } from "../frame/read-document.ts";
import type { ToolPorts } from "../frame/tool.ts";

const TOOL = "crm_simulate";

/** The configuration to look at and the file it came from. */
type Input =
  | { readonly cib: XmlElement; readonly source: string | undefined /** With the secrets that reports mask. */; readonly isLive: boolean }
  | { readonly answer: Answer };

/** The cluster's configuration, or a file's, or the standard input's. */
export async function readInput(parsed: ParsedOptions, ports: ToolPorts): Promise<Input> {
  const last = parsed.given.findLast((option) => ["live-check", "xml-file", "xml-pipe"].includes(option.name));
  if (last?.name === "live-check") {
    const read = await readCib(ports, TOOL);
    if ("error" in read)
      return { answer: { exitCode: read.error.exitCode, errors: [`Could not connect to the CIB: ${read.error.message}`] } };
    // Of what is live only a shadow is changed.
    return checked(ports, read.cib, ports.environment("CIB_shadow") === undefined ? undefined : cibFile(ports), true);
  }
  const file = last?.name === "xml-file" ? (last.value ?? "-") : "-";
  const document = readDocument(ports, file);
  if (!document.ok) {
    const text = `Could not read input XML: Bad input value provided (${document.error.text})`;
    return { answer: refusal(TOOL, EXIT.dataError, text) };
  }
  return checked(ports, document.value, file === "-" ? undefined : file, false);
}

function checked(ports: ToolPorts, document: XmlElement, source: string | undefined, isLive: boolean): Input {
  const cib = valid(ports, document);
  return cib ? { cib, source, isLive } : { answer: { exitCode: EXIT.configuration } };
}

/** The document in the newest form; undefined for one that does not fit a schema that it names. */
export function valid(ports: ToolPorts, document: XmlElement): XmlElement | undefined {
  const cib = upgradeHeartbeat2(document);
  cib.childOrCreate("configuration");
  cib.childOrCreate("status");
  if (!isKnownSchema(cib.get("validate-with"))) return undefined;
  const { cib: updated, log } = searchSchema(cib);
  for (const entry of log) ports.log(entry);
  return updated;
}

type Clock = { readonly nowEpochSeconds: number; readonly notice: string | undefined } | { readonly answer: Answer };

/** The time that is given, that of the recording, or the present. */
export function clockOf(parsed: ParsedOptions, ports: ToolPorts, cib: XmlElement): Clock {
  const given = optionValue(parsed, "set-datetime");
  if (given !== undefined) {
    const at = parseInstant(given, ports.epochSeconds());
    if (at === undefined) return { answer: refusal(TOOL, EXIT.invalidParameter, `Invalid date/time specified: ${given}`) };
    return { nowEpochSeconds: at, notice: `Setting effective cluster time: ${given}` };
  }
  const recorded = Number(cib.get("execution-date") ?? 0);
  if (!Number.isFinite(recorded) || recorded === 0) return { nowEpochSeconds: ports.epochSeconds(), notice: undefined };
  return { nowEpochSeconds: recorded, notice: `Using the original execution date of: ${instantText(recorded)}` };
}
