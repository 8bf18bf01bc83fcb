import { clearFailCounts, countFailure, setTransientAttribute } from "../attributes/transient.ts";
import { clusterOption, parseBoolean } from "../cib/document.ts";
import type { ExecutorCommand } from "../executor/command.ts";
import { historyEntries, isFailure, type OperationOutcome } from "../executor/history.ts";
import { devicesFor } from "../fencing/device.ts";
import type { Fencer, FencingEffect, FencingRequest } from "../fencing/fencer.ts";
import { OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import type { GraphAction } from "../model/transition-graph.ts";
import type { View } from "../model/view.ts";
import { Transitioner } from "../transition/transitioner.ts";
import type { XmlElement } from "../xml/element.ts";
import { type PendingOperation, PendingWatch, pendingOperations } from "./pending-operations.ts";
import type { Plan, Planner } from "./planner.ts";
import { restartPauseEnd } from "./restart-pause.ts";
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

/** Added to an action's own timeout before it counts as lost. Source: cluster option cluster-delay. */
const CLUSTER_DELAY_MS = 60_000;

/** So many plans in a row may come too late to be of use; then one is made here, where nothing can happen meanwhile. */
const MOST_LATE_PLANS = 3;

/** A plan that is being made elsewhere. */
interface AwaitedPlan {
  readonly requestId: number;
  readonly reason: string;
  readonly input: XmlElement;
  readonly epochSeconds: number;
}

/** Longest pause between two attempts at something that keeps failing. */
const LONGEST_BACK_OFF_MS = 60_000;
/** Pause in the changes of clients after which a plan is made, and the longest wait for one. */
const CHANGE_PAUSE_MS = 20;
const LONGEST_GATHERING_MS = 200;

/**
 * The DC's work: plans when the world changed, sends the plan's actions, records results, counts failures, has nodes
 * fenced. A new plan is made at once; only what is still busy from an older plan is waited for.
 */
export class Coordinator {
  readonly #view: View;
  readonly #self: string;
  readonly #uuid: string;
  readonly #planner: Planner;
  readonly #fencer: Fencer;
  readonly #port: CoordinatorPort;
  #transitioner: Transitioner | undefined;
  #number: number;
  #reason: string | undefined;
  #awaited: AwaitedPlan | undefined;
  /** Plans in a row that came too late. */
  #lateCount = 0;
  #recheckAtEpochSeconds: number | undefined;
  /** Clients have changed something: a plan is due then, unless it is made for another reason before. */
  #soon: { readonly reason: string; readonly sinceMs: number; readonly dueMs: number } | undefined;
  readonly #deadlines = new Map<number, number>();
  readonly #fencingRetry = new Map<string, { failures: number; atMs: number }>();
  /** A start is held back until then. */
  #pauseEndEpochSeconds: number | undefined;
  readonly #pendingWatch = new PendingWatch();
  #isSelfLeaving = false;
  /** Number of the last transition whose end was logged. */
  #endedNumber = 0;

  constructor(options: {
    view: View;
    self: string;
    uuid: string;
    firstNumber: number;
    planner: Planner;
    fencer: Fencer;
    port: CoordinatorPort;
  }) {
    this.#view = options.view;
    this.#self = options.self;
    this.#uuid = options.uuid;
    this.#number = options.firstNumber;
    this.#planner = options.planner;
    this.#fencer = options.fencer;
    this.#port = options.port;
  }

  /** Number of the newest plan. */
  get number(): number {
    return this.#number;
  }

  /** The plan being carried out; undefined when idle. */
  progress(): CoordinatorProgress | undefined {
    const progress = this.#transitioner?.progress();
    if (this.#awaited) return { number: this.#number, confirmed: 0, total: 0, inFlight: 0 };
    if (!progress || progress.isOver) return undefined;
    return { number: this.#number, confirmed: progress.confirmed, total: progress.total, inFlight: progress.inFlight };
  }

  /**
   * Asks for a new plan when changes by clients pause: those that belong together are planned once, and the answer to each
   * does not wait for a plan. Until then nothing of the present plan is started.
   */
  requestPlanSoon(reason: string, nowMs: number): void {
    const first = this.#soon ?? { reason, sinceMs: nowMs };
    this.#soon = { ...first, dueMs: Math.min(nowMs + CHANGE_PAUSE_MS, first.sinceMs + LONGEST_GATHERING_MS) };
  }

  /** Asks for a new plan at the end of the present step. */
  requestPlan(reason: string): void {
    this.#reason ??= reason;
  }

  /** True when the last transition is over and nothing else is wanted. */
  get isIdle(): boolean {
    return (
      this.#reason === undefined &&
      this.#soon === undefined &&
      this.#awaited === undefined &&
      (this.#transitioner === undefined || this.#transitioner.progress().isOver)
    );
  }

  /** Plans when that was asked for, and sends what may be sent. Call at the end of each step. */
  advance(nowMs: number, epochSeconds: number): void {
    if (this.#recheckAtEpochSeconds !== undefined && epochSeconds >= this.#recheckAtEpochSeconds) this.requestPlan("time passed");
    for (const [id, deadline] of [...this.#deadlines]) if (deadline <= nowMs) this.#actionLost(id, epochSeconds);
    for (const retry of this.#fencingRetry.values()) {
      if (retry.atMs !== 0 && retry.atMs <= nowMs) {
        retry.atMs = 0;
        this.requestPlan("fencing is tried again");
      }
    }
    if (this.#soon !== undefined && this.#soon.dueMs <= nowMs) {
      this.requestPlan(this.#soon.reason);
      this.#soon = undefined;
    }
    if (this.#reason !== undefined && !this.#awaited) this.#plan(this.#reason, epochSeconds);
    if (this.#soon === undefined) this.#release(nowMs, epochSeconds);
    this.#tellEnd();
  }

  /** Time by which advance has to be called although nothing happened. */
  deadlineMs(nowMs: number, epochSeconds: number): number | undefined {
    const times = [...this.#deadlines.values(), ...[...this.#fencingRetry.values()].filter((r) => r.atMs > 0).map((r) => r.atMs)];
    if (this.#soon !== undefined) times.push(this.#soon.dueMs);
    const inquiryMs = this.#pendingWatch.deadlineMs();
    if (inquiryMs !== undefined) times.push(inquiryMs);
    if (this.#pauseEndEpochSeconds !== undefined) times.push(nowMs + Math.max(0, this.#pauseEndEpochSeconds - epochSeconds) * 1000 + 20);
    if (this.#recheckAtEpochSeconds !== undefined) times.push(nowMs + Math.max(0, this.#recheckAtEpochSeconds - epochSeconds) * 1000 + 20);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Takes a result of an operation from a member. */
  result(node: string, command: ExecutorCommand, entries: readonly XmlElement[], outcome: OperationOutcome): void {
    const draft = this.#port.draft();
    const state = draft.nodeStateNamed(node);
    if (!state) return;
    if (entries.length > 0) draft.record(state, command.resource, entries);
    const hasFailed = isFailure(command, outcome);
    const action = this.#own(command.transitionKey);
    const isFirst = action !== undefined && this.#transitioner?.finish(action.id, !hasFailed) === true;
    if (action && isFirst) this.#deadlines.delete(action.id);
    if (hasFailed) {
      this.#count(state, command, outcome);
      const text = `${command.resource.id} ${command.operation} on ${node}: exit ${outcome.exitCode}, status ${outcome.operationStatus} ${outcome.exitReason}`;
      const isProbeFinding = command.operation === "monitor" && command.intervalMs === 0 && outcome.exitCode === OCF.success;
      this.#port.log(isProbeFinding ? "info" : "warning", text);
      this.requestPlan(`result of ${command.resource.id} ${command.operation} on ${node}`);
    } else if (!isFirst) {
      this.requestPlan(`late result of ${command.resource.id} ${command.operation} on ${node}`);
    }
  }

  /** A recurring operation was cancelled on a member. */
  cancelled(node: string, command: ExecutorCommand): void {
    const draft = this.#port.draft();
    const state = draft.nodeStateNamed(node);
    const operation = command.meta["operation"] ?? "monitor";
    if (state) draft.forget(state, command.resource.id, `${command.resource.id}_${operation}_${command.intervalMs}`);
    this.#finishOwn(command.transitionKey, true);
  }

  /** A resource's history was deleted on a member. */
  deleted(node: string, command: ExecutorCommand): void {
    const draft = this.#port.draft();
    const state = draft.nodeStateNamed(node);
    if (state) draft.forget(state, command.resource.id);
    if (!this.#finishOwn(command.transitionKey, true)) this.requestPlan(`history of ${command.resource.id} on ${node} deleted`);
  }

  /** A fencing request of anybody ended. */
  fencingConcluded(request: FencingRequest, nowMs: number): void {
    const isProof = request.verdict === "succeeded" && request.action !== "on";
    if (isProof) {
      const draft = this.#port.draft();
      const state = draft.nodeStateNamed(request.target);
      if (state && !this.#view.members.some((member) => member.node === request.target)) draft.markFenced(state);
      this.#fencingRetry.delete(request.target);
      this.#port.log("notice", `${request.target} was fenced (${request.action}) by ${request.delegate ?? "?"} for ${request.client}`);
    } else if (request.verdict === "failed") {
      const failures = (this.#fencingRetry.get(request.target)?.failures ?? 0) + 1;
      const pauseMs = Math.min(LONGEST_BACK_OFF_MS, 1000 * 2 ** (failures - 1));
      this.#fencingRetry.set(request.target, { failures, atMs: nowMs + pauseMs });
      this.#port.log(
        "error",
        `${request.target} could NOT be fenced (${failures} times now); resources that may run there stay where they are; next attempt in ${pauseMs} ms`,
      );
    }
    const action = this.#transitioner?.inFlight().find((a) => a.operation === "stonith" && a.node === request.target);
    if (action) this.#transitioner?.finish(action.id, request.verdict === "succeeded");
    if (!action || request.verdict !== "succeeded") this.requestPlan(`fencing of ${request.target} ${request.verdict}`);
  }

  /** Takes a plan that was made elsewhere. One that something happened after is of no use any more: the next one is asked for. */
  planMade(requestId: number, plan: Plan): void {
    const awaited = this.#awaited;
    if (awaited?.requestId !== requestId) return;
    this.#awaited = undefined;
    const later = this.#reason ?? this.#soon?.reason;
    if (later === undefined) {
      this.#lateCount = 0;
      this.#carryOut(plan, awaited);
    } else {
      this.#lateCount += 1;
      this.#port.log("info", `a plan (${awaited.reason}) came too late: ${later}`);
    }
  }

  /** A plan could not be made elsewhere: it is made here, or, when it only took too long, tried again later. */
  planFailed(requestId: number, message: string, isTooSlow: boolean, epochSeconds: number): void {
    const awaited = this.#awaited;
    if (awaited?.requestId !== requestId) return;
    this.#awaited = undefined;
    this.#port.log(
      "error",
      `no plan (${awaited.reason}): ${message}; it is made ${isTooSlow ? "again in a minute" : "in the main thread"}`,
    );
    if (isTooSlow) {
      this.#recheckAtEpochSeconds = epochSeconds + LONGEST_BACK_OFF_MS / 1000;
      return;
    }
    this.#lateCount = MOST_LATE_PLANS;
    this.requestPlan(awaited.reason);
  }

  #plan(reason: string, epochSeconds: number): void {
    this.#reason = undefined;
    this.#soon = undefined;
    // What is still busy from the present transition will be waited for; nothing more is begun.
    this.#transitioner = undefined;
    this.#deadlines.clear();
    this.#pendingWatch.clear();
    this.#recheckAtEpochSeconds = undefined;
    const input = this.#port.draft().cib;
    const requestId = this.#lateCount < MOST_LATE_PLANS ? this.#port.planElsewhere(input, epochSeconds) : undefined;
    if (requestId !== undefined) {
      this.#awaited = { requestId, reason, input, epochSeconds };
      this.#port.log("info", `a plan (${reason}) is being made in a thread`);
      return;
    }
    this.#lateCount = 0;
    this.#carryOut(this.#planner(input, epochSeconds), { reason, input, epochSeconds });
  }

  #carryOut(plan: Plan, { reason, input, epochSeconds }: Omit<AwaitedPlan, "requestId">): void {
    this.#number += 1;
    this.#transitioner = new Transitioner(plan.graph);
    this.#recheckAtEpochSeconds = this.#recheckTime(plan, input, epochSeconds);
    this.#port.log("info", `transition ${this.#number} (${reason}): ${plan.graph.actions.length} actions`);
    for (const line of plan.summary) this.#port.log("notice", line.trim());
    if (plan.graph.actions.length > 0) this.#port.savePlan(this.#number, plan, input);
  }

  /** Says once that a transition is over. */
  #tellEnd(): void {
    const progress = this.#transitioner?.progress();
    if (!progress?.isOver || progress.total === 0 || this.#endedNumber === this.#number) return;
    this.#endedNumber = this.#number;
    this.#port.log("info", `transition ${this.#number} is over: ${progress.confirmed} of ${progress.total} actions done`);
  }

  #recheckTime(plan: Plan, input: XmlElement, epochSeconds: number): number {
    const interval = /^(\d+)\s*(s|min|m|h|)$/.exec(clusterOption(input, "cluster-recheck-interval") ?? "15min");
    const unit = interval?.[2] === "h" ? 3600 : interval?.[2]?.startsWith("m") ? 60 : 1;
    const regular = epochSeconds + Number(interval?.[1] ?? 900) * unit;
    const wanted = plan.recheckAtEpochSeconds;
    return wanted === undefined ? regular : Math.max(epochSeconds + 1, Math.min(regular, wanted));
  }

  #release(nowMs: number, epochSeconds: number): void {
    const transitioner = this.#transitioner;
    this.#pauseEndEpochSeconds = undefined;
    if (!transitioner) return;
    for (let rounds = 0; rounds < 100; rounds += 1) {
      const actions = transitioner.release((action) => this.#isHeld(action, nowMs, epochSeconds));
      if (actions.length === 0) break;
      for (const action of actions) this.#send(action, nowMs, epochSeconds);
    }
  }

  #isHeld(action: GraphAction, nowMs: number, epochSeconds: number): boolean {
    if (action.operation === "stonith") {
      const retry = this.#fencingRetry.get(action.node ?? "");
      if (this.#fencer.pendingFor(action.node ?? "") !== undefined) return true;
      return retry !== undefined && retry.atMs > nowMs;
    }
    if (action.resource === undefined) return false;
    return this.#isPausing(action, action.resource.id, epochSeconds) || this.#isBusyElsewhere(action, action.resource.id, nowMs);
  }

  /** True while a resource that keeps failing on a node is given time before it is started there again. */
  #isPausing(action: GraphAction, resourceId: string, epochSeconds: number): boolean {
    if (action.operation !== "start" || action.node === undefined) return false;
    const states = this.#port.draft().cib.child("status")?.children ?? [];
    const state = states.find((candidate) => candidate.get("uname") === action.node);
    const end = state && restartPauseEnd(state, resourceId);
    if (end === undefined || end <= epochSeconds) return false;
    this.#pauseEndEpochSeconds = Math.min(end, this.#pauseEndEpochSeconds ?? end);
    return true;
  }

  /** True while an operation of an earlier plan on the same resource has no result yet; asks about it when that takes long. */
  #isBusyElsewhere(action: GraphAction, resourceId: string, nowMs: number): boolean {
    const isProbe = action.operation === "monitor" && (action.attributes.get("CRM_meta_interval") ?? "0") === "0";
    const nodes = isProbe && action.node !== undefined ? [action.node] : this.#view.members.map((member) => member.node);
    const pending = pendingOperations(this.#port.draft().cib, resourceId, nodes).find((operation) => !this.#isOfThisPlan(operation));
    if (pending && this.#pendingWatch.isInquiryDue(pending, nowMs)) this.#port.inquire(pending);
    return pending !== undefined;
  }

  #isOfThisPlan({ transitionKey }: PendingOperation): boolean {
    const [, number, , uuid] = transitionKey.split(":");
    return number === String(this.#number) && uuid === this.#uuid;
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
    this.requestPlan(`history of ${resourceId} on ${node}`);
  }

  #send(action: GraphAction, nowMs: number, epochSeconds: number): void {
    if (action.kind === "crm_event") {
      this.#clusterAction(action, nowMs, epochSeconds);
      return;
    }
    if (action.maintenance) {
      for (const { nodeId, node, isInMaintenance } of action.maintenance) this.#port.draft().markMaintenance(nodeId, node, isInMaintenance);
      this.#transitioner?.finish(action.id, true);
      return;
    }
    const node = action.node;
    if (node === undefined || !action.resource) {
      this.#transitioner?.finish(action.id, false);
      return;
    }
    if (!this.#view.members.some((member) => member.node === node)) {
      this.#transitioner?.finish(action.id, false);
      this.#port.log("warning", `${action.key}: ${node} is not a member`);
      return;
    }
    const command = this.#command(action);
    const state = this.#port.draft().nodeStateNamed(node);
    if (state && !["cancel", "delete", "notify"].includes(action.operation)) {
      const pending: OperationOutcome = {
        callId: -1,
        exitCode: OCF.unknown,
        operationStatus: OPERATION_STATUS.pending,
        exitReason: "",
        changedAtEpochSeconds: epochSeconds,
        executionMs: 0,
        queueMs: 0,
      };
      this.#port.draft().record(state, action.resource, historyEntries(node, command, pending));
    }
    this.#deadlines.set(action.id, nowMs + command.timeoutMs + command.startDelayMs + CLUSTER_DELAY_MS);
    this.#port.execute(node, command);
  }

  #clusterAction(action: GraphAction, nowMs: number, epochSeconds: number): void {
    const node = action.node ?? "";
    switch (action.operation) {
      case "stonith":
        this.#fence(node, action, nowMs, epochSeconds);
        return;
      case "do_shutdown":
        this.#transitioner?.finish(action.id, true);
        if (node === this.#self) this.#isSelfLeaving = true;
        else this.#port.grantLeave(node);
        return;
      case "clear_failcount": {
        const state = this.#port.draft().nodeStateNamed(node);
        const resourceId = action.resource?.id ?? action.key.replace(/_clear_failcount_\d+$/, "");
        if (state) this.#clearFailures(state, node, resourceId);
        this.#transitioner?.finish(action.id, true);
        this.requestPlan(`fail count of ${resourceId} cleared`);
        return;
      }
      case "lrm_delete":
      case "delete":
        if (action.resource) this.#port.execute(node, { ...this.#command(action), operation: "delete" });
        else this.#transitioner?.finish(action.id, true);
        return;
      default:
        this.#port.log("warning", `unknown cluster action ${action.operation}`);
        this.#transitioner?.finish(action.id, false);
    }
  }

  /** True when this node's own shutdown is due and nothing else is left to do. */
  get mayLeave(): boolean {
    return this.#isSelfLeaving && this.isIdle;
  }

  #clearFailures(state: XmlElement, node: string, resourceId: string): void {
    clearFailCounts(state, resourceId);
    this.#port.draft().forget(state, resourceId, `${resourceId}_last_failure_0`);
    this.#port.clearFailuresOn(node, resourceId);
  }

  #fence(target: string, action: GraphAction, nowMs: number, epochSeconds: number): void {
    const wanted = action.attributes.get("CRM_meta_stonith_action") ?? "reboot";
    const request: FencingRequest = {
      id: `${this.#uuid}-${this.#number}-${action.id}`,
      target,
      action: wanted === "off" || wanted === "on" ? wanted : "reboot",
      cause: `transition ${this.#number}, action ${action.id}`,
      client: "kodou-controller",
      origin: this.#self,
      requestedAtEpochSeconds: epochSeconds,
      completedAtEpochSeconds: undefined,
      attempts: [],
      verdict: "pending",
      delegate: undefined,
    };
    void nowMs;
    this.startFencing(request);
  }

  /** Starts a request with the devices and nodes there are. */
  startFencing(request: FencingRequest): void {
    const cib = this.#port.draft().cib;
    const timeout = /^(\d+)(ms|s|)$/.exec(clusterOption(cib, "fencing-timeout", "stonith-timeout") ?? "60s");
    const timeoutMs = Number(timeout?.[1] ?? 60) * (timeout?.[2] === "ms" ? 1 : 1000);
    const others = this.#view.members.map((member) => member.node).filter((node) => node !== request.target && node !== this.#self);
    const executors = request.target === this.#self ? others : [this.#self, ...others];
    this.#port.applyFencing(this.#fencer.request(request, { levels: devicesFor(cib, request.target), executors, timeoutMs }));
  }

  #command(action: GraphAction): ExecutorCommand {
    const parameters: Record<string, string> = Object.create(null);
    const meta: Record<string, string> = Object.create(null);
    for (const [name, value] of action.attributes) {
      if (name.startsWith("CRM_meta_")) meta[name.slice("CRM_meta_".length)] = value;
      else if (name !== "crm_feature_set") parameters[name] = value;
    }
    const expected = action.attributes.get("CRM_meta_op_target_rc") ?? "0";
    return {
      transitionKey: `${action.id}:${this.#number}:${expected}:${this.#uuid}`,
      resource: action.resource ?? { id: "", agentClass: "", provider: "", type: "" },
      operation: action.operation,
      intervalMs: Number(meta["interval"] ?? 0),
      timeoutMs: Number(meta["timeout"] ?? 20_000),
      startDelayMs: Number(meta["start_delay"] ?? 0) || 0,
      parameters,
      meta,
    };
  }

  /** The action of the present plan that a transition key names. */
  #own(transitionKey: string): GraphAction | undefined {
    const [id, number, , uuid] = transitionKey.split(":");
    if (number !== String(this.#number) || uuid !== this.#uuid) return undefined;
    return this.#transitioner?.action(Number(id));
  }

  #finishOwn(transitionKey: string, hasSucceeded: boolean): boolean {
    const action = this.#own(transitionKey);
    if (!action) return false;
    this.#deadlines.delete(action.id);
    return this.#transitioner?.finish(action.id, hasSucceeded) === true;
  }

  #count(state: XmlElement, command: ExecutorCommand, outcome: OperationOutcome): void {
    if (outcome.operationStatus === OPERATION_STATUS.cancelled || outcome.operationStatus === OPERATION_STATUS.invalid) return;
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

  #actionLost(id: number, epochSeconds: number): void {
    this.#deadlines.delete(id);
    const action = this.#transitioner?.action(id);
    if (!action?.resource || action.node === undefined) return;
    const command = this.#command(action);
    const outcome: OperationOutcome = {
      callId: -1,
      exitCode: OCF.genericError,
      operationStatus: OPERATION_STATUS.timedOut,
      exitReason: `Controller on ${action.node} did not return result in time`,
      changedAtEpochSeconds: epochSeconds,
      executionMs: 0,
      queueMs: 0,
    };
    this.result(action.node, command, historyEntries(action.node, command, outcome), outcome);
  }

  /** A node asks to leave: its resources have to go first. */
  leaveRequested(node: string, epochSeconds: number): void {
    const state = this.#port.draft().nodeStateNamed(node);
    if (!state) return;
    setTransientAttribute(state, "shutdown", String(epochSeconds));
    this.requestPlan(`${node} leaves`);
  }

  /** Takes somebody's word that a resource has failed on a node. False when the node does not know the resource. */
  reportFailure(resourceId: string, node: string): boolean {
    const holder = this.#port.draft().nodeStateNamed(node)?.descend("lrm", "lrm_resources")?.child("lrm_resource", resourceId);
    if (!holder || !this.#view.members.some((member) => member.node === node)) return false;
    this.#port.execute(node, this.#outOfPlan(holder, "asyncmon"));
    return true;
  }

  /** A command that belongs to no plan, for a resource of the history. */
  #outOfPlan(holder: XmlElement, operation: string): ExecutorCommand {
    const agent = { agentClass: holder.get("class") ?? "", provider: holder.get("provider") ?? "", type: holder.get("type") ?? "" };
    return {
      transitionKey: `0:-1:0:${this.#uuid}`,
      resource: { id: holder.id ?? "", ...agent },
      operation,
      intervalMs: 0,
      timeoutMs: 0,
      startDelayMs: 0,
      parameters: {},
      meta: {},
    };
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
        if (state) this.#clearFailures(state, member.node, id);
        this.#port.execute(member.node, this.#outOfPlan(holder, "delete"));
        done.push(`${id} on ${member.node}`);
      }
    }
    this.requestPlan("clean-up");
    return done;
  }
}
