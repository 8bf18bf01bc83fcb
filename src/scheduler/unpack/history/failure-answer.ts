import type { ConfiguredOperation, OnFail } from "../../cluster/configured-operation.ts";
import type { SchedulerNode } from "../../cluster/node.ts";
import type { ClusterOptions } from "../../cluster/options.ts";
import type { Resource } from "../../cluster/resource.ts";
import type { Role } from "../../cluster/role.ts";
import { onFailOf } from "../configuration/operations.ts";

/** How a failed operation is answered, and the highest role the resource may have afterwards. */
export interface FailureAnswer {
  readonly onFail: OnFail;
  readonly role: Role;
}

/** Reads the answer to a failed operation from its definition. Source: Pacemaker Explained, "on-fail". */
export function failureAnswer(
  resource: Resource,
  task: string,
  intervalMs: number,
  options: ClusterOptions,
  ownNode: SchedulerNode | undefined,
  defaults: ReadonlyMap<string, string>,
): FailureAnswer {
  const onFail = answerOf(resource, task, intervalMs, options, ownNode, defaults);
  if (onFail === "stop" || (onFail === "reset-remote" && resource.remoteReconnectMs > 0)) return { onFail, role: "Stopped" };
  return { onFail, role: task === "promote" ? "Unpromoted" : "Started" };
}

function answerOf(
  resource: Resource,
  task: string,
  intervalMs: number,
  options: ClusterOptions,
  ownNode: SchedulerNode | undefined,
  defaults: ReadonlyMap<string, string>,
): OnFail {
  const operation = configured(resource, task, intervalMs);
  let answer = validAnswer(resource, task, operation, operation ? operation.meta.get("on-fail") : defaults.get("on-fail"));
  if (answer === "fence" && !options.isFencingEnabled) answer = "stop";
  if (answer === "restart-container" && !resource.launcher) answer = undefined;
  const isRemote = resource.isRemoteConnection && ownNode !== undefined && !resource.launcher;
  const resetsRemote = isRemote && !(task === "monitor" && intervalMs === 0) && task !== "start";
  if (resetsRemote && !resource.isManaged) return resource.launcher ? "restart-container" : "stop";
  if (answer !== undefined) return answer;
  if (resource.launcher) return "restart-container";
  if (resetsRemote) return "reset-remote";
  if (task === "stop") return options.isFencingEnabled ? "fence" : "block";
  return "restart";
}

/** The definition of an operation; both halves of a migration may be defined as one. */
export function configured(resource: Resource, task: string, intervalMs: number): ConfiguredOperation | undefined {
  const exact = resource.operations.find((op) => op.name === task && op.intervalMs === intervalMs);
  if (exact || (task !== "migrate_to" && task !== "migrate_from")) return exact;
  return resource.operations.find((op) => op.name === "migrate" && op.intervalMs === 0);
}

/** Answers that make no sense for the operation give way to the default. */
function validAnswer(
  resource: Resource,
  task: string,
  operation: ConfiguredOperation | undefined,
  text: string | undefined,
): OnFail | undefined {
  const answer = onFailOf(text);
  if (task === "stop" && (answer === "standby" || answer === "demote" || answer === "stop")) return undefined;
  if (task === "demote" && text === undefined) return promotedMonitorAnswer(resource);
  if (answer !== "demote") return answer;
  const isPromotedMonitor = operation?.name === "monitor" && operation.intervalMs > 0 && operation.role === "Promoted";
  return operation?.name === "promote" || isPromotedMonitor ? answer : undefined;
}

/** A failed demote is answered as a failed monitor of the promoted role. */
function promotedMonitorAnswer(resource: Resource): OnFail | undefined {
  const monitors = resource.operations.filter(
    (op) => op.name === "monitor" && op.role === "Promoted" && op.intervalMs > 0 && op.isEnabled && op.onFail !== undefined,
  );
  return monitors.map((op) => op.onFail).findLast((answer) => answer !== "demote");
}
