import { expect, it } from "vitest";
import { Fencer, type FencingEffect, type FencingRequest } from "../../fencing/fencer.ts";
import { EXIT } from "../../model/exit-code.ts";
import { recordedContext } from "../../sim/recorded-context.ts";
import { element } from "../../xml/element.ts";
import type { Coordinator } from "../dc/coordinator.ts";
import { StatusDraft } from "../status/status-draft.ts";
import { OperatorFencing } from "./operator-fencing.ts";

/** A DC that knows n2; the fencing that a plan wants of it is under way when `isPlanned`. */
function dc(isPlanned: boolean) {
  const cib = element("cib", {}, [element("status", {}, [element("node_state", { id: "2", uname: "n2" })])]);
  const draft = new StatusDraft(cib);
  const context = recordedContext();
  const fencer = new Fencer();
  const means = { levels: [[]], executors: ["n1"], timeoutMs: 1000 };
  const concluded: FencingRequest[] = [];
  const apply = (effects: readonly FencingEffect[]): void => {
    for (const effect of effects) {
      if (effect.kind !== "concluded") continue;
      concluded.push(effect.request);
      fencing.concluded(effect.request);
    }
  };
  const fencing: OperatorFencing = new OperatorFencing(context, { fencer, fencing: { apply }, update: { draft: () => draft } });
  const started: FencingRequest[] = [];
  const coordinator = { fencing: { start: (request: FencingRequest) => started.push(request) } } as unknown as Coordinator;
  const ask = (requestId: string, target: string, op: "fence" | "fence-confirm" = "fence"): void => {
    const request = op === "fence" ? ({ op, target, action: "off", client: "test" } as const) : { op, target, client: "test" };
    fencing.receive(coordinator, { requestId, from: "n3" }, request);
  };
  if (isPlanned) {
    const device = { id: "d", agent: "x", actions: new Map(), plugs: new Map(), plugArgument: "port", parameters: {} };
    ask("planned", "n2");
    fencer.request(started[0] as FencingRequest, { ...means, levels: [[device as never]] });
    started.length = 0;
  }
  const exitCodes = () => [...context.replies].map(([requestId, { exitCode }]) => [requestId, exitCode]);
  return { ask, concluded, context, exitCodes, fencing, started };
}

it("tells the operator what came of each request, once", () => {
  const { ask, context, exitCodes, fencing, started } = dc(false);
  ask("1", "n2");
  ask("2", "n2");
  ask("3", "n9");
  expect(exitCodes()).toEqual([["3@n3", EXIT.noHost]]);
  const [first, second] = started as [FencingRequest, FencingRequest];
  expect(first.id).not.toBe(second.id);
  expect(first).toMatchObject({ target: "n2", action: "off", origin: "n3", client: "test", verdict: "pending" });
  fencing.concluded({ ...first, verdict: "succeeded" });
  fencing.concluded({ ...first, verdict: "failed" });
  fencing.concluded({ ...second, verdict: "failed" });
  fencing.concluded({ ...second, id: "of a plan", verdict: "failed" });
  expect(exitCodes()).toEqual([
    ["3@n3", EXIT.noHost],
    ["1@n3", EXIT.ok],
    ["2@n3", EXIT.error],
  ]);
  expect(context.replies.get("2@n3")?.message).toBe("fencing n2 failed: no fencing device can do it");
});

it("takes an operator's word that a node is down", () => {
  const { ask, concluded, exitCodes } = dc(false);
  ask("1", "n2", "fence-confirm");
  expect([exitCodes(), concluded.map(({ verdict, delegate }) => [verdict, delegate])]).toEqual([
    [["1@n3", EXIT.ok]],
    [["succeeded", "a human"]],
  ]);
});

it("ends what is under way with an operator's word, and answers all who waited", () => {
  const { ask, concluded, exitCodes } = dc(true);
  ask("1", "n2", "fence-confirm");
  expect(concluded.length).toBe(1);
  expect(exitCodes()).toEqual([
    ["planned@n3", EXIT.ok],
    ["1@n3", EXIT.ok],
  ]);
});
