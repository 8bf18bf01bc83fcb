import type { SchedulerNode } from "../cluster/node.ts";
import type { Resource } from "../cluster/resource.ts";
import { activeNode } from "../cluster/resource-state.ts";
import { roleRank } from "../cluster/role.ts";
import { ACTION, type Action } from "../plan/action.ts";
import { type ActionReason, actionReasonText } from "../plan/action-reason.ts";
import type { Plan } from "../plan/plan.ts";

/** What happens to a node or resource, in a word. */
export type Change =
  | "Fence"
  | "Shutdown"
  | "Start"
  | "Stop"
  | "Move"
  | "Migrate"
  | "Recover"
  | "Restart"
  | "Reload"
  | "Promote"
  | "Demote"
  | "Re-promote";

/** Where something happens to a resource, by the names that crm_simulate's XML has for it. */
export interface Places {
  /** The role it has; undefined where roles do not matter or have no part in the change. */
  readonly role?: string;
  readonly nextRole?: string;
  /** The node it comes up or goes down on. */
  readonly node?: string;
  /** The node it is on, and the one it will be on. */
  readonly source?: string;
  readonly dest?: string;
}

/** One decision about a resource or node, in words. */
export interface Decision {
  readonly change: Change;
  readonly subject: string;
  /** Of a fencing, or unfencing: what is done to which node. */
  readonly fencing?: { readonly operation: string; readonly node: string };
  readonly details: string;
  /** Undefined for a node. */
  readonly places?: Places;
  /** In words; empty when there is none. */
  readonly reason: string;
  readonly isBlocked: boolean;
  /** The reason; of a restart without one that of the stop, which no summary shows. */
  readonly cause?: ActionReason | undefined;
}

/** What the plan changes: nodes, then resources. Source: Pacemaker's transition summary. */
export function decisions(plan: Plan): Decision[] {
  const made: Decision[] = [];
  const { all } = plan.book;
  for (let at = all.length - 1; at >= 0; at -= 1) if (all[at]?.task === "stonith") made.push(...nodeDecision(plan, all[at] as Action));
  for (const top of plan.cluster.top) decideFor(plan, top, made);
  return made;
}

/** One line per decision, as crm_simulate prints them. */
export function summaryLines(made: readonly Decision[]): string[] {
  return made.map(({ change, subject, details, places, ...why }) =>
    places ? `${change.padEnd(8)} ${subject} ( ${details} )${reasonText(why)}` : `${change} ${subject} '${why.reason}'`,
  );
}

/** Why a resource changes, as it follows its line; empty when there is no reason. */
export function reasonText({ reason, isBlocked }: Pick<Decision, "reason" | "isBlocked">): string {
  if (reason === "") return isBlocked ? "  blocked" : "";
  return `  due to ${reason}${isBlocked ? " (blocked)" : ""}`;
}

function nodeDecision(plan: Plan, action: Action): Decision[] {
  const { node } = action;
  if (action.isOptional || !node || action.reason === undefined) return [];
  const launcher = plan.launcherOf(node);
  const name = launcher ? `${node.name} (resource: ${launcher.id})` : node.name;
  const operation = action.meta.get("stonith_action") ?? "";
  const fencing = { operation, node: node.name };
  return [
    { change: "Fence", subject: `(${operation}) ${name}`, fencing, details: "", reason: actionReasonText(action.reason), isBlocked: false },
  ];
}

/** What changes of a resource and all in it, in the order in which it is shown: a bundle replica by replica, with what runs inside. */
function decideFor(plan: Plan, resource: Resource, into: Decision[]): void {
  if (resource.bundle) {
    for (const { address, container, connection, child } of resource.bundle.replicas)
      for (const part of [address, container, connection, child]) if (part) decideFor(plan, part, into);
    return;
  }
  const { children } = resource;
  for (let at = 0; at < children.length; at += 1) decideFor(plan, children[at] as Resource, into);
  if (children.length === 0) into.push(...resourceDecisions(plan, resource));
}

const NO_DECISIONS: readonly Decision[] = [];

function resourceDecisions(plan: Plan, resource: Resource): readonly Decision[] {
  const current = activeNode(resource).node;
  // The role may have been read as stopped while failures told that it is active.
  if (current && resource.role === "Stopped") {
    plan.stoppedByHistory.add(resource);
    resource.role = "Started";
  }
  if (!current && resource.isRemoved) return NO_DECISIONS;
  if (!resource.isManaged || (!current && !resource.assigned) || isLeftAlone(plan, resource)) return NO_DECISIONS;
  return new ResourceReport(plan, resource, current).lines();
}

/** True when nothing is needed of a resource. An action without a node is taken for one on the node that is asked about. */
function isLeftAlone(plan: Plan, resource: Resource): boolean {
  if (resource.role !== resource.nextRole || plan.reloading.has(resource)) return false;
  const own = plan.book.of(resource);
  for (let at = 0; at < own.length; at += 1) {
    const action = own[at] as Action;
    if (!action.isOptional || action.node === undefined || action.task === "migrate_from") return false;
  }
  return true;
}

class ResourceReport {
  readonly #plan: Plan;
  readonly #resource: Resource;
  readonly #current: SchedulerNode | undefined;
  readonly #next: SchedulerNode | undefined;

