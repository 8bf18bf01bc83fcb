import { describe, expect, it } from "vitest";
import type { TransportEvent } from "../model/transport.ts";
import type { Term } from "../model/view.ts";
import { recordedContext } from "../sim/recorded-context.ts";
import type { Coordinator } from "./dc/coordinator.ts";
import { encodeMessage, type NodeMessage } from "./interface/messages.ts";
import { MessageIntake, type MessageReceivers } from "./message-intake.ts";
import { PeerTable } from "./views/peer-table.ts";

const TERM: Term = { round: 3, candidate: "n2" };
const ORDER = { type: "fence", term: TERM, requestId: "r", call: {} } as unknown as NodeMessage;

/** The node n1 in the view of n2, unless it leads one itself or is in none. */
function intake(place: "member" | "DC" | "nowhere" = "member") {
  const done: string[] = [];
  const note = (what: string) => () => void done.push(what);
  const context = recordedContext({
    promised: () => TERM,
    view: () => (place === "nowhere" ? undefined : { term: TERM, members: [] }),
    coordinator: () =>
      place === "DC"
        ? ({ missing: { inquireAll: (node?: string) => done.push(`inquire of ${node ?? "all"}`) } } as unknown as Coordinator)
        : undefined,
  });
  const receivers = {
    peers: new PeerTable("n1", "n1-1"),
    fencing: { ordered: note("fence"), executorLost: (node: string) => done.push(`no fencing by ${node}`) },
    errands: { nodeLost: (node: string) => done.push(`no errands to ${node}`) },
    greeting: { repeat: note("greet") },
    update: { flush: note("flush") },
    views: { isLeading: place === "DC", sendAgain: (node?: string) => done.push(`again to ${node ?? "all"}`) },
  };
  const made = new MessageIntake(context, receivers as unknown as MessageReceivers);
  const message = (from: string, text: string, generation = 1): void => made.take({ kind: "message", from, generation, text, nowMs: 0 });
  const status = (node: string, state: "active" | "dead", generation = 1): void =>
    made.take({ kind: "peer-status", node, status: state, generation, hasLeftCleanly: false, nowMs: 0 } as TransportEvent);
  const hello = (from: string, incarnation: string, generation: number): void =>
    message(from, encodeMessage({ type: "hello", incarnation, hears: [], companions: [] } as unknown as NodeMessage), generation);
  return { context, done, hello, made, message, status };
}

describe("orders", () => {
  it("of the DC whose term is in force are obeyed", () => {
    const { done, message } = intake();
    message("n2", encodeMessage(ORDER));
    expect(done).toEqual(["fence"]);
  });

  it.each([
    ["in an older term", "n2", { ...TERM, round: 2 }, "member"],
    ["in a newer term", "n2", { ...TERM, round: 4 }, "member"],
    ["of who is not the DC", "n3", TERM, "member"],
    ["for a node that is in no view", "n2", TERM, "nowhere"],
  ] as const)("%s are refused", (_what, from, term, place) => {
    const { context, done, message } = intake(place);
    message(from, encodeMessage({ ...ORDER, term } as NodeMessage));
    expect([done, context.logged.length]).toEqual([[], 1]);
    expect(context.logged[0]).toContain(`refused an order of ${from}`);
  });
});

describe("the messaging layer", () => {
  it("may hand over nonsense", () => {
    const { context, done, message } = intake();
    message("n2", "{");
    message("n2", "[]");
    expect([done, context.logged.length]).toEqual([[], 2]);
  });

  it("says who comes and who dies; of this node itself that is no news", () => {
    const { done, status } = intake();
    status("n1", "active");
    status("n3", "active");
    status("n3", "dead");
    expect(done).toEqual(["greet", "no fencing by n3", "no errands to n3"]);
  });

  it("of a member was started again: the DC sends it what it may have missed, and asks it", () => {
    const { context, done, hello } = intake("DC");
    hello("n3", "n3-1", 1);
    hello("n3", "n3-1", 1);
    expect(done).toEqual(["greet"]);
    hello("n3", "n3-1", 2);
    expect(done).toEqual(["greet", "greet", "flush", "again to n3", "inquire of n3"]);
    expect(context.logged).toEqual(["messages with n3 may have been lost: its state is checked"]);
  });

  it("of the DC was started again: all may have missed something, and are heard again first", () => {
    const { done, made, status } = intake("DC");
    status("n2", "active");
    status("n3", "active");
    made.take({ kind: "restarted" } as TransportEvent);
    done.length = 0;
    status("n2", "active", 2);
    expect(done).toEqual(["greet"]);
    status("n3", "active", 2);
    expect(done).toEqual(["greet", "greet", "greet", "flush", "again to all", "inquire of all"]);
  });

  it("is the DC's care alone", () => {
    const { done, hello } = intake();
    hello("n3", "n3-1", 1);
    hello("n3", "n3-1", 2);
    expect(done).toEqual(["greet", "greet"]);
  });
});
