import { optionGroups, type ToolDescription, type ToolOption } from "../frame/option-table.ts";

/** Options that people see, help among them, in the order of the help. */
export function shownOptions(description: ToolDescription): readonly ToolOption[] {
  const isTaken = description.options.some((option) => option.short === "h");
  const help: ToolOption = { name: "help", short: isTaken ? "?" : "h", help: "Show help options" };
  const groups = [...optionGroups(description).values()].flat().filter((option) => option.name !== "help" && option.name !== "help-all");
  return [help, { name: "help-all", help: "Show all help options" }, ...groups];
}
