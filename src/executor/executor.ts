import { LIMITS } from "../base/limits.ts";
import { OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import type { XmlElement } from "../xml/element.ts";
import { announcementText, areOfOnePlan, isAnnouncement } from "./announcement.ts";
import { type ExecutorCommand, operationKey } from "./command.ts";
import type { DigestRecipe } from "./digest-recipe.ts";
import { isQuiet, type OperationOutcome, outcomeWithoutRun, pendingOutcome } from "./history.ts";
import { NodeHistory } from "./node-history.ts";

/** End of an agent's run, as the driver reports it. */
export interface RunResult {
  readonly exitCode: number;
  readonly operationStatus: number;
  readonly exitReason: string;
  readonly elapsedMs: number;
  /** What the agent says of its parameters, where that is known. */
  readonly recipe?: DigestRecipe | undefined;
}

/** Times of one step: monotonic for intervals, wall clock for the history. */
export interface StepTime {
  readonly nowMs: number;
  readonly epochSeconds: number;
}

/** What has to happen outside of the core. */
export type ExecutorEffect =
  | { readonly kind: "run"; readonly runId: number; readonly command: ExecutorCommand }
  | { readonly kind: "kill"; readonly runId: number }
  /** A result for the DC, with its history entries. */
  | {
      readonly kind: "report";
      readonly command: ExecutorCommand;
      readonly entries: readonly XmlElement[];
      readonly outcome: OperationOutcome;
    }
  /** A recurring operation is no more. */
  | { readonly kind: "cancelled"; readonly command: ExecutorCommand }
  /** The history of a resource is gone from this node. */
  | { readonly kind: "deleted"; readonly command: ExecutorCommand };

interface Queued {
  readonly command: ExecutorCommand;
  readonly queuedAtMs: number;
}

interface Running extends Queued {
  readonly runId: number;
  readonly callId: number;
  readonly startedAtMs: number;
  readonly startedAtEpochSeconds: number;
  isCancelled: boolean;
}

interface Recurring {
  readonly command: ExecutorCommand;
  readonly callId: number;
  nextAtMs: number;
  isQueued: boolean;
  /** `status:rc` of the last report, undefined before the first. */
  lastReport: string | undefined;
  changedAtEpochSeconds: number;
}

interface ResourceQueue {
  readonly queue: Queued[];
  running: Running | undefined;
  readonly recurring: Map<string, Recurring>;
  /** Parameters that the resource was last started, taken over, reloaded or looked for with: what runs has these, whatever is configured now. */
  runsWith: ExecutorCommand["parameters"] | undefined;
  /** What the agent was told to be about to happen, while nothing has been done to the resource since. */
  told: { readonly announcement: string; readonly atMs: number } | undefined;
}

/** Operations after which a resource runs with their parameters, if it runs. */
const SHOWS_PARAMETERS: ReadonlySet<string> = new Set(["start", "migrate_from", "reload", "reload-agent", "monitor"]);

/** An announcement that is older is made again. */
const LONGEST_TOLD_MS = 60_000;

/**
 * Operations of one node: one at a time for each resource, different resources side by side. Recurring operations run
 * again their interval after the end of the run before, and only a changed result is reported. A one-shot operation
 * other than a probe, a notification or a reload ends all recurring ones of its resource first.
 */
export class Executor {
  readonly #resources = new Map<string, ResourceQueue>();
  readonly #history: NodeHistory;
  #callId = 0;
  #runId = 0;
  /** Time of the next recurring run; undefined when it has to be looked for. */
  #nextDueMs: number | undefined;

  constructor(node: string, nodeId: string) {
    this.#history = new NodeHistory(node, nodeId);
  }

  /** History of all resources on this node, for a DC that builds its status: a copy. */
  history(): XmlElement {
    return this.#history.copy();
  }

  /** History of one resource on this node: a copy; undefined when there is none. */
  historyOf(resourceId: string): XmlElement | undefined {
    return this.#history.copyOf(resourceId);
  }

  /** True while an operation of the resource runs or waits here. */
  isBusy(resourceId: string): boolean {
    const resource = this.#resources.get(resourceId);
    return resource !== undefined && (resource.running !== undefined || resource.queue.length > 0);
  }

  /** Resources that run here, or may: everything that was not stopped for certain. Fencing devices do not count. */
  activeResources(): string[] {
    return this.#history.activeResources();
  }

  /** Takes an order. */
  execute(command: ExecutorCommand, time: StepTime): ExecutorEffect[] {
    const out: ExecutorEffect[] = [];
    this.#nextDueMs = undefined;
    const resource = this.#resourceQueue(command.resource.id);
    if (command.operation === "cancel") {
      this.#cancel(resource, command, out);
      return out;
    }
    if (command.operation === "delete") {
      this.#forget(command.resource.id);
      out.push({ kind: "deleted", command });
      return out;
    }
    if (command.operation === "asyncmon") {
      this.#callId += 1;
      out.push(this.#report(command, this.#failure(OPERATION_STATUS.done, "Simulated failure", this.#callId, time)));
      return out;
    }
    if (isAnnouncement(command) && this.#isToldAlready(resource, command, time, out)) return out;
    if (resource.queue.length >= LIMITS.executorQueue) {
      out.push(
        this.#report(command, this.#failure(OPERATION_STATUS.invalid, "too many operations are waiting for this resource", -1, time)),
      );
      return out;
    }
    if (command.intervalMs > 0) {
      this.#addRecurring(resource, command, time);
    } else {
      if (command.operation !== "monitor" && !isQuiet(command.operation)) this.#stopRecurring(resource, out);
      resource.queue.push({ command, queuedAtMs: time.nowMs });
    }
    this.#pump(resource, time, out);
    return out;
  }

  /** Takes the end of a run. */
  finished(runId: number, result: RunResult, time: StepTime): ExecutorEffect[] {
    const out: ExecutorEffect[] = [];
    this.#nextDueMs = undefined;
    for (const resource of this.#resources.values()) {
      const running = resource.running;
      if (running?.runId !== runId) continue;
      resource.running = undefined;
      if (!running.isCancelled) this.#conclude(resource, running, result, time, out);
      this.#pump(resource, time, out);
      break;
    }
    return out;
  }

  /** Starts recurring operations that are due. */
  tick(time: StepTime): ExecutorEffect[] {
    const out: ExecutorEffect[] = [];
    if (this.#firstDueMs() > time.nowMs) return out;
    this.#nextDueMs = undefined;
    for (const resource of this.#resources.values()) {
      for (const recurring of resource.recurring.values()) {
        if (recurring.isQueued || recurring.nextAtMs > time.nowMs) continue;
        recurring.isQueued = true;
        resource.queue.push({ command: recurring.command, queuedAtMs: time.nowMs });
      }
      this.#pump(resource, time, out);
    }
    return out;
  }

  /** Time of the next recurring run, undefined when there is none. */
  deadlineMs(): number | undefined {
    const dueMs = this.#firstDueMs();
    return dueMs === Number.POSITIVE_INFINITY ? undefined : dueMs;
  }

  #firstDueMs(): number {
    if (this.#nextDueMs !== undefined) return this.#nextDueMs;
    let earliest = Number.POSITIVE_INFINITY;
    for (const resource of this.#resources.values()) {
      for (const recurring of resource.recurring.values()) if (!recurring.isQueued) earliest = Math.min(earliest, recurring.nextAtMs);
    }
    this.#nextDueMs = earliest;
    return earliest;
  }

  /** Removes the failure of a resource from the history. */
  clearFailures(resourceId: string): void {
    this.#history.forget(resourceId, `${resourceId}_last_failure_0`);
  }

  #resourceQueue(id: string): ResourceQueue {
    let resource = this.#resources.get(id);
    if (!resource) {
      resource = { queue: [], running: undefined, recurring: new Map(), runsWith: undefined, told: undefined };
      this.#resources.set(id, resource);
    }
    return resource;
  }

  /**
   * A plan that takes the place of another makes the same announcements again. An agent does not hear them twice, and not
   * at all those of older plans that it has not been told yet: where plans follow each other faster than agents listen,
   * nothing that is announced would ever happen.
   */
  #isToldAlready(resource: ResourceQueue, command: ExecutorCommand, time: StepTime, out: ExecutorEffect[]): boolean {
    for (let i = resource.queue.length - 1; i >= 0; i -= 1) {
      const queued = resource.queue[i]?.command;
      if (queued && isAnnouncement(queued) && !areOfOnePlan(queued, command)) resource.queue.splice(i, 1);
    }
    const announcement = announcementText(command);
    const { running, told } = resource;
    if (running && isAnnouncement(running.command) && announcementText(running.command) === announcement) {
      resource.running = { ...running, command };
      return true;
    }
    if (!told || told.announcement !== announcement || time.nowMs - told.atMs > LONGEST_TOLD_MS) return false;
    if (resource.queue.some(({ command: queued }) => queued.intervalMs === 0)) return false;
    this.#callId += 1;
    const isDone = { callId: this.#callId, exitCode: OCF.success, operationStatus: OPERATION_STATUS.done };
    out.push(this.#report(command, outcomeWithoutRun(isDone, time.epochSeconds)));
    return true;
  }

  #addRecurring(resource: ResourceQueue, command: ExecutorCommand, time: StepTime): void {
    const key = operationKey(command.resource.id, command.operation, command.intervalMs);
    this.#callId += 1;
    resource.recurring.set(key, {
      command,
      callId: this.#callId,
      nextAtMs: time.nowMs + command.startDelayMs,
      isQueued: command.startDelayMs === 0,
      lastReport: undefined,
      changedAtEpochSeconds: time.epochSeconds,
    });
    if (command.startDelayMs === 0) resource.queue.push({ command, queuedAtMs: time.nowMs });
  }

  #stopRecurring(resource: ResourceQueue, out: ExecutorEffect[]): void {
    resource.recurring.clear();
    for (let i = resource.queue.length - 1; i >= 0; i -= 1)
      if ((resource.queue[i]?.command.intervalMs ?? 0) > 0) resource.queue.splice(i, 1);
    const running = resource.running;
    if (running && running.command.intervalMs > 0 && !running.isCancelled) {
      running.isCancelled = true;
      out.push({ kind: "kill", runId: running.runId });
    }
  }

  #cancel(resource: ResourceQueue, command: ExecutorCommand, out: ExecutorEffect[]): void {
    const operation = command.meta["operation"] ?? "monitor";
    const key = operationKey(command.resource.id, operation, command.intervalMs);
    resource.recurring.delete(key);
    const isSame = (other: ExecutorCommand): boolean => operationKey(other.resource.id, other.operation, other.intervalMs) === key;
    for (let i = resource.queue.length - 1; i >= 0; i -= 1) {
      const queued = resource.queue[i];
      if (queued && isSame(queued.command)) resource.queue.splice(i, 1);
    }
    const running = resource.running;
    if (running && isSame(running.command) && !running.isCancelled) {
      running.isCancelled = true;
      out.push({ kind: "kill", runId: running.runId });
    }
    this.#history.forget(command.resource.id, key);
    out.push({ kind: "cancelled", command });
  }

  #forget(resourceId: string): void {
    this.#history.forget(resourceId);
    const resource = this.#resources.get(resourceId);
    resource?.recurring.clear();
    if (resource) resource.told = undefined;
  }

  #pump(resource: ResourceQueue, time: StepTime, out: ExecutorEffect[]): void {
    if (resource.running) return;
    const first = resource.queue.shift();
    if (!first) return;
    const command = withWhatRuns(first.command, resource.runsWith);
    const next = { ...first, command };
    if (command.intervalMs === 0) resource.told = undefined;
    this.#runId += 1;
    const recurring = resource.recurring.get(operationKey(command.resource.id, command.operation, command.intervalMs));
    if (!recurring) this.#callId += 1;
    resource.running = {
      ...next,
      runId: this.#runId,
      callId: recurring?.callId ?? this.#callId,
      startedAtMs: time.nowMs,
      startedAtEpochSeconds: time.epochSeconds,
      isCancelled: false,
    };
    if (recurring?.lastReport === undefined && !isQuiet(command.operation))
      this.#history.record(command, pendingOutcome(time.epochSeconds));
    out.push({ kind: "run", runId: this.#runId, command });
  }

  #conclude(resource: ResourceQueue, running: Running, result: RunResult, time: StepTime, out: ExecutorEffect[]): void {
    const { command } = running;
    if (command.intervalMs === 0 && SHOWS_PARAMETERS.has(command.operation)) resource.runsWith = command.parameters;
    const recurring = resource.recurring.get(operationKey(command.resource.id, command.operation, command.intervalMs));
    let changedAt = running.startedAtEpochSeconds;
    if (recurring) {
      recurring.isQueued = false;
      recurring.nextAtMs = time.nowMs + command.intervalMs;
      const report = `${result.operationStatus}:${result.exitCode}`;
      if (recurring.lastReport === report) return;
      if (recurring.lastReport === undefined || result.exitCode === 0) recurring.changedAtEpochSeconds = time.epochSeconds;
      recurring.lastReport = report;
      changedAt = time.epochSeconds;
    }
    const outcome: OperationOutcome = {
      callId: running.callId,
      exitCode: result.exitCode,
      operationStatus: result.operationStatus,
      exitReason: result.exitReason,
      changedAtEpochSeconds: changedAt,
      executionMs: result.elapsedMs,
      queueMs: Math.max(0, running.startedAtMs - running.queuedAtMs),
      recipe: result.recipe,
    };
    if (isAnnouncement(command) && result.exitCode === OCF.success)
      resource.told = { announcement: announcementText(command), atMs: time.nowMs };
    out.push(this.#report(command, outcome));
  }

  #report(command: ExecutorCommand, outcome: OperationOutcome): ExecutorEffect {
    const entries = command.operation === "notify" ? [] : this.#history.record(command, outcome);
    return { kind: "report", command, entries, outcome };
  }

  /** Outcome of what no agent was run for. */
  #failure(operationStatus: number, exitReason: string, callId: number, time: StepTime): OperationOutcome {
    return outcomeWithoutRun({ callId, exitCode: OCF.genericError, operationStatus, exitReason }, time.epochSeconds);
  }
}

/**
 * What runs is ended with the parameters it was begun with: with an address that was configured meanwhile the old one would
 * stay. Source: Pacemaker's controller, for stop; the same holds for demote.
 */
function withWhatRuns(command: ExecutorCommand, runsWith: ExecutorCommand["parameters"] | undefined): ExecutorCommand {
  const isEnd = command.operation === "stop" || command.operation === "demote";
  return isEnd && runsWith !== undefined ? { ...command, parameters: runsWith } : command;
}
