import { addScores, INFINITY_SCORE, parseScore } from "../../score/score.ts";
import type { SchedulerNode } from "../node.ts";
import type { Resource } from "../resource.ts";

/** Failures of a resource on a node. */
export interface FailCount {
  readonly count: number;
  readonly lastFailureEpochSeconds: number | undefined;
  readonly isExpired: boolean;
}

/** Sum of the fail counts of a resource's operations on a node, and whether the failure timeout has passed. */
export function failCount(resource: Resource, node: SchedulerNode, nowEpochSeconds: number): FailCount {
  let count = 0;
  let last: number | undefined;
  for (const [name, value] of node.attributes) {
    const match = /^(fail-count|last-failure)-(.+?)(?:#(.+))?$/.exec(name);
    if (match?.[2] === undefined || (match[2] !== resource.id && match[2].replace(/:\d+$/, "") !== resource.agentId)) continue;
    if (match[1] === "fail-count") count = addScores(count, parseScore(value) ?? 0);
    else last = Math.max(last ?? 0, Number(value) || 0);
  }
  count = Math.min(count, INFINITY_SCORE);
  const timeoutSeconds = resource.failureTimeoutMs / 1000;
  const isExpired = count > 0 && timeoutSeconds > 0 && last !== undefined && nowEpochSeconds > last + timeoutSeconds;
  return { count, lastFailureEpochSeconds: last, isExpired };
}

/** Failures that count: none when they have expired; those of what lives in the resource count for it too. */
export function effectiveFailCount(resource: Resource, node: SchedulerNode, nowEpochSeconds: number): number {
  const own = failCount(resource, node, nowEpochSeconds);
  let sum = own.isExpired ? 0 : own.count;
  if (resource.ownBundle) return sum;
  for (const launched of resource.launched) {
    const inner = failCount(launched, node, nowEpochSeconds);
    if (!inner.isExpired) sum = addScores(sum, inner.count);
  }
  return sum;
}
