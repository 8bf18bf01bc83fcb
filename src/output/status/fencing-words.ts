import { element, type XmlElement } from "../../xml/element.ts";

/** A fencing request as displays show it, newest first in lists. */
export interface FencingEvent {
  readonly target: string;
  readonly action: string;
  readonly client: string;
  readonly origin: string;
  readonly delegate: string | undefined;
  readonly state: "pending" | "success" | "failed";
  readonly exitReason: string | undefined;
  readonly completedAtEpochSeconds: number | undefined;
}

/** One event in words; the technical form lists the fields. Source: Pacemaker 3.0.2, fencing history. */
export function fencingText(
  event: FencingEvent,
  all: readonly FencingEvent[],
  style: { readonly isTechnical: boolean; readonly isFull: boolean },
): string {
  const verb = { on: "unfencing", off: "turning off" }[event.action] ?? event.action;
  const isDone = event.state !== "pending";
  const outcome = { success: "successful", failed: "failed", pending: "pending" }[event.state];
  const reason = event.state === "failed" && event.exitReason !== undefined ? ` (${event.exitReason})` : "";
  const completed = isDone ? instantText(event.completedAtEpochSeconds ?? 0, true) : undefined;
  const later = event.state === "failed" ? laterSuccess(event, all) : undefined;
  const after = later === undefined ? "" : ` (a later attempt from ${later} succeeded)`;
  if (style.isTechnical) {
    const delegate = isDone && event.delegate !== undefined ? `delegate=${event.delegate}, ` : "";
    const when = style.isFull ? "completed" : event.state === "failed" ? "last-failed" : "last-successful";
    const at = completed === undefined ? "" : `, ${when}='${completed}'`;
    return `${verb} of ${event.target} ${outcome}${reason}: ${delegate}client=${event.client}, origin=${event.origin}${at}${after}`;
  }
  const by = isDone && event.delegate !== undefined ? ` by ${event.delegate}` : "";
  const at = completed === undefined ? "" : ` at ${completed}`;
  return `${verb} of ${event.target}${by} for ${event.client}@${event.origin}${style.isFull ? "" : " last"} ${outcome}${reason}${at}${after}`;
}

/** One event for programs. */
export function fencingXml(event: FencingEvent): XmlElement {
  return element("fence_event", {
    action: event.action,
    target: event.target,
    client: event.client,
    origin: event.origin,
    status: event.state,
    "exit-reason": event.exitReason,
    delegate: event.delegate,
    completed: event.completedAtEpochSeconds === undefined ? undefined : instantText(event.completedAtEpochSeconds, true),
  });
}

/** A time as `2026-11-21 01:23:41Z`, with microseconds where fencing shows them. */
export function instantText(epochSeconds: number, hasMicroseconds = false): string {
  const [date, time = ""] = new Date(Math.floor(epochSeconds) * 1000).toISOString().split("T");
  const micro = hasMicroseconds ? `.${String(Math.round((epochSeconds % 1) * 1_000_000)).padStart(6, "0")}` : "";
  return `${date} ${time.slice(0, 8)}${micro}Z`;
}

/** Who succeeded at the same afterwards: the origin of a newer success on the same target. */
function laterSuccess(event: FencingEvent, all: readonly FencingEvent[]): string | undefined {
  for (const other of all) {
    if (other === event) return undefined;
    if (other.state === "success" && other.target === event.target && other.action === event.action) return other.origin;
  }
  return undefined;
}
