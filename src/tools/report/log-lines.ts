/** A line of a log with its time, undefined when it has none that is understood. */
export interface TimedLine {
  readonly epochMs: number | undefined;
  readonly line: string;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY_MS = 86_400_000;

/**
 * Time of a log line in ms since 1970: kodoud's JSON, ISO 8601 in front (journal, rsyslog), syslog (`Nov 21 14:02:02`,
 * of the year that fits to `nowEpochSeconds`), heartbeat (`2026/11/21_14:02:02`). Undefined when there is none.
 */
export function lineTimeMs(line: string, nowEpochSeconds: number): number | undefined {
  const iso = /^(?:\{.*?"time":\s*")?(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?)\s?(Z|[+-]\d\d:?\d\d)?/.exec(line);
  if (iso) return defined(Date.parse(`${(iso[1] ?? "").replace(" ", "T").replace(",", ".")}${iso[2] ?? ""}`));
  const heartbeat = /\b(\d{4})\/(\d\d)\/(\d\d)_(\d\d:\d\d:\d\d)/.exec(line);
  if (heartbeat) return defined(Date.parse(`${heartbeat[1]}-${heartbeat[2]}-${heartbeat[3]}T${heartbeat[4]}`));
  const syslog = /^([A-Z][a-z]{2})\s+(\d{1,2}) (?:(\d{4}) )?(\d\d:\d\d:\d\d(?:\.\d+)?)/.exec(line);
  const month = MONTHS.indexOf(syslog?.[1] ?? "") + 1;
  if (!syslog || month === 0) return undefined;
  const year = Number(syslog[3] ?? new Date(nowEpochSeconds * 1000).getFullYear());
  const inYear = (of: number): number =>
    Date.parse(`${of}-${String(month).padStart(2, "0")}-${String(syslog[2]).padStart(2, "0")}T${syslog[4]}`);
  const time = inYear(year);
  // A log does not come from the future: a line of December, read in January.
  return defined(time > nowEpochSeconds * 1000 + DAY_MS ? inYear(year - 1) : time);
}

/** Lines between two times; a line without a time belongs to the one before it. */
export function linesBetween(text: string, fromEpochSeconds: number, toEpochSeconds: number, nowEpochSeconds: number): TimedLine[] {
  const kept: TimedLine[] = [];
  let isInside = false;
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const epochMs = lineTimeMs(line, nowEpochSeconds);
    if (epochMs !== undefined) isInside = epochMs >= fromEpochSeconds * 1000 && epochMs <= toEpochSeconds * 1000;
    if (isInside) kept.push({ epochMs, line });
  }
  return kept;
}

function defined(time: number): number | undefined {
  return Number.isNaN(time) ? undefined : time;
}
