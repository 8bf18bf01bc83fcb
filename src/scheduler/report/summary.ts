import type { Action, ActionBook } from "../act/action.ts";
import type { Assigned } from "../assign/assign.ts";
import type { Resource, Role } from "../resource.ts";

/** One decision about a resource or node, in words. */
export interface Decision {
  readonly change: "Fence" | "Start" | "Stop" | "Move" | "Migrate" | "Recover" | "Restart" | "Reload" | "Promote" | "Demote" | "Re-promote";
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
  const required = (task: string): Action | undefined => book.of(resource, task).find((action) => !action.isOptional);
  const make = (change: Decision["change"], details: string, action: Action | undefined): Decision => ({
    change,
    subject: resource.id,
    details,
    reason: action?.reason ?? "",
    isBlocked: action !== undefined && !action.isRunnable,
  });
  const stops = book.of(resource, "stop").filter((action) => !action.isOptional);
  const [stop] = stops;
  const start = required("start");
  const promote = required("promote");
  const demote = required("demote");
  const role: Role = resource.activeOn.length > 0 ? resource.role : "Stopped";
  const next: Role = resource.assigned && resource.nextRole !== "Stopped" ? (resource.nextRole ?? "Started") : "Stopped";
  const from = resource.activeOn[0];
  const to = resource.assigned;
  const isMoving = from !== undefined && to !== undefined && from !== to;
  if (role === "Stopped" && next === "Stopped") return [];
  const startCannot = book.of(resource, "start").some((action) => !action.isRunnable);
  const shown = (a: Role): string => (resource.isPromotable ? `${a} ` : "");
  const stopLines = (): Decision[] =>
    stops.map((action) => make("Stop", resource.isPromotable ? `${role} ${action.node?.name ?? ""}` : (action.node?.name ?? ""), action));
  const moved = (): string => roleMove(resource, role, next, from?.name ?? "", to?.name ?? "");
  const same = (): string => (role === next ? `${shown(next)}${to?.name ?? ""}` : `${role} -> ${next} ${to?.name ?? ""}`);
  if (role === next) {
    const reload = required("reload-agent");
    if (reload && !stop) return [make("Reload", same(), reload)];
    if (!start) return demote && promote ? [make("Re-promote", same(), demote)] : [];
    if (startCannot) return stop ? stopLines().map((line) => ({ ...line, reason: stop.reason === "" ? start.reason : line.reason })) : [];
    if (isMoving) return [make(resource.isFailed ? "Recover" : "Move", moved(), stop)];
    return resource.isFailed ? [make("Recover", same(), stop)] : [make("Restart", same(), start)];
  }
  if (stop && (next === "Stopped" || startCannot)) return stopLines();
  if (stop && resource.isFailed) return [make("Recover", isMoving ? moved() : same(), stop)];
  if (isMoving) return [make("Move", moved(), stop)];
  if (stop) return [make("Restart", same(), start)];
  if (role === "Promoted") return [make("Demote", `${role} -> ${next} ${to?.name ?? ""}`, demote)];
  if (next === "Promoted") return [make("Promote", `${role} -> ${next} ${to?.name ?? ""}`, promote)];
  return role === "Stopped" ? [make("Start", to?.name ?? "", start)] : [];
}

function roleMove(resource: Resource, role: Role, next: Role, from: string, to: string): string {
  if (!resource.isPromotable) return `${from} -> ${to}`;
  return role === next ? `${next} ${from} -> ${to}` : `${role} ${from} -> ${next} ${to}`;
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
