import { groupKey, type HelpTopic, optionGroups, type ToolDescription, type ToolOption } from "./option-table.ts";

const NARROWEST = 24;

/** How the options stand in the usage line: as it is printed in the C locale, or as it is inside other texts. */
const OPTIONS_PLAIN = "[OPTION?]";
const OPTIONS_INSIDE = "[OPTION\u2026]";

/**
 * The help of a tool as GLib's option parser lays it out: what it is for, which groups of options there are, and the
 * options asked for. Source: the tools of Pacemaker 3.0.2, `g_option_context_get_help`.
 */
export function helpText(description: ToolDescription, topic: HelpTopic = "main"): string {
  return layout(description, topic, OPTIONS_PLAIN);
}

/** The same text for people who called the tool wrongly; it is part of an error. */
export function usageText(description: ToolDescription): string {
  return layout(description, "main", OPTIONS_INSIDE);
}

function layout(description: ToolDescription, topic: HelpTopic, shownOptions: string): string {
  const all = optionGroups(description);
  const main = all.get("Application Options") ?? [];
  const groups = [...all].filter(([title]) => title !== "Application Options");
  const width = Math.max(NARROWEST, ...[...all.values()].flat().map((option) => left(option).length), ...groups.map(([t]) => t.length)) + 2;
  const usage = [description.tool, shownOptions, description.parameters].filter((part) => part !== undefined).join(" ");
  const sections = [`Usage:\n  ${usage}\n`, `${description.summary}\n`];
  const line = (name: string, text: string): string => `  ${name.padEnd(width)}${text}`;
  const table = (title: string, options: readonly ToolOption[]): string =>
    `${title}:\n${options.map((option) => line(left(option), option.help)).join("\n")}\n`;
  const others = groups.map(([title]) => line(`--help-${groupKey(description, title)}`, helpOfGroup(description, title)));
  const help = [line(helpOption(description), "Show help options"), line("--help-all", "Show all help options"), ...others];
  sections.push(`Help Options:\n${help.join("\n")}\n`);
  const asked = groups.find(([title]) => topic === groupKey(description, title));
  if (asked) sections.push(table(...asked));
  else {
    if (topic === "all") for (const group of groups) sections.push(table(...group));
    sections.push(table("Application Options", main));
  }
  if (description.epilogue !== undefined) sections.push(`${description.epilogue}\n`);
  return sections.join("\n");
}

function helpOption(description: ToolDescription): string {
  const isTaken = description.options.some((option) => option.short === "h");
  return `${isTaken ? "-?" : "-h"}, --help`;
}

function helpOfGroup(description: ToolDescription, title: string): string {
  return (
    description.groupHelp?.[title] ??
    `Show ${groupKey(description, title).replace(/s$/, "")} ${title === "Output Options" ? "help" : "options"}`
  );
}

function left(option: ToolOption): string {
  const argument = option.argument === undefined ? "" : option.isArgumentOptional ? `[=${option.argument}]` : `=${option.argument}`;
  return `${option.short === undefined ? "" : `-${option.short}, `}--${option.name}${argument}`;
}
