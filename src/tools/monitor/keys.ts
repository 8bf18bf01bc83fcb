import type { Section } from "../../output/status/status-view.ts";
import { type ParsedOptions, parseOptions } from "../frame/option-table.ts";
import { CRM_MON } from "./crm-mon-options.ts";
import { chooseSections, fencingLevelOf } from "./crm-mon-sections.ts";

/** What a key changes on the screen. */
type Toggle =
  | { readonly section: Section; readonly also?: readonly Section[] }
  | { readonly summary: true }
  | { readonly flag: string }
  | { readonly fencing: true };

interface Key {
  readonly key: string;
  readonly help: string;
  readonly toggle: Toggle;
}

/** Keys of the live screen. Source: the help screen of crm_mon of Pacemaker 3.0.2. */
const KEYS: readonly Key[] = [
  { key: "c", help: "Tickets", toggle: { section: "tickets" } },
  { key: "f", help: "Fail counts of resources", toggle: { section: "failcounts" } },
  { key: "n", help: "Resources grouped by node", toggle: { flag: "group-by-node" } },
  { key: "o", help: "Operation history", toggle: { section: "operations" } },
  { key: "r", help: "Inactive resources", toggle: { flag: "inactive" } },
  { key: "t", help: "Times of operations", toggle: { flag: "timing-details" } },
  { key: "A", help: "Node attributes", toggle: { section: "attributes" } },
  { key: "L", help: "Negative location constraints", toggle: { section: "bans" } },
  { key: "D", help: "Summary", toggle: { summary: true } },
  { key: "R", help: "Details: ids, every instance of clones", toggle: { flag: "show-detail" } },
  { key: "b", help: "Brief: counts instead of lists", toggle: { flag: "brief" } },
  { key: "j", help: "What is under way", toggle: { flag: "hide-pending" } },
  { key: "m", help: "Fencing history: next level", toggle: { fencing: true } },
];
const SUMMARY: readonly Section[] = ["stack", "dc", "times", "counts", "maint-mode"];
const FENCING_LEVELS = 4;

/** The arguments after a key was hit: those that would show the same from the start. Undefined for a key without meaning. */
export function afterKey(argv: readonly string[], key: string): readonly string[] | undefined {
  const found = KEYS.find((candidate) => candidate.key === key);
  if (!found) return undefined;
  const parsed = parseOptions(CRM_MON, argv);
  const { toggle } = found;
  if ("flag" in toggle) return withoutOption(parsed, toggle.flag) ?? [...argv, `--${toggle.flag}`];
  if ("fencing" in toggle) {
    const level = ((fencingLevelOf(parsed) ?? 1) + 1) % FENCING_LEVELS;
    return [...(withoutOption(parsed, "fence-history") ?? argv), `--fence-history=${level}`];
  }
  const shown = sectionsOf(parsed);
  const name = "summary" in toggle ? "summary" : toggle.section;
  const isShown = "summary" in toggle ? SUMMARY.some((section) => shown.has(section)) : shown.has(toggle.section);
  return [...argv, `--${isShown ? "exclude" : "include"}=${name}`];
}

/** The help screen: every key and whether what it is about is shown. */
export function keyHelp(argv: readonly string[]): string {
  const parsed = parseOptions(CRM_MON, argv);
  const shown = sectionsOf(parsed);
  const isOn = ({ toggle }: Key): string => {
    if ("fencing" in toggle) return String(fencingLevelOf(parsed) ?? 1);
    if ("summary" in toggle) return SUMMARY.some((section) => shown.has(section)) ? "*" : " ";
    if ("section" in toggle) return shown.has(toggle.section) ? "*" : " ";
    const isGiven = parsed.given.some(({ name }) => name === toggle.flag);
    return isGiven !== (toggle.flag === "hide-pending") ? "*" : " ";
  };
  const lines = KEYS.map((key) => `${isOn(key)} ${key.key}: ${key.help}`);
  return [
    "Display option change mode",
    "",
    "A key shows or hides:",
    ...lines,
    "",
    "Arrows, PgUp, PgDn: scroll. q: quit. Any other key: back.",
    "",
  ].join("\n");
}

function sectionsOf(parsed: ParsedOptions): ReadonlySet<Section> {
  return chooseSections(parsed, "console", fencingLevelOf(parsed) ?? 1).sections;
}

/** The arguments, written out, without an option; undefined when it is not among them. */
function withoutOption(parsed: ParsedOptions, name: string): string[] | undefined {
  if (!parsed.given.some((option) => option.name === name)) return undefined;
  const kept = parsed.given.filter((option) => option.name !== name);
  return kept.map((option) => (option.value === undefined ? `--${option.name}` : `--${option.name}=${option.value}`));
}
