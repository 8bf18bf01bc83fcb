import { historyEntries, isQuiet, pendingOutcome } from "../../executor/history.ts";
import type { GraphAction } from "../../model/transition-graph.ts";
import type { PlannedAction } from "../../transition/plan-runs.ts";
import type { DcContext } from "./dc-context.ts";
import type { FencingDecisions } from "./fencing-decisions.ts";
import type { PlanOrders } from "./plan-orders.ts";
import type { ResourceFailures } from "./resource-failures.ts";
import type { Shutdowns } from "./shutdowns.ts";

/** The parts of the DC that carry out what is no operation of an agent. */
export interface ActionDispatchParts {
  readonly fencing: Pick<FencingDecisions, "carryOut">;
  readonly failures: Pick<ResourceFailures, "clear">;
  readonly shutdowns: Pick<Shutdowns, "grant">;
}

/** Operations of which the status does not say that they are under way. */
const UNRECORDED: ReadonlySet<string> = new Set(["cancel", "delete"]);

/** Has each action of the present plan done by whom it is for: a member's executor, or the DC itself. */
export class ActionDispatch {
  readonly #context: DcContext;
  readonly #orders: PlanOrders;
  readonly #parts: ActionDispatchParts;

  constructor(context: DcContext, orders: PlanOrders, parts: ActionDispatchParts) {
    this.#context = context;
    this.#orders = orders;
    this.#parts = parts;
  }

  /** Begins an action that may be begun. */
  begin(planned: PlannedAction, nowMs: number, epochSeconds: number): void {
    const { draft, log, members } = this.#context;
    const { action } = planned;
    if (action.kind === "crm_event") {
      this.#clusterAction(action, epochSeconds);
      return;
    }
    if (action.maintenance) {
      for (const { nodeId, node, isInMaintenance } of action.maintenance) draft().markMaintenance(nodeId, node, isInMaintenance);
      this.#orders.settle(action, true);
      return;
    }
    const { node } = action;
    if (node === undefined || !action.resource) {
      this.#orders.settle(action, false);
      return;
    }
    if (!members.includes(node)) {
      this.#orders.settle(action, false);
      log("warning", `${action.key}: ${node} is not a member`);
      return;
    }
    const state = draft().nodeStateNamed(node);
    if (state && !UNRECORDED.has(action.operation) && !isQuiet(action.operation)) {
      const entries = historyEntries(node, this.#orders.commandFor(planned), pendingOutcome(epochSeconds));
      draft().record(state, action.resource, entries);
    }
    this.#orders.send(planned, nowMs);
  }

  #clusterAction(action: GraphAction, epochSeconds: number): void {
    const { execute, log, requestPlan } = this.#context;
    const { failures, fencing, shutdowns } = this.#parts;
    const plan = this.#orders.runs.number;
    const node = action.node ?? "";
    switch (action.operation) {
      case "stonith":
        fencing.carryOut(plan, action, epochSeconds);
        return;
      case "do_shutdown":
        this.#orders.settle(action, true);
        shutdowns.grant(node);
        return;
      case "clear_failcount": {
        const resourceId = action.resource?.id ?? action.key.replace(/_clear_failcount_\d+$/, "");
        failures.clear(node, resourceId);
        this.#orders.settle(action, true);
        requestPlan(`fail count of ${resourceId} cleared`);
        return;
      }
      case "lrm_delete":
      case "delete":
        if (action.resource) execute(node, { ...this.#orders.commandFor({ plan, action }), operation: "delete" });
        else this.#orders.settle(action, true);
        return;
      default:
        log("warning", `unknown cluster action ${action.operation}`);
        this.#orders.settle(action, false);
    }
  }
}
