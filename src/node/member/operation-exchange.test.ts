import { describe, expect, it } from "vitest";
import type { ExecutorCommand } from "../../executor/command.ts";
import { Executor } from "../../executor/executor.ts";
import type { View } from "../../model/view.ts";
import { recordedContext } from "../../sim/recorded-context.ts";
import type { Coordinator } from "../dc/coordinator.ts";
import { OperationExchange } from "./operation-exchange.ts";

const COMMAND: ExecutorCommand = {
  transitionKey: "1:1:0:run",
  resource: { id: "web", agentClass: "ocf", provider: "kodou", type: "Dummy" },
  operation: "start",
  intervalMs: 0,
  timeoutMs: 1000,
  startDelayMs: 0,
  parameters: {},
  meta: {},
};
const ASKED = { node: "n2", resourceId: "web", operation: "start", transitionKey: "1:1:0:run" };
const OUTCOME = { callId: 1, exitCode: 0, operationStatus: 0, exitReason: "", changedAtEpochSeconds: 0, executionMs: 0, queueMs: 0 };
const RESULT = { type: "result", command: COMMAND, entries: ['<lrm_rsc_op id="web_last_0"/>', "<broken"], outcome: OUTCOME } as const;

/** The node n1, in a view of n1 and n2. */
function exchange() {
  let dc: string | undefined;
  const heard: string[] = [];
  const coordinator = {
    results: {
      result: (from: string, _command: unknown, entries: readonly unknown[]) => heard.push(`result of ${from}: ${entries.length} entries`),
      cancelled: (from: string) => heard.push(`cancelled on ${from}`),
      deleted: (from: string) => heard.push(`deleted on ${from}`),
    },
    missing: {
      inquiryAnswered: (_asked: unknown, history: unknown) => heard.push(`answer ${history === undefined ? "without" : "with"} history`),
    },
  } as unknown as Coordinator;
  const view = (): View | undefined => (dc === undefined ? undefined : { term: { round: 1, candidate: dc }, members: [] });
  const context = recordedContext({ view, coordinator: () => (dc === "n1" ? coordinator : undefined) });
  const executor = new Executor("n1", "id-n1");
  const made = new OperationExchange(context, executor);
  const leadBy = (node: string | undefined): void => {
    dc = node;
  };
  const sent = (): string[] => context.sent.map(({ to, message }) => `${message.type} to ${to}`);
  return { context, executor, heard, leadBy, made, sent };
}

describe("news of operations", () => {
  it("go to the DC, here or elsewhere", () => {
    const { context, heard, leadBy, made, sent } = exchange();
    leadBy("n1");
    made.news("n2", RESULT, true);
    made.news("n2", { type: "cancelled", command: COMMAND }, true);
    made.news("n2", { type: "inquiry-answer", operation: ASKED, history: "<lrm_resource/>" }, true);
    made.news("n2", { type: "inquiry-answer", operation: ASKED, history: undefined }, true);
    expect(heard).toEqual(["result of n2: 1 entries", "cancelled on n2", "answer with history", "answer without history"]);
    leadBy("n2");
    made.ordered(COMMAND);
    expect(context.effects.map(({ kind }) => kind)).toEqual(["run-agent"]);
    const [run] = context.effects;
    if (run?.kind !== "run-agent") throw new Error("nothing runs");
    made.finished(run.runId, { exitCode: 0, operationStatus: 0, exitReason: "", elapsedMs: 1 });
    expect(sent()).toEqual(["result to n2"]);
  });

  it("wait while this node leads a view that is not installed, once", () => {
    const { heard, leadBy, made } = exchange();
    made.news("n2", RESULT, true);
    made.news("n3", RESULT, false);
    leadBy("n1");
    made.deliverLate();
    made.deliverLate();
    expect(heard).toEqual(["result of n2: 1 entries"]);
  });

  it("of this node wait for the next DC, those of others do not: they tell it themselves", () => {
    const { leadBy, made, sent } = exchange();
    made.news("n2", RESULT, true);
    made.inquired(ASKED);
    leadBy("n3");
    made.deliverLate();
    expect(sent()).toEqual(["inquiry-answer to n3"]);
  });

  it("that the last DC asked for are of no use to one that did not", () => {
    const { heard, leadBy, made } = exchange();
    made.news("n2", { type: "inquiry-answer", operation: ASKED, history: undefined }, true);
    leadBy("n1");
    made.deliverLate();
    expect(heard).toEqual([]);
  });
});

describe("orders of the DC", () => {
  it("go to the node they are for, in the term of the view", () => {
    const { context, leadBy, made, sent } = exchange();
    leadBy("n1");
    made.order("n2", COMMAND);
    made.order("n1", COMMAND);
    made.inquire(ASKED);
    made.clearFailures("n2", "web");
    expect([sent(), context.effects.map(({ kind }) => kind)]).toEqual([
      ["execute to n2", "inquiry to n2", "clear-failures to n2"],
      ["run-agent"],
    ]);
    expect(context.sent[0]?.message).toMatchObject({ term: { round: 1, candidate: "n1" } });
  });

  it("go nowhere without a view", () => {
    const { context, made } = exchange();
    made.order("n2", COMMAND);
    made.inquire(ASKED);
    expect(context.sent).toEqual([]);
  });
});
