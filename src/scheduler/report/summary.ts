import type { Action, ActionBook } from "../act/action.ts";
import type { Assigned } from "../assign/assign.ts";
import type { Resource } from "../resource.ts";

/** One decision about a resource or node, in words. */
export interface Decision {
  readonly change: "Fence" | "Start" | "Stop" | "Move" | "Recover" | "Restart";
  readonly subject: string;
  readonly details: string;
  readonly reason: string;
  readonly isBlocked: boolean;
}

/** What the plan changes. Source: Pacemaker's transition summary. */
export function decisions(cluster: Assigned, book: ActionBook): Decision[] {
  const out: Decision[] = [];
  for (const action of book.all) {
    if (action.task !== "stonith" || !action.node) continue;
    const kind = action.attributes.get("CRM_meta_stonith_action") ?? "reboot";
    out.push({ change: "Fence", subject: `(${kind}) ${action.node.name}`, details: "", reason: action.reason, isBlocked: false });
  }
  for (const resource of cluster.top.flatMap((top) => top.primitives())) out.push(...resourceDecisions(resource, book));
  return out;
}

function resourceDecisions(resource: Resource, book: ActionBook): Decision[] {
  if (!resource.isManaged) return [];
  const stops = book.of(resource, "stop").filter((action) => !action.isOptional);
  const start = book.of(resource, "start").find((action) => !action.isOptional);
  const make = (change: Decision["change"], details: string, action: Action, isBlocked: boolean): Decision => ({
    change,
    subject: resource.id,
    details,
    reason: action.reason,
    isBlocked,
  });
  const [stop] = stops;
  const from = resource.activeOn[0]?.name ?? "";
  const to = resource.assigned?.name ?? "";
  if (stop && !start?.isRunnable) {
    return stops.map((action) => make("Stop", action.node?.name ?? "", action, !action.isRunnable));
  }
  if (stop && start) {
    if (from !== to) return [make(resource.isFailed ? "Recover" : "Move", `${from} -> ${to}`, stop, !stop.isRunnable)];
    return [make(resource.isFailed ? "Recover" : "Restart", to, resource.isFailed ? stop : start, !stop.isRunnable)];
  }
  if (start && resource.activeOn.length === 0) return [make("Start", to, start, !start.isRunnable)];
  return [];
}

/** Lines as the transition summary prints them. */
export function summaryLines(list: readonly Decision[]): string[] {
  return list.map(({ change, subject, details, reason, isBlocked }) => {
    const why =
      reason === ""
        ? isBlocked
          ? "  blocked"
          : ""
        : change === "Fence"
          ? ` '${reason}'`
          : `  due to ${reason}${isBlocked ? " (blocked)" : ""}`;
    return change === "Fence" ? `Fence ${subject}${why}` : `${change.padEnd(10)} ${subject} ( ${details} )${why}`;
  });
}
