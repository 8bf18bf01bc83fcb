import { ALL_TOOLS } from "./all-tools.ts";
import type { ToolDescription } from "./frame/option-table.ts";
import { KODOU_COMMANDS } from "./kodou-commands.ts";

/** Every program of its own that has a manual page and can be completed. */
export const PROGRAMS: readonly ToolDescription[] = [...ALL_TOOLS.values()].map((tool) => tool.description);

/** Programs and the commands of `kodou`, which are called by two words. */
export const ALL_COMMANDS: readonly ToolDescription[] = [...PROGRAMS, ...KODOU_COMMANDS];
