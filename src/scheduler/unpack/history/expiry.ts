import { OCF, OPERATION_STATUS } from "../../../model/exit-code.ts";
import { roundedSeconds } from "../../../time/duration.ts";
import type { SchedulerNode } from "../../cluster/node.ts";
import type { Resource } from "../../cluster/resource.ts";
import { failCount, isBlockedByFailure } from "./fail-counts.ts";
import type { HistoryContext } from "./history.ts";
import { isProbe, type OperationRecord } from "./operation-record.ts";

/** Results that stay true however old they are. */
const LASTING = new Set<number>([OCF.success, OCF.notRunning, OCF.runningPromoted, OCF.degraded, OCF.degradedPromoted]);

/** True when a result is older than the failure timeout and no failure counts any more; its fail count is to be cleared then. */
export function expiry(context: HistoryContext, resource: Resource, node: SchedulerNode, record: OperationRecord): boolean {
  if (record.status === OPERATION_STATUS.notInstalled) return false;
  const { isLastFailure } = record;
  let isExpired = false;
  let clearReason: string | undefined;
  const timeoutSeconds = roundedSeconds(resource.failureTimeoutMs);
  if (timeoutSeconds > 0 && record.changedAt !== undefined) {
    const now = context.nowEpochSeconds;
    isExpired = now >= record.changedAt + timeoutSeconds && !waitsForFencing(context, resource, record);
    const count = failCount(resource, node, now);
    if (count.count > 0 && resource.failureTimeoutMs > 0 && isBlockedByFailure(resource, [record.xml])) {
      context.note({ kind: "lasting failures", resource, timeoutMs: resource.failureTimeoutMs });
      resource.failureTimeoutMs = 0;
    }
    const counts = count.count > 0 && (!count.isExpired || resource.failureTimeoutMs === 0);
    if (counts && count.lastFailureEpochSeconds) {
      const end = count.lastFailureEpochSeconds + timeoutSeconds + 1;
      if (now < end) context.onTurn(end);
    }
    if (isExpired && counts) isExpired = false;
    else if (isExpired && count.count > 0) clearReason = "it expired";
    else if (isExpired && isLastFailure && resource.remoteReconnectMs > 0) clearReason = "reconnect interval is set";
  }
  if (!isExpired && isLastFailure && (record.task === "start" || record.task === "monitor"))
    context.noteLastFailure({ resource, node, xml: record.xml, isNodeUp: isUp(context, node) });
  if (clearReason !== undefined) context.clearFailures({ resource, node, reason: clearReason, isNodeUp: isUp(context, node) });
  return isExpired && !(isProbe(record) && LASTING.has(record.exitCode));
}

/** Guests that are down are taken for reachable until something asks for their reset: they may come up first. */
function isUp(context: HistoryContext, node: SchedulerNode): boolean {
  return node.isOnline || (context.connectionOf(node)?.launcher !== undefined && node.isRemoteReset !== true);
}

/** The failed monitor of a remote node's connection counts until the node has been fenced. */
function waitsForFencing(context: HistoryContext, resource: Resource, record: OperationRecord): boolean {
  if (resource.remoteReconnectMs === 0 || !context.options.isFencingEnabled) return false;
  if (record.intervalMs === 0 || record.task !== "monitor") return false;
  const node = context.named(resource.id);
  return node !== undefined && node.isRemoteFenced !== true;
}
