const UNITS_MS: Readonly<Record<string, number>> = {
  "": 1000,
  s: 1000,
  sec: 1000,
  ms: 1,
  msec: 1,
  us: 0.001,
  usec: 0.001,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
};

/**
 * A time as the CIB spells it, in ms: a number with a unit (seconds without one), or an ISO 8601 duration such as
 * PT1H30M. Undefined when it is neither. Source: Pacemaker Explained, "Time specifications".
 */
export function parseDurationMs(text: string): number | undefined {
  const trimmed = text.trim();
  const plain = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(trimmed);
  if (plain) {
    const unit = UNITS_MS[(plain[2] ?? "").toLowerCase()];
    return unit === undefined ? undefined : Math.trunc(Number(plain[1]) * unit);
  }
  const iso = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(trimmed);
  if (!iso || trimmed.endsWith("T") || trimmed === "P") return undefined;
  const [years, months, weeks, days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0));
  const wholeDays = (years ?? 0) * 365 + (months ?? 0) * 30 + (weeks ?? 0) * 7 + (days ?? 0);
  return ((wholeDays * 24 + (hours ?? 0)) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000;
}

/** A time in whole seconds, rounded to the nearest; what is not nothing is at least one. Source: behaviour of Pacemaker 3.0.3. */
export function roundedSeconds(ms: number): number {
  return ms > 0 ? Math.max(1, Math.round(ms / 1000)) : 0;
}

/** A time span for people: 10s, 1m30s, 12ms, 20.001s. Source: Pacemaker 3.0.2, how intervals are printed. */
export function readableMs(ms: number): string {
  if (ms === 0) return "0s";
  if (ms < 1000) return `${ms}ms`;
  const minutes = Math.floor(ms / 60_000);
  const rest = ms % 60_000;
  const thousandths = rest % 1000;
  const seconds = `${Math.floor(rest / 1000)}${thousandths === 0 ? "" : `.${String(thousandths).padStart(3, "0")}`}s`;
  const days = Math.floor(minutes / 1440);
  const parts = [
    [days, "d"],
    [Math.floor(minutes / 60) % 24, "h"],
    [minutes % 60, "m"],
  ] as const;
  const long = parts.flatMap(([amount, unit]) => (amount > 0 ? [`${amount}${unit}`] : [])).join("");
  return rest > 0 || long === "" ? `${long}${seconds}` : long;
}
