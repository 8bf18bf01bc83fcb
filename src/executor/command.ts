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

/** Expected exit code carried in a transition key; 0 when the key cannot be read. */
export function expectedExitCode(transitionKey: string): number {
  const code = Number(transitionKey.split(":")[2]);
  return Number.isInteger(code) ? code : 0;
}

/** `RESOURCE_OPERATION_INTERVALMS`. */
export function operationKey(resourceId: string, operation: string, intervalMs: number): string {
  return `${resourceId}_${operation}_${intervalMs}`;
}
