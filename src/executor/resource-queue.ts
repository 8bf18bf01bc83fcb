import { LIMITS } from "../base/limits.ts";
import { OCF } from "../model/exit-code.ts";
import { announcementText, areOfOnePlan, isAnnouncement } from "./announcement.ts";
import { type ExecutorCommand, operationKey } from "./command.ts";
import type { OperationOutcome } from "./history.ts";
import type { RunResult } from "./run-result.ts";

/** Times of one step: monotonic for intervals, wall clock for the history. */
export interface StepTime {
  readonly nowMs: number;
  readonly epochSeconds: number;
}

/** A run that begins. */
export interface BegunRun {
  readonly command: ExecutorCommand;
  /** False for a recurring operation that was reported before: that it runs again is no news. */
  readonly isNews: boolean;
}

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
}

/** Operations after which a resource runs with their parameters, if it runs. */
const SHOWS_PARAMETERS: ReadonlySet<string> = new Set(["start", "migrate_from", "reload", "reload-agent", "monitor"]);

/** An announcement that is older is made again. */
const LONGEST_TOLD_MS = 60_000;

/**
 * Operations of one resource, one at a time. Recurring operations run again their interval after the end of the run before,
 * and only a changed result is reported.
 */
export class ResourceQueue {
  readonly #waiting: Queued[] = [];
  readonly #recurring = new Map<string, Recurring>();
  #running: Running | undefined;
  /** Parameters that the resource was last started, taken over, reloaded or looked for with: what runs has these, whatever is configured now. */
  #runsWith: ExecutorCommand["parameters"] | undefined;
  /** What the agent was told to be about to happen, while nothing has been done to the resource since. */
  #told: { readonly announcement: string; readonly atMs: number } | undefined;

  /** True while an operation runs or waits. */
  get isBusy(): boolean {
    return this.#running !== undefined || this.#waiting.length > 0;
  }

  /** True when no more operations may wait. */
  get isFull(): boolean {
    return this.#waiting.length >= LIMITS.executorQueue;
  }

  /** The run that is under way. */
  get runId(): number | undefined {
    return this.#running?.runId;
  }

