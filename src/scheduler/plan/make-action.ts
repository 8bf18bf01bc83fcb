import type { SchedulerNode } from "../cluster/node.ts";
import { operationKey } from "../cluster/operation-key.ts";
import type { NoQuorumPolicy } from "../cluster/options.ts";
import type { Resource } from "../cluster/resource.ts";
import { isActive } from "../cluster/resource-state.ts";
import { roleRank } from "../cluster/role.ts";
import { ACTION, type Action, type Needs } from "./action.ts";
import { markForFencing } from "./mark-node.ts";
import { nodeHindrance } from "./node-hindrance.ts";
import type { Plan } from "./plan.ts";

/** What makes an action of a resource, beyond resource, task and node. */
export interface ActionWish {
  readonly isOptional: boolean;
  readonly intervalMs?: number;
  /** Another key than that of the operation. */
  readonly key?: string;
  /** The node counts as up, however it is by now: it could be reached when the wish came up. */
  readonly isNodeUp?: boolean;
}

/**
 * The action of a resource for a task on a node, made when it is not there yet. Required wishes make a known action
 * required; what its node and resource allow is judged anew each time.
 */
export function resourceAction(plan: Plan, resource: Resource, task: string, node: SchedulerNode | undefined, wish: ActionWish): Action {
  const intervalMs = wish.intervalMs ?? 0;
  const key = wish.key ?? (intervalMs === 0 ? resource.keyOf(task) : operationKey(resource.id, task, intervalMs));
  const known = plan.book.firstWithKey(resource, key, node);
  const action = known ?? newAction(plan, resource, key, task, node, wish.isOptional, intervalMs);
  const isForcedOptional = !resource.isManaged && action.node !== undefined && !action.isPseudo && !action.meta.has("interval");
  if (isForcedOptional) action.set(ACTION.optional);
  else if (!wish.isOptional) action.clear(ACTION.optional);
  if (action.node) action.takesParameters = true;
  judgeRunnable(plan, action, resource, wish.isNodeUp);
  return action;
}

/** A pseudo action of a resource. */
export function resourcePseudo(plan: Plan, resource: Resource, task: string, isOptional: boolean, isRunnable: boolean): Action {
  const action = resourceAction(plan, resource, task, undefined, { isOptional });
  action.set(ACTION.pseudo | (isRunnable ? ACTION.runnable : 0));
  return action;
}

function newAction(
  plan: Plan,
  resource: Resource,
  key: string,
  task: string,
  node: SchedulerNode | undefined,
  isOptional: boolean,
  intervalMs: number,
): Action {
  const action = plan.book.add({ key, task, resource, node, intervalMs, isOptional, configuration: plan.configuration });
  action.needs = needsOf(resource, task);
  return action;
}

function needsOf(resource: Resource, task: string): Needs {
  return task === "start" || task === "promote" ? resource.requires : "nothing";
}

/** Judges whether node and quorum allow an action. A stop on a node that is down and clean gets the node fenced. */
function judgeRunnable(plan: Plan, action: Action, resource: Resource, isNodeUp: boolean | undefined): void {
  if (action.isPseudo) return;
  const hindrance = nodeHindrance(plan, action, isNodeUp);
  if (hindrance === undefined && action.needs !== "nothing") {
    judgeQuorum(plan, action, resource);
    return;
  }
  if (hindrance === undefined || hindrance === "unfenceable-guest") action.explain(undefined, true);
  if (hindrance === undefined) {
    action.set(ACTION.runnable);
    return;
  }
  action.clear(ACTION.runnable);
  const { key, node } = action;
  // Told as often as it is found, which is what the log of Pacemaker does.
  if (node && resource.kind === "primitive" && (hindrance === "lost" || hindrance === "pending"))
    plan.findings.push({ kind: "unrunnable", key, node, isPending: hindrance === "pending" });
  const isLeft = hindrance === "lost" && resource.isManaged && action.task === "stop";
  if (isLeft && node && node.uncleanReason === undefined) markForFencing(plan, node, "stop is unrunnable");
}

function judgeQuorum(plan: Plan, action: Action, resource: Resource): void {
  switch (effectivePolicy(plan, resource)) {
    case "stop":
      action.clear(ACTION.runnable);
      action.explain({ kind: "quorum", text: "no quorum" }, true);
      return;
    case "freeze":
      if (isActive(resource) && roleRank(resource.nextRole) <= roleRank(resource.role)) return;
      action.clear(ACTION.runnable);
      action.explain({ kind: "quorum", text: "quorum freeze" }, true);
      return;
    default:
      action.set(ACTION.runnable);
  }
}

/** What lack of quorum means for one resource; with demote, what is promotable goes on as unpromoted. */
function effectivePolicy(plan: Plan, resource: Resource): NoQuorumPolicy {
  const { options } = plan.cluster;
  if (options.hasQuorum) return "ignore";
  if (options.noQuorumPolicy !== "demote") return options.noQuorumPolicy;
  if (resource.role !== "Promoted" && resource.role !== "Unpromoted") return "stop";
  if (resource.nextRole === "Promoted") resource.nextRole = "Unpromoted";
  return "ignore";
}
