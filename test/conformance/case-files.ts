import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseInstant } from "../../src/time/wall-time-parse.ts";
import type { XmlElement } from "../../src/xml/element.ts";
import { parseXml } from "../../src/xml/parse.ts";

/** One line of the table of cases. */
export interface CaseEntry {
  readonly name: string;
  readonly category: string;
  /** Extra arguments; only `-t TIME` occurs. */
  readonly args: string;
}

/** A case with its input and everything that is expected of it. */
export interface ConformanceCase extends CaseEntry {
  readonly input: XmlElement;
  readonly nowEpochSeconds: number;
  readonly graph: XmlElement;
  readonly scores: string;
  readonly summary: string;
  readonly dot: string;
}

/**
 * The cases of a directory: those of the table (name, category, four figures, arguments) that are there, then those the
 * table does not know, in a category of their own. Without a table all are of that one.
 */
export function readCases(directory: string, table: string): CaseEntry[] {
  const known = existsSync(table) ? readCaseTable(table) : [];
  const names = new Set(known.map(({ name }) => name));
  const files = readdirSync(join(directory, "xml")).filter((name) => name.endsWith(".xml"));
  const there = new Set(files.map((name) => name.slice(0, -".xml".length)));
  const others = [...there].filter((name) => !names.has(name)).sort();
  return [...known.filter(({ name }) => there.has(name)), ...others.map((name) => ({ name, category: "uncategorized", args: "" }))];
}

function readCaseTable(file: string): CaseEntry[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const fields = line.split("\t");
      return { name: fields[0] ?? "", category: fields[1] ?? "", args: fields[6] ?? "" };
    });
}

/** Reads one case; undefined when its files are not there. */
export function readCase(directory: string, entry: CaseEntry, clockEpochSeconds: number): ConformanceCase | undefined {
  const text = (folder: string): string => {
    const file = join(directory, folder, `${entry.name}.${folder}`);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  };
  if (!existsSync(join(directory, "xml", `${entry.name}.xml`))) return undefined;
  const input = parsed(text("xml"), entry.name);
  return {
    ...entry,
    input,
    nowEpochSeconds: clockOf(input, entry, clockEpochSeconds),
    graph: parsed(text("exp"), `${entry.name}.exp`),
    scores: text("scores"),
    summary: text("summary"),
    dot: text("dot"),
  };
}

function parsed(text: string, name: string): XmlElement {
  const result = parseXml(text);
  if (!result.ok) throw new Error(`${name}: ${JSON.stringify(result.error)}`);
  return result.value;
}

function clockOf(input: XmlElement, entry: CaseEntry, clockEpochSeconds: number): number {
  const given = /-t\s+(.+)$/.exec(entry.args)?.[1];
  if (given !== undefined) return parseInstant(given, clockEpochSeconds) ?? clockEpochSeconds;
  const recorded = Number(input.get("execution-date") ?? Number.NaN);
  return Number.isFinite(recorded) ? recorded : clockEpochSeconds;
}
