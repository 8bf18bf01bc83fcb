import type { ExecutorCommand } from "../../executor/command.ts";
import type { LogLevel } from "../interface/node-types.ts";
import type { PendingOperation } from "../status/pending-operations.ts";
import type { StatusDraft } from "../status/status-draft.ts";

/** What the parts of the DC's work share: whom it leads, and the ways to have an effect. */
export interface DcContext {
  /** Names of the members of the view, the DC included. */
  readonly members: readonly string[];
  /** The DC's own name. */
  readonly self: string;
  /** Names this run of the DC's daemon in its orders. */
  readonly uuid: string;
  /** The draft of the present step. */
  draft(): StatusDraft;
  /** Has a member carry out an operation. */
  execute(node: string, command: ExecutorCommand): void;
  /** Asks the member about an operation whose result is missing. */
  inquire(operation: PendingOperation): void;
  /** Asks for a new plan at the end of the present step. */
  requestPlan(reason: string): void;
  log(level: LogLevel, text: string): void;
}
