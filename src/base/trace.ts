/** Characters of a trace that go into the log. */
const LONGEST_TRACE = 2000;

/** Where something was thrown, for the log. */
export function traceOf(error: unknown): string {
  return (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, LONGEST_TRACE);
}
