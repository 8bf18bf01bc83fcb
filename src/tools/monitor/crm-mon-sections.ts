import { SECTIONS, type Section } from "../../output/status/status-view.ts";
import { parseDurationMs } from "../../time/duration.ts";
import { hasOption, optionValue, type ParsedOptions, UsageError } from "../frame/option-table.ts";

/** Names that stand for several sections. */
const GROUPS: Readonly<Record<string, readonly Section[]>> = {
  fencing: ["fencing-failed", "fencing-pending", "fencing-succeeded"],
  summary: ["stack", "dc", "times", "counts", "maint-mode"],
};

const DEFAULT_INTERVAL_MS = 5000;

const DEFAULTS: readonly Section[] = ["stack", "dc", "times", "counts", "maint-mode", "nodes", "resources", "failures"];

/** What the sections and the fencing level of the arguments came to. */
export interface ChosenSections {
  readonly sections: ReadonlySet<Section>;
  readonly banPrefix: string;
}

/**
 * Sections to show: the defaults of the format, what the fencing level implies, then the options from left to right.
 * Throws UsageError for a name that is no section. Source: crm_mon(8) of Pacemaker 3.0.2.
 */
export function chooseSections(parsed: ParsedOptions, format: string, fencingLevel: number): ChosenSections {
  const isForPrograms = format === "xml" || format === "json";
  const defaults = (): Section[] => (isForPrograms ? [...SECTIONS] : [...DEFAULTS, ...fencingDefaults(fencingLevel)]);
  let sections = new Set<Section>(defaults());
  if (hasOption(parsed, "quiet")) sections.delete("times");
  let banPrefix = "";
  const allExceptOptions = SECTIONS.filter((section) => format === "html" || isForPrograms || section !== "options");
  for (const { name, value } of parsed.given) {
    switch (name) {
      case "include":
        for (const word of (value ?? "").split(",")) {
          if (word === "all") sections = new Set(allExceptOptions);
          else if (word === "none") sections = new Set();
          else if (word === "default" || word === "defaults") for (const section of defaults()) sections.add(section);
          else if (/^bans(:|$)/.test(word)) {
            sections.add("bans");
            banPrefix = word.slice("bans:".length);
          } else for (const section of named("include", word)) sections.add(section);
        }
        break;
      case "exclude":
        for (const word of (value ?? "").split(",")) {
          if (word === "all") sections = new Set();
          else if (word === "none") sections = new Set(allExceptOptions);
          else for (const section of named("exclude", word)) sections.delete(section);
        }
        break;
      case "neg-locations":
        sections.add("bans");
        banPrefix = value ?? banPrefix;
        break;
      case "hide-headers":
        for (const section of GROUPS["summary"] ?? []) sections.delete(section);
        break;
      default:
        for (const section of IMPLIED[name] ?? []) sections.add(section);
    }
  }
  return { sections, banPrefix };
}

/** 1 without the option, 2 when it is given without a level; undefined for a level there is not. */
export function fencingLevelOf(parsed: ParsedOptions): number | undefined {
  if (!hasOption(parsed, "fence-history")) return 1;
  const text = optionValue(parsed, "fence-history") ?? "2";
  return /^[0-3]$/.test(text) ? Number(text) : undefined;
}

/** Time between two displays in ms; undefined for a text that is none. */
export function intervalOf(parsed: ParsedOptions): number | undefined {
  const text = optionValue(parsed, "interval");
  const interval = text === undefined ? DEFAULT_INTERVAL_MS : parseDurationMs(text);
  return interval === undefined || interval <= 0 ? undefined : interval;
}

const IMPLIED: Readonly<Record<string, readonly Section[]>> = {
  tickets: ["tickets"],
  failcounts: ["failcounts"],
  operations: ["failcounts", "operations"],
  "timing-details": ["operations"],
  "show-node-attributes": ["attributes"],
};

function fencingDefaults(level: number): readonly Section[] {
  if (level <= 0) return [];
  return level === 1 ? ["fencing-failed", "fencing-pending"] : ["fencing-failed", "fencing-pending", "fencing-succeeded"];
}

function named(option: "include" | "exclude", word: string): readonly Section[] {
  const group = GROUPS[word];
  if (group) return group;
  const section = SECTIONS.find((known) => known === word);
  if (section) return [section];
  const known = [...SECTIONS, ...Object.keys(GROUPS), "all", "none", ...(option === "include" ? ["default"] : [])].sort();
  const shown = known.map((name) => (name === "bans" && option === "include" ? "bans[:PREFIX]" : name)).join(", ");
  throw new UsageError(`crm_mon: --${option} options: ${shown}`);
}
