import type { ExecutorCommand } from "../../executor/command.ts";
import { isFailure, type OperationOutcome } from "../../executor/history.ts";
import { OCF } from "../../model/exit-code.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { DcContext } from "./dc-context.ts";
import type { PlanOrders } from "./plan-orders.ts";
import type { ResourceFailures } from "./resource-failures.ts";

/** What becomes of orders on the members: it goes into the status, ends the action it was for, and may ask for a new plan. */
export class OperationResults {
  readonly #context: DcContext;
  readonly #orders: PlanOrders;
  readonly #failures: ResourceFailures;

  constructor(context: DcContext, orders: PlanOrders, failures: ResourceFailures) {
    this.#context = context;
    this.#orders = orders;
    this.#failures = failures;
  }

  /** Takes a result of an operation from a member. */
  result(node: string, command: ExecutorCommand, entries: readonly XmlElement[], outcome: OperationOutcome): void {
    const { draft, log, requestPlan } = this.#context;
    const state = draft().nodeStateNamed(node);
    if (!state) return;
    if (entries.length > 0) draft().record(state, command.resource, entries);
    const hasFailed = isFailure(command, outcome);
    if (command.operation === "notify") {
      this.#notified(node, command, outcome, hasFailed);
      return;
    }
    const isFirst = this.#orders.finish(command.transitionKey, !hasFailed) === "present";
    if (hasFailed) {
      this.#failures.count(node, command, outcome);
      const text = `${command.resource.id} ${command.operation} on ${node}: exit ${outcome.exitCode}, status ${outcome.operationStatus} ${outcome.exitReason}`;
      const isProbeFinding = command.operation === "monitor" && command.intervalMs === 0 && outcome.exitCode === OCF.success;
      log(isProbeFinding ? "info" : "warning", text);
      requestPlan(`result of ${command.resource.id} ${command.operation} on ${node}`);
    } else if (!isFirst) {
      requestPlan(`late result of ${command.resource.id} ${command.operation} on ${node}`);
    }
  }

  /** A recurring operation was cancelled on a member. */
  cancelled(node: string, command: ExecutorCommand): void {
    const draft = this.#context.draft();
    const state = draft.nodeStateNamed(node);
    const operation = command.meta["operation"] ?? "monitor";
    if (state) draft.forget(state, command.resource.id, `${command.resource.id}_${operation}_${command.intervalMs}`);
    this.#orders.finish(command.transitionKey, true);
  }

  /** A resource's history was deleted on a member. */
  deleted(node: string, command: ExecutorCommand): void {
    const draft = this.#context.draft();
    const state = draft.nodeStateNamed(node);
    if (state) draft.forget(state, command.resource.id);
    const end = this.#orders.finish(command.transitionKey, true);
    if (end !== "present") this.#context.requestPlan(`history of ${command.resource.id} on ${node} deleted`);
  }

  /**
   * A member's agent was told. Whatever it answers, the plan goes on and none is asked for: nothing runs elsewhere because of it.
   * Source: OCF resource agent developer's guide, "notify action": its exit code is not acted on.
   */
  #notified(node: string, command: ExecutorCommand, outcome: OperationOutcome, hasFailed: boolean): void {
    if (hasFailed) {
      const reason = outcome.exitReason === "" ? "" : `: ${outcome.exitReason}`;
      const what = `${command.resource.id} on ${node} did not take a notification`;
      this.#context.log("warning", `${what} (exit ${outcome.exitCode})${reason}`);
    }
    this.#orders.finish(command.transitionKey, true);
  }
}
