import { epochSecondsOf, gregorian, inUtc, totalSeconds, type WallTime, weekDate } from "./wall-time.ts";

/** How a time is written. */
export interface TimeStyle {
  readonly form?: "calendar" | "ordinal" | "week" | "seconds" | "epoch";
  /** With its own distance from UTC, not in UTC. */
  readonly isLocal?: boolean;
}

const MINUTE_SECONDS = 60;

/** A time in ISO 8601, or as seconds. */
export function wallTimeText(time: WallTime, style: TimeStyle = {}): string {
  if (style.form === "seconds") return `${totalSeconds(time)}`;
  if (style.form === "epoch") return `${epochSecondsOf(time)}`;
  const shown = time.offset !== 0 && !style.isLocal ? inUtc(time) : time;
  const zone = shown.offset === 0 ? "Z" : ` ${shown.offset < 0 ? "-" : "+"}${clock(shown.offset).slice(0, 5)}`;
  return `${dateText(shown, style)} ${clock(shown.seconds)}${zone}`;
}

function dateText(time: WallTime, style: TimeStyle): string {
  if (style.form === "week") {
    const { year, week, day } = weekDate(time);
    return `${year}-W${digits(week, 2)}-${day}`;
  }
  if (style.form === "ordinal") return `${time.years}-${digits(time.days, 3)}`;
  const { year, month, day } = gregorian(time);
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, "0");
}

function parts(seconds: number): { hours: number; minutes: number; rest: number } {
  const all = Math.abs(seconds);
  return { hours: Math.floor(all / 3600), minutes: Math.floor((all % 3600) / MINUTE_SECONDS), rest: all % MINUTE_SECONDS };
}

function clock(seconds: number): string {
  const { hours, minutes, rest } = parts(seconds);
  return [hours, minutes, rest].map((value) => digits(value, 2)).join(":");
}

/** A span in words: `1 year  2 months 3700 seconds (1 hour 1 minute 40 seconds)`. */
export function spanText({ years, months, days, seconds }: WallTime): string {
  const words = [
    years === 0 ? "" : `${counted(years, "year", 4)} `,
    months === 0 ? "" : `${counted(months, "month", 2)} `,
    days === 0 ? "" : `${counted(days, "day", 2)} `,
  ].join("");
  const shown = words === "" || seconds !== 0 ? counted(seconds, "second", 0) : "";
  if (Math.abs(seconds) < MINUTE_SECONDS) return words + shown;
  const { hours, minutes, rest } = parts(seconds);
  const detail = [
    ...(hours === 0 ? [] : [counted(hours, "hour", 0)]),
    ...(minutes === 0 ? [] : [counted(minutes, "minute", 0)]),
    ...(rest === 0 ? [] : [`${rest} second${seconds === 1 ? "" : "s"}`]),
  ];
  return `${words}${shown} (${detail.join(" ")})`;
}

function counted(value: number, unit: string, width: number): string {
  return `${String(value).padStart(width)} ${unit}${value === 1 ? "" : "s"}`;
}
