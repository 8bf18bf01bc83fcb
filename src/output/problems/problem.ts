import type { LogEntry } from "../text/log-entry.ts";

/** Something in a configuration that cannot work (an error), or that may not be what was meant (a warning). */
export interface Problem extends LogEntry {
  readonly severity: "error" | "warning";
  /** It works as it is, and will not for ever. */
  readonly isDeprecation?: boolean;
}

/** Says `text` of a configuration; `source` is the step of Pacemaker's work that says it there. */
export function failure(source: string, text: string): Problem {
  return { source, severity: "error", text };
}

/** The same for what may work. */
export function doubt(source: string, text: string): Problem {
  return { source, severity: "warning", text };
}

/** The same for what works and is on its way out. */
export function deprecation(source: string, text: string): Problem {
  return { ...doubt(source, text), isDeprecation: true, isToldOnce: true };
}

/** How Pacemaker says that something is on its way out. */
export const LATER = "is deprecated and will be removed in a future release";

/** How Pacemaker says that a value could not be read. */
export const BAD_INPUT = "Bad input value provided";
