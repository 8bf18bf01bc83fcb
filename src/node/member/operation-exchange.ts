import type { ExecutorCommand } from "../../executor/command.ts";
import type { Executor, ExecutorEffect } from "../../executor/executor.ts";
import type { RunResult } from "../../executor/run-result.ts";
import type { XmlElement } from "../../xml/element.ts";
import { parseXml } from "../../xml/parse.ts";
import { writeCompact } from "../../xml/write.ts";
import type { NodeMessage } from "../interface/messages.ts";
import type { PendingOperation } from "../status/pending-operations.ts";
import type { MemberContext } from "./member-context.ts";

/** What an executor tells the DC when something it was ordered is over, by itself or asked for it. */
type OperationNews = Extract<NodeMessage, { type: "result" | "cancelled" | "deleted" | "inquiry-answer" }>;

/**
 * The way of operations: orders of the DC to the executors, and what became of them back, however views change meanwhile.
 * A result must never be lost.
 */
export class OperationExchange {
  readonly #context: MemberContext;
  readonly #executor: Executor;
  readonly #late: { readonly from: string; readonly message: OperationNews }[] = [];

  constructor(context: MemberContext, executor: Executor) {
    this.#context = context;
    this.#executor = executor;
  }

  /** As DC, has a node carry out an operation. */
  order(node: string, command: ExecutorCommand): void {
    const term = this.#context.view()?.term;
    if (node === this.#context.configuration.name) this.ordered(command);
    else if (term) this.#context.send(node, { type: "execute", term, command });
  }

  /** The DC has this node carry out an operation. */
  ordered(command: ExecutorCommand): void {
    this.#apply(this.#executor.execute(command, this.#context.time()));
  }

  /** An agent of this node has ended. */
  finished(runId: number, result: RunResult): void {
    this.#apply(this.#executor.finished(runId, result, this.#context.time()));
  }

  /** Time passed. */
  tick(): void {
    this.#apply(this.#executor.tick(this.#context.time()));
  }

  /** As DC, asks a node what became of an operation. */
  inquire(operation: PendingOperation): void {
    const term = this.#context.view()?.term;
    if (operation.node === this.#context.configuration.name) this.inquired(operation);
    else if (term) this.#context.send(operation.node, { type: "inquiry", term, operation });
  }

  /** The DC asks what became of an operation here. What still runs will report by itself. */
  inquired(operation: PendingOperation): void {
    if (this.#executor.isBusy(operation.resourceId)) return;
    const history = this.#executor.historyOf(operation.resourceId);
    const coordinator = this.#context.coordinator();
    if (coordinator) coordinator.missing.inquiryAnswered(operation, history);
    else this.#tellDc({ type: "inquiry-answer", operation, history: history && writeCompact(history) });
  }

  /** As DC, has a node forget the failures of a resource. */
  clearFailures(node: string, resourceId: string): void {
    if (node === this.#context.configuration.name) this.failuresCleared(resourceId);
    else this.#context.send(node, { type: "clear-failures", resourceId });
  }

  /** The DC has this node forget the failures of a resource. */
  failuresCleared(resourceId: string): void {
    this.#executor.clearFailures(resourceId);
  }

  /** The news of `from` for the DC. It may come while the first document of the view is still on its way to others: then it waits. */
  news(from: string, message: OperationNews, isDc: boolean): void {
    const coordinator = this.#context.coordinator();
    if (!coordinator) {
      // Another DC asked for an answer: this one asks for what it misses.
      if (isDc && message.type !== "inquiry-answer") this.#late.push({ from, message });
      return;
    }
    if (message.type === "result") coordinator.results.result(from, message.command, readEntries(message.entries), message.outcome);
    else if (message.type === "inquiry-answer")
      coordinator.missing.inquiryAnswered(message.operation, readEntries(message.history === undefined ? [] : [message.history])[0]);
    else coordinator.results[message.type](from, message.command);
  }

  /** Hands what happened between two views to the DC of the new one. */
  deliverLate(): void {
    for (const { from, message } of this.#late.splice(0)) {
      if (this.#context.coordinator()) this.news(from, message, true);
      else if (from === this.#context.configuration.name) this.#tellDc(message);
    }
  }

  #apply(effects: readonly ExecutorEffect[]): void {
    const { configuration, emit } = this.#context;
    for (const effect of effects) {
      const coordinator = this.#context.coordinator();
      switch (effect.kind) {
        case "run":
          emit({ kind: "run-agent", runId: effect.runId, command: effect.command });
          break;
        case "kill":
          emit({ kind: "kill-agent", runId: effect.runId });
          break;
        case "report": {
          const { command, entries, outcome } = effect;
          if (coordinator) coordinator.results.result(configuration.name, command, entries, outcome);
          else this.#tellDc({ type: "result", command, entries: entries.map((entry) => writeCompact(entry)), outcome });
          break;
        }
        case "cancelled":
        case "deleted":
          if (coordinator) coordinator.results[effect.kind](configuration.name, effect.command);
          else this.#tellDc({ type: effect.kind, command: effect.command });
          break;
      }
    }
  }

  /** Without a DC the message waits for the next view. */
  #tellDc(message: OperationNews): void {
    const { name } = this.#context.configuration;
    const dc = this.#context.view()?.term.candidate;
    if (dc === undefined || dc === name) this.#late.push({ from: name, message });
    else this.#context.send(dc, message);
  }
}

function readEntries(texts: readonly string[]): XmlElement[] {
  return texts.flatMap((text) => {
    const parsed = parseXml(text);
    return parsed.ok ? [parsed.value] : [];
  });
}
