import type { SchemaProblem } from "../../cib/schema-problem.ts";
import { isKnownSchema, NO_SCHEMA, SCHEMAS } from "../../cib/schemas.ts";
import { type SchemaUpdate, type UpdateStep, updateSchema } from "../../cib/upgrade/schema-update.ts";
import type { UpgradeNote } from "../../cib/upgrade/upgrade-note.ts";
import { schemaCheck } from "../../cib/validate.ts";
import type { LogEntry } from "../../output/text/log-entry.ts";
import type { XmlElement } from "../../xml/element.ts";

const SOURCE = "pcmk__update_schema";
const TRANSFORM = "apply_upgrade";
const SCHEMA_OFF =
  'Schema validation of configuration is disabled (support for validate-with set to "none" is deprecated and will be removed in a future release)';

const UNCHECKED =
  "Support for validate-with='none' is deprecated and will be removed in a future release without the possibility of upgrades (manually edit to use a supported schema)";

/** Whether a document fits the schema it names, and what the log says of that. */
export interface SchemaVerdict {
  readonly log: readonly LogEntry[];
  /** What is wrong first, and how much else; undefined for a document that fits. */
  readonly problem: string | undefined;
}

/** Checks a document by the schema it names. */
export function checkSchema(document: XmlElement): SchemaVerdict {
  const named = document.get("validate-with");
  if (named === undefined || !isKnownSchema(named)) {
    const text = `Cannot validate CIB with ${named === undefined ? "missing" : "unknown"} validate-with (manually edit to use a known schema)`;
    return { problem: text, log: [{ source: "pcmk__validate_xml", severity: "error", text }] };
  }
  if (named === NO_SCHEMA) {
    return { problem: undefined, log: [{ source: "pcmk__warn_if_schema_deprecated", severity: "warning", text: UNCHECKED }] };
  }
  const problems = schemaCheck(document)(named);
  const lines = problems.flatMap(problemLines);
  const log = lines.map((text): LogEntry => ({ source: "xml_log", severity: "error", text }));
  const [first] = problems;
  const more = problems.length > 1 ? `, and ${problems.length - 1} more` : "";
  return { problem: first && `${first.path}: ${first.message}${more}`, log };
}

/** What is said before a document that names no schema is put to use, whether the log is asked for or not. */
export function unvalidatedLog(document: XmlElement): LogEntry[] {
  return document.get("validate-with") === NO_SCHEMA ? said([plain(SCHEMA_OFF)]) : [];
}

/** How a document fared with the schemas from the one it names to the newest. */
export interface SchemaSearch {
  /** The document under the newest schema it can have; undefined when it fits none. What a schema finds wrong is said in any case. */
  readonly cib: XmlElement | undefined;
  readonly log: readonly LogEntry[];
}

/**
 * Looks for the newest schema a document can have, as Pacemaker does before it schedules: every schema from the named one
 * on is tried, and what does not fit is said each time.
 */
export function searchSchema(document: XmlElement): SchemaSearch {
  const named = document.get("validate-with") ?? "";
  if (named === NO_SCHEMA) return { cib: document, log: said([plain(SCHEMA_OFF)]) };
  const newest = SCHEMAS.at(-1) ?? "";
  if (named === newest) {
    const problems = schemaCheck(document)(newest);
    const log = said(checkedLog({ kind: "checked", schema: newest, problems }));
    return { cib: problems.length === 0 ? document : undefined, log: problems.length === 0 ? [] : log };
  }
  const update = updateSchema(document);
  if (update.best === undefined) {
    const text = `Cannot upgrade configuration (claiming ${named} schema) to at least ${newest} because it does not validate with any schema from ${named} to the latest`;
    return { cib: undefined, log: said([...schemaLog(document, update), plain(text)]) };
  }
  return { cib: update.cib, log: said(schemaLog(document, update)) };
}

/** Plain lines are for users, not for the log alone. */
function said(log: readonly LogEntry[]): LogEntry[] {
  return log.map((entry) => (entry.source === "" ? { ...entry, isAlwaysSaid: true } : entry));
}

/** What is said of the way from a document's schema to newer ones. */
export function schemaLog(document: XmlElement, { best, steps }: SchemaUpdate): LogEntry[] {
  const log = steps.flatMap((step) => (step.kind === "checked" ? checkedLog(step) : transformedLog(step)));
  if (best === undefined || best === document.get("validate-with")) return log;
  return [...log, { source: SOURCE, severity: "info", text: `Transformed the configuration schema to ${best}` }];
}

function checkedLog({ schema, problems }: Extract<UpdateStep, { kind: "checked" }>): LogEntry[] {
  const text = `Schema ${schema} ${problems.length === 0 ? "validates" : "does not validate"}`;
  return [...problems.flatMap(problemLines).map(plain), { source: SOURCE, severity: "debug", text }];
}

function transformedLog({ from, to, parts, problem }: Extract<UpdateStep, { kind: "transformed" }>): LogEntry[] {
  const way = `from ${from} to ${to}`;
  const log = parts.flatMap((notes, at): LogEntry[] => {
    const name = `${from.replace("pacemaker", "upgrade")}-${at}.xsl`;
    const text = `Upgrading schema ${way}: applying XSL transform ${name}`;
    return [{ source: TRANSFORM, severity: "debug", text }, ...notes.map(noteEntry)];
  });
  const end: LogEntry =
    problem === undefined
      ? { source: TRANSFORM, severity: "info", text: `Schema upgrade ${way} succeeded` }
      : { source: TRANSFORM, severity: "error", text: `Schema upgrade ${way} failed: ${problem}` };
  return [...log, end];
}

function noteEntry({ severity, text }: UpgradeNote): LogEntry {
  return { source: TRANSFORM, severity, text: `${severity.toUpperCase()}: ${text}`, isBare: true, isAlwaysSaid: severity === "warning" };
}

function plain(text: string): LogEntry {
  return { source: "", severity: "error", text };
}

/** A problem as libxml2 says it, the innermost first. */
function problemLines({ path, message, attribute, isMisplaced, isWhole }: SchemaProblem): string[] {
  if (isWhole) return [message];
  const [parent = "cib", element = "cib"] = path
    .split("/")
    .slice(-2)
    .map((step) => step.replace(/\[.*$/, ""));
  const extra = `Element ${parent} has extra content: ${element}`;
  if (attribute !== undefined) return [`Invalid attribute ${attribute} for element ${element}`, extra];
  return isMisplaced ? [extra] : [`${path}: ${message}`];
}
