import { OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import type { XmlElement } from "../xml/element.ts";
import { isAnnouncement } from "./announcement.ts";
import { type ExecutorCommand, operationKey } from "./command.ts";
import { isQuiet, type OperationOutcome, outcomeWithoutRun, pendingOutcome } from "./history.ts";
import { NodeHistory } from "./node-history.ts";
import { ResourceQueue, type StepTime } from "./resource-queue.ts";
import type { RunResult } from "./run-result.ts";

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

/**
 * Operations of one node: one at a time for each resource, different resources side by side. A one-shot operation other
 * than a probe, a notification or a reload ends all recurring ones of its resource first.
 */
export class Executor {
  readonly #queues = new Map<string, ResourceQueue>();
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
    return this.#queues.get(resourceId)?.isBusy === true;
  }

  /** Resources that run here, or may: everything that was not stopped for certain. Fencing devices do not count. */
  activeResources(): string[] {
    return this.#history.activeResources();
  }

  /** Takes an order. */
  execute(command: ExecutorCommand, time: StepTime): ExecutorEffect[] {
    this.#nextDueMs = undefined;
    const queue = this.#queueOf(command.resource.id);
    switch (command.operation) {
      case "cancel":
        return this.#cancel(queue, command);
      case "delete":
        this.#history.forget(command.resource.id);
        queue.forget();
        return [{ kind: "deleted", command }];
      case "asyncmon":
        return [this.#failed(command, OPERATION_STATUS.done, "Simulated failure", this.#newCallId(), time)];
    }
    const told = isAnnouncement(command) ? queue.toldBefore(command, time.nowMs) : "no";
    if (told === "now") return [];
    if (told === "yes") return [this.#toldAlready(command, time)];
    if (queue.isFull)
      return [this.#failed(command, OPERATION_STATUS.invalid, "too many operations are waiting for this resource", -1, time)];
    const out: ExecutorEffect[] = [];
    if (command.intervalMs > 0) {
      queue.addRecurring(command, this.#newCallId(), time.nowMs);
    } else {
      if (command.operation !== "monitor" && !isQuiet(command.operation)) kill(queue.stopRecurring(), out);
      queue.add(command, time.nowMs);
    }
    this.#beginNext(queue, time, out);
    return out;
  }

  /** Takes the end of a run. */
  finished(runId: number, result: RunResult, time: StepTime): ExecutorEffect[] {
    const out: ExecutorEffect[] = [];
    this.#nextDueMs = undefined;
    for (const queue of this.#queues.values()) {
      if (queue.runId !== runId) continue;
      const end = queue.end(result, time);
      if (end) out.push(this.#report(end.command, end.outcome));
      this.#beginNext(queue, time, out);
      break;
    }
    return out;
  }

  /** Starts recurring operations that are due. */
  tick(time: StepTime): ExecutorEffect[] {
    const out: ExecutorEffect[] = [];
    if (this.#firstDueMs() > time.nowMs) return out;
    this.#nextDueMs = undefined;
    for (const queue of this.#queues.values()) {
      queue.addDue(time.nowMs);
      this.#beginNext(queue, time, out);
    }
    return out;
  }

  /** Time of the next recurring run, undefined when there is none. */
  deadlineMs(): number | undefined {
    const dueMs = this.#firstDueMs();
    return dueMs === Number.POSITIVE_INFINITY ? undefined : dueMs;
  }

  /** Removes the failure of a resource from the history. */
  clearFailures(resourceId: string): void {
    this.#history.forget(resourceId, `${resourceId}_last_failure_0`);
  }

  #firstDueMs(): number {
    if (this.#nextDueMs !== undefined) return this.#nextDueMs;
    let earliest = Number.POSITIVE_INFINITY;
    for (const queue of this.#queues.values()) earliest = Math.min(earliest, queue.nextDueMs());
    this.#nextDueMs = earliest;
    return earliest;
  }

  #queueOf(resourceId: string): ResourceQueue {
    let queue = this.#queues.get(resourceId);
    if (!queue) {
      queue = new ResourceQueue();
      this.#queues.set(resourceId, queue);
    }
    return queue;
  }

  #newCallId(): number {
    this.#callId += 1;
    return this.#callId;
  }

  #cancel(queue: ResourceQueue, command: ExecutorCommand): ExecutorEffect[] {
    const out: ExecutorEffect[] = [];
    const key = operationKey(command.resource.id, command.meta["operation"] ?? "monitor", command.intervalMs);
    kill(queue.cancel(key), out);
    this.#history.forget(command.resource.id, key);
    out.push({ kind: "cancelled", command });
    return out;
  }

  #beginNext(queue: ResourceQueue, time: StepTime, out: ExecutorEffect[]): void {
    const begun = queue.begin(this.#runId + 1, () => this.#newCallId(), time);
    if (!begun) return;
    this.#runId += 1;
    const { command, isNews } = begun;
    if (isNews && !isQuiet(command.operation)) this.#history.record(command, pendingOutcome(time.epochSeconds));
    out.push({ kind: "run", runId: this.#runId, command });
  }

  #toldAlready(command: ExecutorCommand, time: StepTime): ExecutorEffect {
    const isDone = { callId: this.#newCallId(), exitCode: OCF.success, operationStatus: OPERATION_STATUS.done };
    return this.#report(command, outcomeWithoutRun(isDone, time.epochSeconds));
  }

  /** Reports as failed what no agent was run for. */
  #failed(command: ExecutorCommand, operationStatus: number, exitReason: string, callId: number, time: StepTime): ExecutorEffect {
    return this.#report(command, outcomeWithoutRun({ callId, exitCode: OCF.genericError, operationStatus, exitReason }, time.epochSeconds));
  }

  #report(command: ExecutorCommand, outcome: OperationOutcome): ExecutorEffect {
    const entries = command.operation === "notify" ? [] : this.#history.record(command, outcome);
    return { kind: "report", command, entries, outcome };
  }
}

function kill(runId: number | undefined, out: ExecutorEffect[]): void {
  if (runId !== undefined) out.push({ kind: "kill", runId });
}