  constructor(plan: Plan, resource: Resource, current: SchedulerNode | undefined) {
    this.#plan = plan;
    this.#resource = resource;
    this.#current = current;
    this.#next = resource.assigned;
  }

  lines(): Decision[] {
    const resource = this.#resource;
    const start = this.#action("start", this.#next);
    const cannotStart = start !== undefined && !start.isRunnable;
    const stop = this.#stop(start);
    const promote = this.#action("promote", this.#next);
    const demote = this.#action("demote", this.#next);
    const isMoving = this.#current !== undefined && this.#next !== undefined && this.#current !== this.#next;
    if (resource.role === resource.nextRole) return this.#sameRole(start, stop, promote, demote, isMoving);
    if (stop && (resource.nextRole === "Stopped" || cannotStart)) return this.#stops(start);
    if (stop && resource.isFailed && resource.isStoppedIfFailed) return [this.#line("Recover", this.#next, stop, start)];
    if (isMoving) return [this.#line("Move", this.#next, stop)];
    if (this.#plan.reloading.has(resource)) return [this.#line("Reload", this.#next, start)];
    if (stop && !stop.isOptional) return [this.#line("Restart", this.#next, start)];
    if (resource.role === "Promoted") return [this.#line("Demote", this.#next, demote)];
    if (resource.nextRole === "Promoted") return [this.#line("Promote", this.#next, promote)];
    return resource.role === "Stopped" && roleRank(resource.nextRole) > roleRank("Stopped") ? [this.#line("Start", this.#next, start)] : [];
  }

  #sameRole(
    start: Action | undefined,
    stop: Action | undefined,
    promote: Action | undefined,
    demote: Action | undefined,
    isMoving: boolean,
  ): Decision[] {
    if (!this.#next) return [];
    const migrate = this.#action("migrate_from", this.#next);
    if (migrate?.isRunnable && this.#current) return [this.#line("Migrate", this.#next, start)];
    if (this.#plan.reloading.has(this.#resource)) return [this.#line("Reload", this.#next, start)];
    if (!start || start.isOptional) {
      const isAgain = demote && promote && !demote.isOptional && !promote.isOptional;
      return isAgain ? [this.#line("Re-promote", this.#next, promote, demote)] : [];
    }
    if (!start.isRunnable) return [this.#line("Stop", undefined, stop ?? start, stop?.reason === undefined ? start : stop)];
    if (isMoving) return [this.#line(this.#resource.isFailed ? "Recover" : "Move", this.#next, stop)];
    if (this.#resource.isFailed) return [this.#line("Recover", undefined, stop)];
    return [this.#line("Restart", this.#next, start)];
  }

  #action(task: string, node: SchedulerNode | undefined): Action | undefined {
    return this.#plan.book.firstWithKey(this.#resource, this.#resource.keyOf(task), node);
  }

  /** The stop on the present node; any when nothing can be started, or when it is stopped only elsewhere. */
  #stop(start: Action | undefined): Action | undefined {
    const here = this.#action("stop", start?.isRunnable ? this.#current : undefined);
    return here ?? (this.#plan.stoppingUnexpected.has(this.#resource) ? this.#action("stop", undefined) : undefined);
  }

  #stops(start: Action | undefined): Decision[] {
    return this.#resource.activeOn.flatMap((node) => {
      const stop = this.#action("stop", node);
      return stop ? [this.#line("Stop", undefined, stop, stop.reason === undefined ? start : stop, node)] : [];
    });
  }

  #line(change: Change, to: SchedulerNode | undefined, action: Action | undefined, cause = action, from = this.#current): Decision {
    const stop = change === "Restart" && cause?.reason === undefined ? this.#action("stop", this.#current) : undefined;
    return {
      change,
      subject: this.#resource.id,
      ...this.#places(from, to),
      reason: actionReasonText(cause?.reason),
      cause: cause?.reason ?? stop?.reason,
      isBlocked: action !== undefined && !action.has(ACTION.runnable),
    };
  }

  #places(from: SchedulerNode | undefined, to: SchedulerNode | undefined): Pick<Decision, "details" | "places"> {
    const { role, nextRole = "Stopped" } = this.#resource;
    const needsRole = roleRank(role) > roleRank("Started") || roleRank(nextRole) > roleRank("Unpromoted");
    const source = from?.name ?? "";
    const dest = to?.name ?? "";
    const isSameRole = role === nextRole;
    if (!from) {
      if (!needsRole) return { details: dest, places: { node: dest } };
      return { details: `${role} -> ${nextRole} ${dest}`, places: { role, nextRole, dest } };
    }
    if (!to)
      return needsRole ? { details: `${role} ${source}`, places: { role, node: source } } : { details: source, places: { node: source } };
    if (isSameRole && from === to)
      return needsRole ? { details: `${role} ${source}`, places: { role, source } } : { details: source, places: { source } };
    if (isSameRole) {
      if (!needsRole) return { details: `${source} -> ${dest}`, places: { source, dest } };
      return { details: `${source} -> ${dest} ${role}`, places: { source, dest, role } };
    }
    if (from === to) return { details: `${role} -> ${nextRole} ${source}`, places: { role, nextRole, source } };
    return { details: `${role} ${source} -> ${nextRole} ${dest}`, places: { role, source, nextRole, dest } };
  }
}
