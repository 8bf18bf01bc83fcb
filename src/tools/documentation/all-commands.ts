import { ALL_TOOLS } from "../all-tools.ts";
import { KODOU_COMMANDS } from "../kodou-commands.ts";
import { optionGroups, type ToolDescription, type ToolOption } from "../option-table.ts";

/** Every program of its own that has a manual page and can be completed. */
export const PROGRAMS: readonly ToolDescription[] = [...ALL_TOOLS.values()].map((tool) => tool.description);

/** Programs and the commands of `kodou`, which are called by two words. */
export const ALL_COMMANDS: readonly ToolDescription[] = [...PROGRAMS, ...KODOU_COMMANDS];

/** Options that people see, help among them, in the order of the help. */
export function shownOptions(description: ToolDescription): readonly ToolOption[] {
  const isTaken = description.options.some((option) => option.short === "h");
  const help: ToolOption = { name: "help", short: isTaken ? "?" : "h", help: "Show help options" };
  const groups = [...optionGroups(description).values()].flat().filter((option) => option.name !== "help" && option.name !== "help-all");
  return [help, { name: "help-all", help: "Show all help options" }, ...groups];
}
