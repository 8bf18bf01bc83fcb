import { describe, expect, it } from "vitest";
import { ROOT_USER } from "../../cib/acl.ts";
import { EXIT } from "../../model/exit-code.ts";
import type { View } from "../../model/view.ts";
import { recordedContext } from "../../sim/recorded-context.ts";
import type { Coordinator } from "../dc/coordinator.ts";
import { type ClientRequest, okReply } from "../interface/client.ts";
import { ClientDesk } from "./client-desk.ts";

const CLEANUP: ClientRequest = { op: "cleanup" };
const FENCE: ClientRequest = { op: "fence", target: "n3", action: "off", client: "test" };

function desk() {
  let dc: string | undefined = "n2";
  const view = (): View | undefined => (dc === undefined ? undefined : { term: { round: 1, candidate: dc }, members: [] });
  const carriedOut: string[] = [];
  const context = recordedContext({ view, coordinator: () => (dc === "n1" ? ({} as Coordinator) : undefined) });
  const made = new ClientDesk(context, {
    errands: { receive: ({ requestId }) => void carriedOut.push(`errand of ${requestId}`), answered: (requestId) => requestId === "e" },
    answers: { answer: (request) => (request.op === "status" ? okReply() : undefined) },
    dcRequests: { receive: (_coordinator, { requestId }, { op }) => void carriedOut.push(`${op} of ${requestId}`) },
  });
  const ask = (requestId: string, request: ClientRequest, from?: string): void => made.receive({ requestId, from }, request, ROOT_USER);
  const leadBy = (node: string | undefined): void => {
    dc = node;
    if (node === undefined) made.viewEnded();
    else made.viewBegan();
  };
  const exitCode = (requestId: string): number | undefined => context.replies.get(requestId)?.exitCode;
  const sentTo = (): (string | undefined)[] => context.sent.map(({ to }) => to);
  return { ask, carriedOut, context, exitCode, leadBy, made, sentTo };
}

describe("client desk", () => {
  it("passes on what it cannot answer to the DC, and the DC's answer back", () => {
    const { ask, exitCode, made, sentTo } = desk();
    ask("1", { op: "status" });
    ask("2", FENCE);
    expect([exitCode("1"), exitCode("2"), sentTo()]).toEqual([EXIT.ok, undefined, ["n2"]]);
    made.answered("2", okReply());
    expect(exitCode("2")).toBe(EXIT.ok);
  });

  it("leaves errands to whom they are for, without a DC", () => {
    const { ask, carriedOut, context, leadBy, made } = desk();
    leadBy(undefined);
    ask("e", { op: "errand", errand: { kind: "collected-end", archive: "x" } }, "n2");
    made.answered("e", okReply());
    expect([carriedOut, context.replies.size]).toEqual([["errand of e"], 0]);
  });

  it("carries it out on the DC, whoever passed it on", () => {
    const { ask, carriedOut, leadBy } = desk();
    leadBy("n1");
    ask("1", FENCE);
    ask("2", CLEANUP, "n3");
    expect(carriedOut).toEqual(["fence of 1", "cleanup of 2"]);
  });

  it("asks the next DC when one dies, for what may be done twice", () => {
    const { ask, exitCode, leadBy, sentTo } = desk();
    ask("1", CLEANUP);
    ask("2", FENCE);
    leadBy(undefined);
    expect([exitCode("1"), exitCode("2")]).toEqual([undefined, EXIT.tempFail]);
    leadBy("n3");
    expect(sentTo()).toEqual(["n2", "n2", "n3"]);
  });

  it("carries out what the last DC left when this node is the next", () => {
    const { ask, carriedOut, leadBy, made } = desk();
    ask("1", CLEANUP);
    leadBy(undefined);
    leadBy("n1");
    leadBy("n1");
    expect([carriedOut, made.deadlineMs()]).toEqual([["cleanup of 1"], undefined]);
  });

  it("does not pass on twice, nor without a DC, nor wait for ever", () => {
    const { ask, context, exitCode, leadBy, made, sentTo } = desk();
    ask("1", CLEANUP, "n3");
    expect(exitCode("1@n3")).toBe(EXIT.noDc);
    ask("2", CLEANUP);
    context.nowMs = made.deadlineMs() ?? 0;
    made.expire();
    expect(exitCode("2")).toBe(EXIT.tempFail);
    leadBy(undefined);
    ask("3", CLEANUP);
    expect([exitCode("3"), sentTo()]).toEqual([EXIT.noDc, ["n2"]]);
  });
});
