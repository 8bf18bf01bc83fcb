import { FEATURE_SET } from "../cib/document.ts";
import { OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import type { ActionResource } from "../model/transition-graph.ts";
import { element, type XmlElement } from "../xml/element.ts";
import { type ExecutorCommand, operationKey, readTransitionKey } from "./command.ts";
import { type DigestAttributes, type DigestRecipe, digestAttributes } from "./digest-recipe.ts";
import { parameterDigest } from "./parameter-digest.ts";

/** How a run of an operation ended, for the history. Times are epoch seconds and ms. */
export interface OperationOutcome {
  readonly callId: number;
  readonly exitCode: number;
  readonly operationStatus: number;
  readonly exitReason: string;
  readonly changedAtEpochSeconds: number;
  readonly executionMs: number;
  readonly queueMs: number;
  /** What the agent says of its parameters, where that is known. */
  readonly recipe?: DigestRecipe | undefined;
}

/** The outcome of what no agent has ended: where nothing is known of times they are 0. */
export function outcomeWithoutRun(
  said: Pick<OperationOutcome, "callId" | "exitCode" | "operationStatus"> & { readonly exitReason?: string },
  epochSeconds: number,
): OperationOutcome {
  return { exitReason: "", ...said, changedAtEpochSeconds: epochSeconds, executionMs: 0, queueMs: 0 };
}

/** The outcome of an operation that is under way. */
export function pendingOutcome(epochSeconds: number): OperationOutcome {
  return outcomeWithoutRun({ callId: -1, exitCode: OCF.unknown, operationStatus: OPERATION_STATUS.pending }, epochSeconds);
}

/** True for operations that are not recorded while they are under way: nothing that is known before is in doubt meanwhile. */
export function isQuiet(operation: string): boolean {
  return ["notify", "reload", "reload-agent"].includes(operation);
}

/** True when a result counts as a failure: something else than expected, or no clean end. */
export function isFailure(command: ExecutorCommand, outcome: OperationOutcome): boolean {
  if (outcome.operationStatus !== OPERATION_STATUS.done) return true;
  return outcome.exitCode !== readTransitionKey(command.transitionKey).expectedExitCode;
}

/**
 * Entry of one result in the resource history. One-shot operations share `RSC_last_0`, recurring ones have their own,
 * failures go to `RSC_last_failure_0` as well (recurring ones there only). Source: Pacemaker 3.0.2, `lrm_rsc_op`.
 */
export function historyEntries(node: string, command: ExecutorCommand, outcome: OperationOutcome): XmlElement[] {
  const { resource, intervalMs } = command;
  const operation = recordedOperation(command, outcome);
  const key = operationKey(resource.id, operation, intervalMs);
  const further = outcome.recipe === undefined ? {} : digestAttributes(outcome.recipe, command.parameters, intervalMs);
  const make = (id: string, digests: DigestAttributes): XmlElement =>
    element("lrm_rsc_op", {
      id,
      operation_key: key,
      operation,
      "crm-debug-origin": "controld_update_resource_history",
      crm_feature_set: FEATURE_SET,
      "transition-key": command.transitionKey,
      "transition-magic": `${outcome.operationStatus}:${outcome.exitCode};${command.transitionKey}`,
      "exit-reason": outcome.exitReason,
      on_node: node,
      "call-id": outcome.callId,
      "rc-code": outcome.exitCode,
      "op-status": outcome.operationStatus,
      interval: intervalMs,
      "last-rc-change": outcome.changedAtEpochSeconds,
      "exec-time": outcome.executionMs,
      "queue-time": outcome.queueMs,
      migrate_source: command.meta["migrate_source"],
      migrate_target: command.meta["migrate_target"],
      "op-digest": parameterDigest(command.parameters, intervalMs, command.timeoutMs),
      ...digests,
    });
  const hasFailed = outcome.operationStatus !== OPERATION_STATUS.pending && isFailure(command, outcome);
  const isMigration = operation === "migrate_to" || operation === "migrate_from";
  const ownId = intervalMs > 0 || isMigration ? key : `${resource.id}_last_0`;
  if (!hasFailed) return [make(ownId, further)];
  const failure = make(`${resource.id}_last_failure_0`, {});
  // A failure that was reported says nothing of the last operation.
  return intervalMs > 0 || operation === "asyncmon" ? [failure] : [failure, make(ownId, further)];
}

/** A reload leaves a resource as started as it was, with other parameters; one that failed says no more than a monitor. Source: Pacemaker 3.0.2. */
function recordedOperation({ operation }: ExecutorCommand, { exitCode, operationStatus }: OperationOutcome): string {
  if (operation !== "reload" && operation !== "reload-agent") return operation;
  return operationStatus === OPERATION_STATUS.done && exitCode === OCF.success ? "start" : "monitor";
}

/** Puts entries into a resource's element. Those with the same id are replaced. */
export function recordIn(holder: XmlElement, resource: ActionResource, entries: readonly XmlElement[]): void {
  holder.set("class", resource.agentClass);
  holder.set("provider", resource.provider === "" ? undefined : resource.provider);
  holder.set("type", resource.type);
  for (const entry of entries) {
    const index = holder.children.findIndex((child) => child.id === entry.id);
    if (index >= 0) holder.children[index] = entry.clone();
    else holder.children.push(entry.clone());
  }
}
