import { clearFailCounts, countFailure, setTransientAttribute } from "../attributes/transient.ts";
import { clusterOption, parseBoolean } from "../cib/document.ts";
import type { ExecutorCommand } from "../executor/command.ts";
import { historyEntries, isFailure, isQuiet, type OperationOutcome, outcomeWithoutRun, pendingOutcome } from "../executor/history.ts";
import type { Fencer, FencingEffect, FencingRequest } from "../fencing/fencer.ts";
import { OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import type { GraphAction } from "../model/transition-graph.ts";
import type { View } from "../model/view.ts";
import { parseDurationMs } from "../time/duration.ts";
import type { EndOfAction, PlannedAction, PlanRuns } from "../transition/plan-runs.ts";
import type { XmlElement } from "../xml/element.ts";
import { ActionDeadlines, type ActionPlace } from "./action-deadlines.ts";
import { ActionHolds } from "./action-holds.ts";
import { FencingDecisions } from "./fencing-decisions.ts";
import { jobLimits } from "./job-limits.ts";
import type { LoadLevel } from "./load-level.ts";
import { type PendingOperation, pendingOperations } from "./pending-operations.ts";
import { orderedBy, plannedCommand, unplannedCommand } from "./plan-command.ts";
import type { Plan, Planner } from "./planner.ts";
import { Planning } from "./planning.ts";
import type { StatusDraft } from "./status-draft.ts";

/** What the coordinator asks of the node around it. */
export interface CoordinatorPort {
  /** The draft of the present step. */
  draft(): StatusDraft;
  execute(node: string, command: ExecutorCommand): void;
  /** Asks the member about an operation whose result is missing. */
  inquire(operation: PendingOperation): void;
  applyFencing(effects: readonly FencingEffect[]): void;
  clearFailuresOn(node: string, resourceId: string): void;
  /** How many processors a member has, undefined when it did not say. */
  processorsOf(node: string): number | undefined;
  loadOf(node: string): LoadLevel;
  grantLeave(node: string): void;
  /** Has a plan made elsewhere; returns the number of the request, undefined when it is to be made here. */
  planElsewhere(input: XmlElement, epochSeconds: number): number | undefined;
  savePlan(number: number, plan: Plan, input: XmlElement): void;
  log(level: "info" | "notice" | "warning" | "error", text: string): void;
}

/** How the present transition stands, for status displays. */
export interface CoordinatorProgress {
  readonly number: number;
  readonly confirmed: number;
  readonly total: number;
  readonly inFlight: number;
}

/** Source: default of the cluster option cluster-delay. */
const CLUSTER_DELAY_MS = 60_000;

/**
 * The DC's work: plans when the world changed, sends the plan's actions, records results, counts failures, has nodes
 * fenced. A new plan is made at once; only what is still busy from an older plan is waited for.
 */
export class Coordinator {
  readonly #view: View;
  readonly #self: string;
  readonly #uuid: string;
  readonly #planning: Planning;
  readonly #port: CoordinatorPort;
  readonly #runs: PlanRuns;
  readonly #deadlines = new ActionDeadlines();
  readonly #fencing: FencingDecisions;
  readonly #holds: ActionHolds;
  #isSelfLeaving = false;
  /** What the present plan was made for. */
  #configuration: XmlElement | undefined;
  /** Number of the last transition whose end was logged. */
  #endedNumber = 0;

  constructor(options: {
    view: View;
    self: string;
    uuid: string;
    /** The plans this node made so far; what they owe is done under this view. */
    runs: PlanRuns;
    planner: Planner;
    fencer: Fencer;
    port: CoordinatorPort;
  }) {
    this.#view = options.view;
    this.#self = options.self;
    this.#uuid = options.uuid;
    this.#runs = options.runs;
    this.#runs.keepOnly(new Set(options.view.members.map((member) => member.node)));
    this.#port = options.port;
    this.#fencing = new FencingDecisions({
      fencer: options.fencer,
      view: options.view,
      self: options.self,
      uuid: options.uuid,
      draft: () => this.#port.draft(),
      apply: (effects) => this.#port.applyFencing(effects),
      log: (level, text) => this.#port.log(level, text),
    });
    this.#holds = new ActionHolds({
      fencer: options.fencer,
      fencingBackOff: this.#fencing.backOff,
      members: options.view.members.map((member) => member.node),
      cib: () => this.#port.draft().cib,
      isOfPresentPlan: ({ transitionKey }) => orderedBy(transitionKey, this.#uuid)?.plan === this.#runs.number,
      inquire: (operation) => this.#port.inquire(operation),
    });
    this.#planning = new Planning(options.planner, {
      input: () => this.#port.draft().snapshot(),
      planElsewhere: (input, epochSeconds) => this.#port.planElsewhere(input, epochSeconds),
      carryOut: (plan, reason, input) => this.#carryOut(plan, reason, input),
      log: (level, text) => this.#port.log(level, text),
    });
  }

  /** The plan being carried out; undefined when idle. */
  progress(): CoordinatorProgress | undefined {
    const progress = this.#runs.progress();
    if (this.#planning.isUnderWay) return { number: this.#runs.number, confirmed: 0, total: 0, inFlight: 0 };
    if (!progress || progress.isOver) return undefined;
    return { number: this.#runs.number, confirmed: progress.confirmed, total: progress.total, inFlight: progress.inFlight };
  }

  /**
   * Asks for a new plan when changes by clients pause: those that belong together are planned once, and the answer to each
   * does not wait for a plan. Until then nothing of the present plan is started.
   */
  requestPlanSoon(reason: string, nowMs: number): void {
    this.#planning.requestSoon(reason, nowMs);
  }

  /** Asks for a new plan at the end of the present step. */
  requestPlan(reason: string): void {
    this.#planning.request(reason);
  }

  /** True when the last transition is over and nothing else is wanted. */
  get isIdle(): boolean {
    return !this.#planning.isWanted && this.#runs.isIdle;
  }

  /** Plans when that was asked for, and sends what may be sent. Call at the end of each step. */
  advance(nowMs: number, epochSeconds: number): void {
    for (const place of this.#deadlines.takeDue(nowMs)) this.#actionLost(place, epochSeconds);
    if (this.#fencing.backOff.takeDue(nowMs)) this.requestPlan("fencing is tried again");
    this.#planning.advance(nowMs, epochSeconds);
    this.#releaseOwed(nowMs);
    if (!this.#planning.isGathering && !this.#planning.isUnderWay) this.#release(nowMs, epochSeconds);
    this.#tellEnd();
  }

  /** Time by which advance has to be called although nothing happened. */
  deadlineMs(nowMs: number, epochSeconds: number): number | undefined {
    const times = [
      ...this.#deadlines.timesMs(),
      ...this.#fencing.backOff.deadlinesMs(),
      ...this.#planning.deadlinesMs(nowMs, epochSeconds),
      ...this.#holds.deadlinesMs(nowMs, epochSeconds),
    ];
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Takes a result of an operation from a member. */
  result(node: string, command: ExecutorCommand, entries: readonly XmlElement[], outcome: OperationOutcome): void {
    const draft = this.#port.draft();
    const state = draft.nodeStateNamed(node);
    if (!state) return;
    if (entries.length > 0) draft.record(state, command.resource, entries);
    const hasFailed = isFailure(command, outcome);
    if (command.operation === "notify") {
      this.#notified(node, command, outcome, hasFailed);
      return;
    }
    const isFirst = this.#finish(command.transitionKey, !hasFailed) === "present";
    if (hasFailed) {
      this.#count(node, command, outcome);
      const text = `${command.resource.id} ${command.operation} on ${node}: exit ${outcome.exitCode}, status ${outcome.operationStatus} ${outcome.exitReason}`;
      const isProbeFinding = command.operation === "monitor" && command.intervalMs === 0 && outcome.exitCode === OCF.success;
      this.#port.log(isProbeFinding ? "info" : "warning", text);
      this.requestPlan(`result of ${command.resource.id} ${command.operation} on ${node}`);
    } else if (!isFirst) {
      this.requestPlan(`late result of ${command.resource.id} ${command.operation} on ${node}`);
    }
  }

  /**
   * A member's agent was told. Whatever it answers, the plan goes on and none is asked for: nothing runs elsewhere because of it.
   * Source: OCF resource agent developer's guide, "notify action": its exit code is not acted on.
   */
  #notified(node: string, command: ExecutorCommand, outcome: OperationOutcome, hasFailed: boolean): void {
    if (hasFailed) {
      const reason = outcome.exitReason === "" ? "" : `: ${outcome.exitReason}`;
      this.#port.log("warning", `${command.resource.id} on ${node} did not take a notification (exit ${outcome.exitCode})${reason}`);
    }
    this.#finish(command.transitionKey, true);
  }

  /** A recurring operation was cancelled on a member. */
  cancelled(node: string, command: ExecutorCommand): void {
    const draft = this.#port.draft();
    const state = draft.nodeStateNamed(node);
    const operation = command.meta["operation"] ?? "monitor";
    if (state) draft.forget(state, command.resource.id, `${command.resource.id}_${operation}_${command.intervalMs}`);
    this.#finish(command.transitionKey, true);
  }

  /** A resource's history was deleted on a member. */
  deleted(node: string, command: ExecutorCommand): void {
    const draft = this.#port.draft();
    const state = draft.nodeStateNamed(node);
    if (state) draft.forget(state, command.resource.id);
    if (this.#finish(command.transitionKey, true) !== "present") this.requestPlan(`history of ${command.resource.id} on ${node} deleted`);
  }

  /** A fencing request of anybody ended. */
  fencingConcluded(request: FencingRequest, nowMs: number): void {
    this.#fencing.concluded(request, nowMs);
    const action = this.#runs.inFlight().find((a) => a.operation === "stonith" && a.node === request.target);
    if (action) this.#settle(action, request.verdict === "succeeded");
    if (!action || request.verdict !== "succeeded") this.requestPlan(`fencing of ${request.target} ${request.verdict}`);
  }

  /** Takes a plan that was made elsewhere. */
  planMade(requestId: number, plan: Plan): void {
    this.#planning.made(requestId, plan);
  }

  /** A plan could not be made elsewhere. */
  planFailed(requestId: number, message: string, isTooSlow: boolean, epochSeconds: number): void {
    this.#planning.failed(requestId, message, isTooSlow, epochSeconds);
  }

  /** What is still busy from the present transition will be waited for, and what it owes is done; nothing more is begun unless the new plan asks for the same. */
  #carryOut(plan: Plan, reason: string, input: XmlElement): void {
    const configuration = input.child("configuration");
    if (configuration === this.#configuration && this.#runs.covers(plan.graph)) {
      this.#port.log("info", `transition ${this.#runs.number} goes on (${reason})`);
      return;
    }
    this.#configuration = configuration;
    this.#runs.setAside();
    this.#deadlines.keepOnly(this.#runs.owedActions());
    this.#holds.forget();
    this.#runs.begin(plan.graph);
    const { number } = this.#runs;
    this.#port.log("info", `transition ${number} (${reason}): ${plan.graph.actions.length} actions`);
    for (const line of plan.summary) this.#port.log("notice", line.trim());
    if (plan.graph.actions.length > 0) this.#port.savePlan(number, plan, input);
  }

  /** Says once that a transition is over. */
  #tellEnd(): void {
    const progress = this.#runs.progress();
    const { number } = this.#runs;
    if (!progress?.isOver || progress.total === 0 || this.#endedNumber === number) return;
    this.#endedNumber = number;
    this.#port.log("info", `transition ${number} is over: ${progress.confirmed} of ${progress.total} actions done`);
  }

  #release(nowMs: number, epochSeconds: number): void {
    this.#holds.beginRound();
    if (this.#runs.progress() === undefined) return;
    const limits = jobLimits(this.#port.draft().cib, this.#port.processorsOf, this.#port.loadOf);
    for (let rounds = 0; rounds < 100; rounds += 1) {
      const ready = this.#runs.release((action) => this.#holds.isHeld(action, nowMs, epochSeconds), limits);
      if (ready.length === 0) break;
      for (const planned of ready) this.#send(planned, nowMs, epochSeconds);
    }
  }

  /** Sends what plans that were replaced still owe. What a plan before this view waits for is given time anew. */
  #releaseOwed(nowMs: number): void {
    for (const planned of this.#runs.releaseOwed()) this.#order(planned, nowMs);
    for (const place of this.#runs.owedActions()) {
      if (!this.#deadlines.has(place)) this.#deadlines.set(place, nowMs + this.#clusterDelayMs());
    }
  }

  /** Asks one member, or all, about every operation whose result is out: messages may have been lost. */
  inquireAll(node: string | undefined): void {
    const nodes = this.#view.members.map((member) => member.node).filter((name) => node === undefined || name === node);
    for (const operation of pendingOperations(this.#port.draft().cib, undefined, nodes)) this.#port.inquire(operation);
  }

  /** A member says that an operation it was asked about is over, or that it never came: its history of the resource counts. */
  inquiryAnswered(operation: PendingOperation, history: XmlElement | undefined): void {
    const draft = this.#port.draft();
    const isStillPending = pendingOperations(draft.cib, operation.resourceId, [operation.node]).some(
      ({ transitionKey }) => transitionKey === operation.transitionKey,
    );
    const state = isStillPending ? draft.nodeStateNamed(operation.node) : undefined;
    if (!state) return;
    const { resourceId, node, transitionKey } = operation;
    this.#port.log(
      "warning",
      `no result of ${resourceId} ${operation.operation} on ${node} (${transitionKey}) had come; its history is taken over`,
    );
    draft.replaceResourceHistory(state, resourceId, history);
    const entry = history?.children.find((candidate) => candidate.get("transition-key") === transitionKey);
    this.#finish(transitionKey, entry?.get("op-status") === String(OPERATION_STATUS.done) && entry.get("rc-code") === "0");
    this.requestPlan(`history of ${resourceId} on ${node}`);
  }

  #send(planned: PlannedAction, nowMs: number, epochSeconds: number): void {
    const { action } = planned;
    if (action.kind === "crm_event") {
      this.#clusterAction(action, epochSeconds);
      return;
    }
    if (action.maintenance) {
      for (const { nodeId, node, isInMaintenance } of action.maintenance) this.#port.draft().markMaintenance(nodeId, node, isInMaintenance);
      this.#settle(action, true);
      return;
    }
    const node = action.node;
    if (node === undefined || !action.resource) {
      this.#settle(action, false);
      return;
    }
    if (!this.#view.members.some((member) => member.node === node)) {
      this.#settle(action, false);
      this.#port.log("warning", `${action.key}: ${node} is not a member`);
      return;
    }
    const state = this.#port.draft().nodeStateNamed(node);
    if (state && !["cancel", "delete"].includes(action.operation) && !isQuiet(action.operation)) {
      const pending = pendingOutcome(epochSeconds);
      this.#port.draft().record(state, action.resource, historyEntries(node, plannedCommand(planned, this.#uuid), pending));
    }
    this.#order(planned, nowMs);
  }

  /** Sends a resource action to its node; without a result in time it counts as lost. */
  #order({ plan, action }: PlannedAction, nowMs: number): void {
    if (action.node === undefined) return;
    const command = plannedCommand({ plan, action }, this.#uuid);
    const atMs = nowMs + command.timeoutMs + command.startDelayMs + this.#clusterDelayMs();
    this.#deadlines.set({ plan, id: action.id }, atMs);
    this.#port.execute(action.node, command);
  }

  /** Added to an action's own timeout before it counts as lost. Source: Pacemaker Explained, cluster-delay. */
  #clusterDelayMs(): number {
    return parseDurationMs(clusterOption(this.#port.draft().cib, "cluster-delay") ?? "") ?? CLUSTER_DELAY_MS;
  }

  #clusterAction(action: GraphAction, epochSeconds: number): void {
    const node = action.node ?? "";
    switch (action.operation) {
      case "stonith":
        this.#fencing.carryOut(this.#runs.number, action, epochSeconds);
        return;
      case "do_shutdown":
        this.#settle(action, true);
        if (node === this.#self) this.#isSelfLeaving = true;
        else this.#port.grantLeave(node);
        return;
      case "clear_failcount": {
        const resourceId = action.resource?.id ?? action.key.replace(/_clear_failcount_\d+$/, "");
        this.#clearFailures(node, resourceId);
        this.#settle(action, true);
        this.requestPlan(`fail count of ${resourceId} cleared`);
        return;
      }
      case "lrm_delete":
      case "delete":
        if (action.resource) this.#port.execute(node, { ...this.#command(action), operation: "delete" });
        else this.#settle(action, true);
        return;
      default:
        this.#port.log("warning", `unknown cluster action ${action.operation}`);
        this.#settle(action, false);
    }
  }

  /** True when this node's own shutdown is due and nothing else is left to do. */
  get mayLeave(): boolean {
    return this.#isSelfLeaving && this.isIdle;
  }

  #clearFailures(node: string, resourceId: string): void {
    const draft = this.#port.draft();
    const state = draft.changeableState(node);
    if (!state) return;
    clearFailCounts(state, resourceId);
    draft.forget(state, resourceId, `${resourceId}_last_failure_0`);
    this.#port.clearFailuresOn(node, resourceId);
  }

  /** Starts a request with the devices and nodes there are. */
  startFencing(request: FencingRequest): void {
    this.#fencing.start(request);
  }

  /** The order for an action of the present plan. */
  #command(action: GraphAction): ExecutorCommand {
    return plannedCommand({ plan: this.#runs.number, action }, this.#uuid);
  }

  /** What an order of this node was for has ended. */
  #finish(transitionKey: string, hasSucceeded: boolean): EndOfAction {
    const by = orderedBy(transitionKey, this.#uuid);
    const end = by === undefined ? "unexpected" : this.#runs.finish(by.plan, by.actionId, hasSucceeded);
    if (by !== undefined && end !== "unexpected") this.#deadlines.delete({ plan: by.plan, id: by.actionId });
    return end;
  }

  /** An action of the present plan that nobody was ordered to do, or that ended otherwise. */
  #settle(action: GraphAction, hasSucceeded: boolean): void {
    this.#runs.finish(this.#runs.number, action.id, hasSucceeded);
  }

  #count(node: string, command: ExecutorCommand, outcome: OperationOutcome): void {
    if (outcome.operationStatus === OPERATION_STATUS.cancelled || outcome.operationStatus === OPERATION_STATUS.invalid) return;
    const state = this.#port.draft().changeableState(node);
    if (!state) return;
    countFailure(state, {
      resourceId: command.resource.id,
      operation: command.operation,
      intervalMs: command.intervalMs,
      exitCode: outcome.exitCode,
      isIgnored: command.meta["on_fail"] === "ignore",
      isStartFailureFatal: parseBoolean(clusterOption(this.#port.draft().cib, "start-failure-is-fatal")) ?? true,
      epochSeconds: outcome.changedAtEpochSeconds,
    });
  }

  /** No result came in time. What an older plan waits for is only not waited for any more: its member is asked when it holds something up. */
  #actionLost({ plan, id }: ActionPlace, epochSeconds: number): void {
    const action = plan === this.#runs.number ? this.#runs.action(id) : undefined;
    if (!action?.resource || action.node === undefined) {
      this.#runs.finish(plan, id, false);
      return;
    }
    const command = this.#command(action);
    const lost = { callId: -1, exitCode: OCF.genericError, operationStatus: OPERATION_STATUS.timedOut };
    const exitReason = `Controller on ${action.node} did not return result in time`;
    const outcome = outcomeWithoutRun({ ...lost, exitReason }, epochSeconds);
    const entries = command.operation === "notify" ? [] : historyEntries(action.node, command, outcome);
    this.result(action.node, command, entries, outcome);
  }

  /** A node asks to leave: its resources have to go first. */
  leaveRequested(node: string, epochSeconds: number): void {
    const state = this.#port.draft().changeableState(node);
    if (!state) return;
    setTransientAttribute(state, "shutdown", String(epochSeconds));
    this.requestPlan(`${node} leaves`);
  }

  /** Takes somebody's word that a resource has failed on a node. False when the node does not know the resource. */
  reportFailure(resourceId: string, node: string): boolean {
    const holder = this.#port.draft().nodeStateNamed(node)?.descend("lrm", "lrm_resources")?.child("lrm_resource", resourceId);
    if (!holder || !this.#view.members.some((member) => member.node === node)) return false;
    this.#port.execute(node, unplannedCommand(holder, "asyncmon", this.#uuid));
    return true;
  }

  /** Forgets failures or the whole history of resources on nodes, so that they are probed again. */
  cleanUp(resource: string | undefined, node: string | undefined, isRefresh: boolean): string[] {
    const done: string[] = [];
    for (const member of this.#view.members) {
      if (node !== undefined && member.node !== node) continue;
      const state = this.#port.draft().nodeStateNamed(member.node);
      for (const holder of [...(state?.descend("lrm", "lrm_resources")?.children ?? [])]) {
        const id = holder.id ?? "";
        if (resource !== undefined && id !== resource && id.split(":")[0] !== resource) continue;
        const hasFailure = holder.children.some((entry) => entry.id === `${id}_last_failure_0`);
        if (!isRefresh && !hasFailure) continue;
        this.#clearFailures(member.node, id);
        this.#port.execute(member.node, unplannedCommand(holder, "delete", this.#uuid));
        done.push(`${id} on ${member.node}`);
      }
    }
    this.requestPlan("clean-up");
    return done;
  }
}
