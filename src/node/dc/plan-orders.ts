import { clusterOption } from "../../cib/document.ts";
import type { ExecutorCommand } from "../../executor/command.ts";
import type { GraphAction, TransitionGraph } from "../../model/transition-graph.ts";
import { parseDurationMs } from "../../time/duration.ts";
import type { EndOfAction, PlannedAction, PlanRuns } from "../../transition/plan-runs.ts";
import { ActionDeadlines, type ActionPlace } from "./action-deadlines.ts";
import type { DcContext } from "./dc-context.ts";
import { orderedBy, plannedCommand } from "./plan-command.ts";

/** Source: default of the cluster option cluster-delay. */
const CLUSTER_DELAY_MS = 60_000;

/** The orders of plans: what was sent, until when its end is waited for, and what its end means to the plan. */
export class PlanOrders {
  /** The plans this node made so far: the present one, and what the others still owe. */
  readonly runs: PlanRuns;
  readonly #context: Pick<DcContext, "draft" | "execute" | "uuid">;
  readonly #deadlines = new ActionDeadlines();

  constructor(context: Pick<DcContext, "draft" | "execute" | "uuid">, runs: PlanRuns) {
    this.#context = context;
    this.runs = runs;
  }

  /** Another plan takes the place of the present one: only what that owes is waited for. */
  begin(graph: TransitionGraph): void {
    this.runs.setAside();
    this.#deadlines.keepOnly(this.runs.owedActions());
    this.runs.begin(graph);
  }

  /** Sends a resource action to its node; without a result in time it counts as lost. */
  send({ plan, action }: PlannedAction, nowMs: number): void {
    if (action.node === undefined) return;
    const command = this.commandFor({ plan, action });
    const atMs = nowMs + command.timeoutMs + command.startDelayMs + this.#clusterDelayMs();
    this.#deadlines.set({ plan, id: action.id }, atMs);
    this.#context.execute(action.node, command);
  }

  /** Sends what plans that were replaced still owe. What a plan before this view waits for is given time anew. */
  sendOwed(nowMs: number): void {
    for (const planned of this.runs.releaseOwed()) this.send(planned, nowMs);
    for (const place of this.runs.owedActions()) {
      if (!this.#deadlines.has(place)) this.#deadlines.set(place, nowMs + this.#clusterDelayMs());
    }
  }

  /** What an order of this node was for has ended. */
  finish(transitionKey: string, hasSucceeded: boolean): EndOfAction {
    const by = orderedBy(transitionKey, this.#context.uuid);
    const end = by === undefined ? "unexpected" : this.runs.finish(by.plan, by.actionId, hasSucceeded);
    if (by !== undefined && end !== "unexpected") this.#deadlines.delete({ plan: by.plan, id: by.actionId });
    return end;
  }

  /** An action of the present plan that nobody was ordered to do, or that ended otherwise. */
  settle(action: GraphAction, hasSucceeded: boolean): void {
    this.runs.finish(this.runs.number, action.id, hasSucceeded);
  }

  /** Whether the present plan ordered what a history records under this transition key. */
  isOfPresentPlan(transitionKey: string): boolean {
    return orderedBy(transitionKey, this.#context.uuid)?.plan === this.runs.number;
  }

  /** The order for an action of a plan. */
  commandFor(planned: PlannedAction): ExecutorCommand {
    return plannedCommand(planned, this.#context.uuid);
  }

  /** The actions whose results did not come in time; they are waited for no more. */
  takeOverdue(nowMs: number): ActionPlace[] {
    return this.#deadlines.takeDue(nowMs);
  }

  /** Times by which `takeOverdue` has to be called. */
  deadlinesMs(): number[] {
    return this.#deadlines.timesMs();
  }

  /** Added to an action's own timeout before it counts as lost. Source: Pacemaker Explained, cluster-delay. */
  #clusterDelayMs(): number {
    return parseDurationMs(clusterOption(this.#context.draft().cib, "cluster-delay") ?? "") ?? CLUSTER_DELAY_MS;
  }
}
