import { historyEntries, outcomeWithoutRun } from "../../executor/history.ts";
import { OCF, OPERATION_STATUS } from "../../model/exit-code.ts";
import type { XmlElement } from "../../xml/element.ts";
import { type PendingOperation, pendingOperations } from "../status/pending-operations.ts";
import type { ActionPlace } from "./action-deadlines.ts";
import type { DcContext } from "./dc-context.ts";
import type { OperationResults } from "./operation-results.ts";
import type { PlanOrders } from "./plan-orders.ts";

/** Results that do not come: what is taken for them after a while, and what members say when they are asked. */
export class MissingResults {
  readonly #context: DcContext;
  readonly #orders: PlanOrders;
  readonly #results: OperationResults;

  constructor(context: DcContext, orders: PlanOrders, results: OperationResults) {
    this.#context = context;
    this.#orders = orders;
    this.#results = results;
  }

  /** No result came in time. What an older plan waits for is only not waited for any more: its member is asked when it holds something up. */
  overdue({ plan, id }: ActionPlace, epochSeconds: number): void {
    const { runs } = this.#orders;
    const action = plan === runs.number ? runs.action(id) : undefined;
    if (!action?.resource || action.node === undefined) {
      runs.finish(plan, id, false);
      return;
    }
    const command = this.#orders.commandFor({ plan, action });
    const lost = { callId: -1, exitCode: OCF.genericError, operationStatus: OPERATION_STATUS.timedOut };
    const exitReason = `Controller on ${action.node} did not return result in time`;
    const outcome = outcomeWithoutRun({ ...lost, exitReason }, epochSeconds);
    const entries = command.operation === "notify" ? [] : historyEntries(action.node, command, outcome);
    this.#results.result(action.node, command, entries, outcome);
  }

  /** Asks one member, or all, about every operation whose result is out: messages may have been lost. */
  inquireAll(node: string | undefined): void {
    const { draft, inquire, members } = this.#context;
    const asked = members.filter((name) => node === undefined || name === node);
    for (const operation of pendingOperations(draft().cib, undefined, asked)) inquire(operation);
  }

  /** A member says that an operation it was asked about is over, or that it never came: its history of the resource counts. */
  inquiryAnswered(operation: PendingOperation, history: XmlElement | undefined): void {
    const { log, requestPlan } = this.#context;
    const draft = this.#context.draft();
    const { resourceId, node, transitionKey } = operation;
    const isStillPending = pendingOperations(draft.cib, resourceId, [node]).some((pending) => pending.transitionKey === transitionKey);
    const state = isStillPending ? draft.nodeStateNamed(node) : undefined;
    if (!state) return;
    const what = `${resourceId} ${operation.operation} on ${node} (${transitionKey})`;
    log("warning", `no result of ${what} had come; its history is taken over`);
    draft.replaceResourceHistory(state, resourceId, history);
    const entry = history?.children.find((candidate) => candidate.get("transition-key") === transitionKey);
    this.#orders.finish(transitionKey, entry?.get("op-status") === String(OPERATION_STATUS.done) && entry.get("rc-code") === "0");
    requestPlan(`history of ${resourceId} on ${node}`);
  }
}
