/** How much a log entry matters, from most to least. */
export const SEVERITIES = ["crit", "error", "warning", "notice", "info", "debug", "trace"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Something worth noting on the way to an answer. */
export interface LogEntry {
  /** The step of the work it belongs to, under the name people know from Pacemaker's logs; empty for plain lines. */
  readonly source: string;
  readonly severity: Severity;
  readonly text: string;
  /** The text is shown as it is, without where it comes from. */
  readonly isBare?: boolean;
  /** Told at the first reading of a document only. */
  readonly isToldOnce?: boolean;
  /** The text goes to the terminal whether or not anybody asked for the log. */
  readonly isAlwaysSaid?: boolean;
}

/** Something that may go wrong, or went wrong and is dealt with. */
export function warning(source: string, text: string): LogEntry {
  return { source, severity: "warning", text };
}

/** Something that people may want to know. */
export function notice(source: string, text: string): LogEntry {
  return { source, severity: "notice", text };
}

/** Who decides what of the log is seen. */
export interface LogChoice {
  /** How often `-V` was given. */
  readonly verbosity: number;
  environment(name: string): string | undefined;
}

/** True when any of the log goes to the terminal. */
export function isLogAsked(choice: LogChoice): boolean {
  return choice.verbosity > 0 || isOnTerminal(choice);
}

function isOnTerminal(choice: LogChoice): boolean {
  return /^(1|true|yes|on|y)$/i.test(choice.environment("PCMK_stderr") ?? "");
}

/**
 * The part of the log that goes to the terminal: errors with PCMK_stderr, or else with the first `-V`, one severity more for
 * each further `-V`, and whatever comes from a step that PCMK_trace_functions names. Source: logging of Pacemaker 3.0.2's tools.
 */
export function logText(entries: readonly LogEntry[], choice: LogChoice): string {
  if (!isLogAsked(choice)) return entries.flatMap((entry) => (entry.isAlwaysSaid ? [`${entry.text}\n`] : [])).join("");
  const traced = new Set((choice.environment("PCMK_trace_functions") ?? "").split(","));
  const least = SEVERITIES.indexOf("error") + choice.verbosity - (isOnTerminal(choice) ? 0 : 1);
  const shown = entries.filter((entry) => entry.isAlwaysSaid || SEVERITIES.indexOf(entry.severity) <= least || traced.has(entry.source));
  return shown.map((entry) => (entry.source === "" || entry.isBare === true ? `${entry.text}\n` : lineOf(entry))).join("");
}

function lineOf({ source, severity, text }: LogEntry): string {
  return `(${source}@kodou) \t${severity}: ${text}\n`;
}
