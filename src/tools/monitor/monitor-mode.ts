import { hasOption, optionValue, parseOptions, UsageError } from "../frame/option-table.ts";
import { CRM_MON } from "./crm-mon-options.ts";
import { intervalOf } from "./crm-mon-sections.ts";
import type { AgentSettings } from "./external-agent.ts";

/** What crm_mon is to do: one display, or something that goes on. */
export interface MonitorMode {
  /** `page`: a file is written again and again; `silent`: only the external agent is told. */
  readonly kind: "once" | "screen" | "watch" | "page" | "silent";
  readonly intervalMs: number;
  /** It goes on in the background. */
  readonly isDaemon: boolean;
  readonly pidFile: string | undefined;
  readonly agent: AgentSettings | undefined;
  /** The arguments for one display of it. */
  readonly argv: readonly string[];
}

const ENDING = ["one-shot", "as-xml", "legacy-v2", "help", "help-all", "version"];

/** Reads from crm_mon's arguments what it is to do. Wrong arguments are for the one display to complain about. */
export function monitorMode(argv: readonly string[], facts: { readonly isTerminal: boolean; readonly usesFile: boolean }): MonitorMode {
  const once: MonitorMode = { kind: "once", intervalMs: 0, isDaemon: false, pidFile: undefined, agent: undefined, argv };
  try {
    const parsed = parseOptions(CRM_MON, argv);
    const intervalMs = intervalOf(parsed);
    const has = (name: string): boolean => hasOption(parsed, name);
    if (intervalMs === undefined || facts.usesFile || ENDING.some(has)) return once;
    const program = optionValue(parsed, "external-agent");
    const agent =
      program === undefined
        ? undefined
        : { program, recipient: optionValue(parsed, "external-recipient"), watchesFencing: has("watch-fencing") };
    const goesToFile = (optionValue(parsed, "output-to") ?? "-") !== "-";
    const isDaemon = has("daemonize");
    const format = optionValue(parsed, "output-as") ?? "console";
    const kind = ((): MonitorMode["kind"] => {
      if (isDaemon) return goesToFile ? "page" : agent ? "silent" : "once";
      if (has("watch")) return "watch";
      if (goesToFile) return has("interval") ? "page" : "once";
      if (format === "none" && agent) return "silent";
      return format === "console" && facts.isTerminal ? "screen" : "once";
    })();
    return { kind, intervalMs, isDaemon: isDaemon && kind !== "once", pidFile: optionValue(parsed, "pid-file"), agent, argv };
  } catch (error) {
    if (error instanceof UsageError) return once;
    throw error;
  }
}
