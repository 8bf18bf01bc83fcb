import { canFence } from "../cluster/node.ts";
import { ACTION, type Action } from "./action.ts";
import type { Plan } from "./plan.ts";

/** What about its node keeps an action from being carried out: it has none, it is lost, it has not joined yet, or a guest that cannot be fenced. */
export type NodeHindrance = "none" | "lost" | "pending" | "unfenceable-guest";

/**
 * Judges the node of an action; undefined when that is in no way. A node that `isUp` is not lost, whatever else is known of
 * it. Source: Pacemaker's rules for what is runnable.
 */
export function nodeHindrance(plan: Plan, action: Action, isUp = false): NodeHindrance | undefined {
  const { node } = action;
  if (!node) return "none";
  if (!action.has(ACTION.onDc)) {
    if (!isUp && !node.isOnline && (!plan.isGuest(node) || node.isRemoteReset)) return "lost";
    if (node.isPending) return "pending";
  }
  return action.needs === "nothing" && plan.isGuest(node) && !canFence(plan.cluster, node) ? "unfenceable-guest" : undefined;
}
