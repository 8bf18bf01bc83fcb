import type { ActionResource } from "../model/transition-graph.ts";

/** One operation the DC orders on a node. */
export interface ExecutorCommand {
  /** `ACTION:TRANSITION:EXPECTED_RC:UUID`, as the history records it. */
  readonly transitionKey: string;
  readonly resource: ActionResource;
  /**
   * start, stop, monitor, promote, demote, notify, migrate_to, migrate_from, reload-agent, cancel, delete, or asyncmon: a
   * failure that somebody else reports, for which no agent is run.
   */
  readonly operation: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly startDelayMs: number;
  /** Instance parameters. */
  readonly parameters: Readonly<Record<string, string>>;
  /** `CRM_meta_*` without that prefix. */
  readonly meta: Readonly<Record<string, string>>;
}

/** Who ordered an operation, as histories record it: `ACTION:TRANSITION:EXPECTED_RC:UUID`, the uuid naming a run of the DC's daemon. */
export interface TransitionKey {
  readonly actionId: number;
  /** Number of the plan. */
  readonly plan: number;
  /** 0 when it cannot be read. */
  readonly expectedExitCode: number;
  readonly uuid: string;
}

/** Reads a transition key; numbers that are none are NaN. */
export function readTransitionKey(text: string): TransitionKey {
  const [actionId, plan, expected, uuid = ""] = text.split(":");
  const code = Number(expected);
  return { actionId: Number(actionId), plan: Number(plan), expectedExitCode: Number.isInteger(code) ? code : 0, uuid };
}

/** `RESOURCE_OPERATION_INTERVALMS`. */
export function operationKey(resourceId: string, operation: string, intervalMs: number): string {
  return `${resourceId}_${operation}_${intervalMs}`;
}
