import { INT_MAX } from "../base/int-max.ts";

/** Units by what they begin with; the longer ones come first. */
const UNITS_MS: readonly (readonly [string, number])[] = [
  ["ms", 1],
  ["us", 0.001],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
];

/** A whole number, what follows its point passed over, and a unit. */
const PLAIN_TIME = /^\s*\+?(\d+)[\d.]*\s*(.*)$/s;

/** Longer times count as this long. */
export const LONGEST_MS = 4_294_967_295;

/**
 * A time as the CIB spells it, in ms: a whole number with a unit (seconds without one; what follows a unit is passed over), or
 * an ISO 8601 duration such as PT1H30M. Undefined when it is neither. Source: Pacemaker Explained, "Time specifications", and
 * the behaviour of Pacemaker 3.0.3, which does without the T, and takes a day off durations with days; here they are as long as they say.
 */
export function parseDurationMs(text: string): number | undefined {
  const plain = PLAIN_TIME.exec(text);
  const ms = plain ? plainMs(Number(plain[1]), plain[2] ?? "") : durationMs(text);
  return ms === undefined ? undefined : Math.min(ms, LONGEST_MS);
}

/** The same without durations of ISO 8601, which timeouts and delays of operations cannot be, and no longer than they can be. */
export function parsePlainMs(text: string): number | undefined {
  const plain = PLAIN_TIME.exec(text);
  const ms = plain ? plainMs(Number(plain[1]), plain[2] ?? "") : undefined;
  return ms === undefined ? undefined : Math.min(ms, INT_MAX);
}

function plainMs(amount: number, unit: string): number | undefined {
  if (unit === "") return amount * 1000;
  const factor = UNITS_MS.find(([beginning]) => unit.toLowerCase().startsWith(beginning))?.[1];
  return factor === undefined ? undefined : Math.trunc(amount * factor);
}

function durationMs(text: string): number | undefined {
  const iso = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?$/.exec(text.trimEnd());
  if (!iso || iso[0] === "P" || iso[0] === "PT") return undefined;
  const [years, months, weeks, days, hours, minutes, seconds] = iso.slice(1).map((part) => Number(part ?? 0));
  const wholeDays = (years ?? 0) * 365 + (months ?? 0) * 30 + (weeks ?? 0) * 7 + (days ?? 0);
  const total = (wholeDays * 24 + (hours ?? 0)) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
  return Math.min(total, Math.floor(LONGEST_MS / 1000)) * 1000;
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