  /** Time of the next recurring run; infinite when there is none. */
  nextDueMs(): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const recurring of this.#recurring.values()) if (!recurring.isQueued) earliest = Math.min(earliest, recurring.nextAtMs);
    return earliest;
  }

  /** Adds an operation that runs once. */
  add(command: ExecutorCommand, nowMs: number): void {
    this.#waiting.push({ command, queuedAtMs: nowMs });
  }

  /** Adds a recurring operation. */
  addRecurring(command: ExecutorCommand, callId: number, nowMs: number): void {
    this.#recurring.set(keyOf(command), {
      command,
      callId,
      nextAtMs: nowMs + command.startDelayMs,
      isQueued: command.startDelayMs === 0,
      lastReport: undefined,
    });
    if (command.startDelayMs === 0) this.add(command, nowMs);
  }

  /** Recurring operations that are due wait for their turn from now on. */
  addDue(nowMs: number): void {
    for (const recurring of this.#recurring.values()) {
      if (recurring.isQueued || recurring.nextAtMs > nowMs) continue;
      recurring.isQueued = true;
      this.add(recurring.command, nowMs);
    }
  }

  /** Ends all recurring operations. Returns the run that has to be killed for that. */
  stopRecurring(): number | undefined {
    this.#recurring.clear();
    return this.#withdraw(({ intervalMs }) => intervalMs > 0);
  }

  /** Ends the operations with a key (`RESOURCE_OPERATION_INTERVALMS`). Returns the run that has to be killed for that. */
  cancel(key: string): number | undefined {
    this.#recurring.delete(key);
    return this.#withdraw((command) => keyOf(command) === key);
  }

  /** The history of the resource is gone: nothing of it is repeated, and what the agent was told counts no more. */
  forget(): void {
    this.#recurring.clear();
    this.#told = undefined;
  }

  /**
   * A plan that takes the place of another makes the same announcements again. An agent does not hear them twice, and not
   * at all those of older plans that it has not been told yet: where plans follow each other faster than agents listen,
   * nothing that is announced would ever happen. Says whether the agent was told this already, or is being told now: then
   * the end of that run is the answer to this command.
   */
  toldBefore(command: ExecutorCommand, nowMs: number): "no" | "now" | "yes" {
    this.#dropWaiting((queued) => isAnnouncement(queued) && !areOfOnePlan(queued, command));
    const announcement = announcementText(command);
    const running = this.#running;
    if (running && isAnnouncement(running.command) && announcementText(running.command) === announcement) {
      this.#running = { ...running, command };
      return "now";
    }
    if (this.#told?.announcement !== announcement || nowMs - this.#told.atMs > LONGEST_TOLD_MS) return "no";
    return this.#waiting.some(({ command: queued }) => queued.intervalMs === 0) ? "no" : "yes";
  }

  /** Begins what is next; undefined while something runs, and when nothing waits. `newCallId` numbers an operation that has no number yet. */
  begin(runId: number, newCallId: () => number, time: StepTime): BegunRun | undefined {
    if (this.#running) return undefined;
    const first = this.#waiting.shift();
    if (!first) return undefined;
    const command = withWhatRuns(first.command, this.#runsWith);
    if (command.intervalMs === 0) this.#told = undefined;
    const recurring = this.#recurring.get(keyOf(command));
    this.#running = {
      command,
      queuedAtMs: first.queuedAtMs,
      runId,
      callId: recurring?.callId ?? newCallId(),
      startedAtMs: time.nowMs,
      startedAtEpochSeconds: time.epochSeconds,
      isCancelled: false,
    };
    return { command, isNews: recurring?.lastReport === undefined };
  }

  /** What runs has ended. Returns what is to be reported: nothing of what was cancelled, or of a recurring operation that ends as before. */
  end(result: RunResult, time: StepTime): { readonly command: ExecutorCommand; readonly outcome: OperationOutcome } | undefined {
    const running = this.#running;
    this.#running = undefined;
    if (!running || running.isCancelled) return undefined;
    const { command } = running;
    if (command.intervalMs === 0 && SHOWS_PARAMETERS.has(command.operation)) this.#runsWith = command.parameters;
    const recurring = this.#recurring.get(keyOf(command));
    if (recurring && !this.#isNews(recurring, result, time.nowMs)) return undefined;
    if (isAnnouncement(command) && result.exitCode === OCF.success)
      this.#told = { announcement: announcementText(command), atMs: time.nowMs };
    const outcome = {
      callId: running.callId,
      exitCode: result.exitCode,
      operationStatus: result.operationStatus,
      exitReason: result.exitReason,
      changedAtEpochSeconds: recurring ? time.epochSeconds : running.startedAtEpochSeconds,
      executionMs: result.elapsedMs,
      queueMs: Math.max(0, running.startedAtMs - running.queuedAtMs),
      recipe: result.recipe,
    };
    return { command, outcome };
  }

  /** A run of a recurring operation has ended, and the next is due its interval later. False when it ended as the one before. */
  #isNews(recurring: Recurring, { exitCode, operationStatus }: RunResult, nowMs: number): boolean {
    recurring.isQueued = false;
    recurring.nextAtMs = nowMs + recurring.command.intervalMs;
    const report = `${operationStatus}:${exitCode}`;
    const isNews = recurring.lastReport !== report;
    recurring.lastReport = report;
    return isNews;
  }

  /** Takes operations out, waiting or running. Returns the run that has to be killed for that. */
  #withdraw(isMeant: (command: ExecutorCommand) => boolean): number | undefined {
    this.#dropWaiting(isMeant);
    const running = this.#running;
    if (!running || running.isCancelled || !isMeant(running.command)) return undefined;
    running.isCancelled = true;
    return running.runId;
  }

  #dropWaiting(isMeant: (command: ExecutorCommand) => boolean): void {
    for (let i = this.#waiting.length - 1; i >= 0; i -= 1) {
      const queued = this.#waiting[i];
      if (queued && isMeant(queued.command)) this.#waiting.splice(i, 1);
    }
  }
}

function keyOf({ resource, operation, intervalMs }: ExecutorCommand): string {
  return operationKey(resource.id, operation, intervalMs);
}

/**
 * What runs is ended with the parameters it was begun with: with an address that was configured meanwhile the old one would
 * stay. Source: Pacemaker's controller, for stop; the same holds for demote.
 */
function withWhatRuns(command: ExecutorCommand, runsWith: ExecutorCommand["parameters"] | undefined): ExecutorCommand {
  const isEnd = command.operation === "stop" || command.operation === "demote";
  return isEnd && runsWith !== undefined ? { ...command, parameters: runsWith } : command;
}
