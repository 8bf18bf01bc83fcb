import type { Fencer } from "../fencing/fencer.ts";
import { memberNames, type View } from "../model/view.ts";
import { PlanRuns } from "../transition/plan-runs.ts";
import { Coordinator, type CoordinatorPort } from "./dc/coordinator.ts";
import { PlanRequests } from "./dc/plan-requests.ts";
import type { NodeContext } from "./interface/node-context.ts";
import type { Planner } from "./interface/planner.ts";
import type { FencingExchange } from "./member/fencing-exchange.ts";
import type { MachineLoads } from "./member/machine-loads.ts";
import type { OperationExchange } from "./member/operation-exchange.ts";
import type { StatusUpdate } from "./views/status-update.ts";

/** The parts of a node that its work as DC goes through. */
export interface LeadershipParts {
  readonly fencer: Fencer;
  readonly fencing: FencingExchange;
  readonly loads: MachineLoads;
  readonly operations: OperationExchange;
  readonly update: StatusUpdate;
}

/** This node's time as DC: it begins when all members have the first document of the view, and ends with the view. */
export class Leadership {
  readonly #context: NodeContext;
  readonly #planner: Planner;
  readonly #parts: LeadershipParts;
  readonly #plans: PlanRequests;
  /** They outlive a view that another of this node follows: what they owe is done then. */
  readonly #runs: PlanRuns;
  #coordinator: Coordinator | undefined;

  /** `lastPlan` is the number of the newest plan this node made so far. */
  constructor(context: NodeContext, planner: Planner, lastPlan: number, parts: LeadershipParts) {
    this.#context = context;
    this.#planner = planner;
    this.#parts = parts;
    this.#plans = new PlanRequests(context);
    this.#runs = new PlanRuns(lastPlan);
  }

  /** Carries out decisions while this node is DC. */
  get coordinator(): Coordinator | undefined {
    return this.#coordinator;
  }

  /** This node may act for the members of the view. */
  begin(view: View): void {
    this.#coordinator = new Coordinator(this.#port(view));
    this.#coordinator.planning.request("new view");
    this.#parts.fencing.spread();
  }

  /** The view is over. */
  end(): void {
    this.#coordinator = undefined;
    this.#runs.setAside();
  }

  /** Another node leads the view that this one has joined: its plans count. */
  passOn(): void {
    this.#runs.forget();
  }

  #port(view: View): CoordinatorPort {
    const { configuration, emit, log, send } = this.#context;
    const { fencer, fencing, loads, operations, update } = this.#parts;
    return {
      members: memberNames(view),
      self: configuration.name,
      uuid: configuration.incarnation,
      runs: this.#runs,
      planner: this.#planner,
      fencer,
      draft: () => update.draft(),
      execute: (node, command) => operations.order(node, command),
      inquire: (operation) => operations.inquire(operation),
      applyFencing: (effects) => fencing.apply(effects),
      clearFailuresOn: (node, resourceId) => operations.clearFailures(node, resourceId),
      loadOf: (node) => loads.levelOf(node),
      processorsOf: (node) => loads.processorsOf(node),
      grantLeave: (node) => send(node, { type: "leave-granted" }),
      planElsewhere: (input, epochSeconds) => this.#plans.ask(input, epochSeconds),
      savePlan: (number, plan, input) => emit({ kind: "save-plan", number, plan, input }),
      log,
    };
  }
}
