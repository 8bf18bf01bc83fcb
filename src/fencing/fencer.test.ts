import { describe, expect, it } from "vitest";
import type { FencingDevice } from "./device.ts";
import { Fencer, type FencingEffect, type FencingRequest, newFencingRequest } from "./fencer.ts";

function device(id: string): FencingDevice {
  const none = { parameters: {}, hosts: undefined, plugs: new Map(), plugArgument: undefined, priority: 0, actions: new Map() };
  return { id, agent: "fence_test", timeoutMs: 1000, ...none };
}

function request(action: FencingRequest["action"] = "reboot"): FencingRequest {
  const asked = { id: "r1", target: "n3", cause: "test", client: "test", origin: "n1", requestedAtEpochSeconds: 1000 };
  return newFencingRequest({ ...asked, action });
}

/** Attempts that were wanted, as `DEVICE ACTION NODE`. */
const wanted = (effects: readonly FencingEffect[], made: FencingRequest): string[] =>
  effects.flatMap((effect) =>
    effect.kind === "attempt" ? [`${made.attempts.at(-1)?.device} ${effect.call.action} ${effect.executor}`] : [],
  );

/** Answers every attempt by `answer` until the request is over; gives the attempts. */
function play(fencer: Fencer, made: FencingRequest, first: FencingEffect[], answer: (attempt: string) => "succeeded" | "failed"): string[] {
  const attempts: string[] = [];
  for (let effects = first; made.verdict === "pending"; ) {
    const [attempt = ""] = wanted(effects, made);
    attempts.push(attempt);
    effects = fencer.attemptFinished("r1", attempt.split(" ")[2] ?? "", { verdict: answer(attempt), output: "" }, 1001);
  }
  return attempts;
}

describe("a fencing request", () => {
  it("ends with the first device that says it is done", () => {
    const [fencer, made] = [new Fencer(), request()];
    const effects = fencer.request(made, { levels: [[device("a")], [device("b")]], executors: ["n1", "n2"], timeoutMs: 1000 });
    expect(play(fencer, made, effects, () => "succeeded")).toEqual(["a reboot n1"]);
    expect(made).toMatchObject({ verdict: "succeeded", delegate: "n1", completedAtEpochSeconds: 1001 });
  });

  it("tries other nodes, other levels, and again, and then has failed", () => {
    const [fencer, made] = [new Fencer(), request("off")];
    const effects = fencer.request(made, { levels: [[device("a")], [device("b")]], executors: ["n1", "n2"], timeoutMs: 1000 });
    const round = ["a off n1", "a off n2", "b off n1", "b off n2"];
    expect(play(fencer, made, effects, () => "failed")).toEqual([...round, ...round, ...round]);
    expect(made.verdict).toBe("failed");
  });

  it("has failed at once when nothing can do it: it is never taken for done", () => {
    for (const means of [
      { levels: [], executors: ["n1"] },
      { levels: [[device("a")]], executors: [] },
    ]) {
      const made = request();
      new Fencer().request(made, { ...means, timeoutMs: 1000 });
      expect(made.verdict).toBe("failed");
    }
  });

  it("needs all devices of a level; a reboot switches all of them off before the first goes on", () => {
    const [fencer, made] = [new Fencer(), request()];
    const effects = fencer.request(made, { levels: [[device("psu1"), device("psu2")]], executors: ["n1"], timeoutMs: 1000 });
    expect(play(fencer, made, effects, () => "succeeded")).toEqual(["psu1 off n1", "psu2 off n1", "psu1 on n1", "psu2 on n1"]);
    expect(made.verdict).toBe("succeeded");
  });

  it("has not failed when the node was off and does not come on again", () => {
    const [fencer, made] = [new Fencer(), request()];
    const effects = fencer.request(made, { levels: [[device("psu1"), device("psu2")]], executors: ["n1"], timeoutMs: 1000 });
    play(fencer, made, effects, (attempt) => (attempt.includes(" on ") ? "failed" : "succeeded"));
    expect(made.verdict).toBe("succeeded");
  });

  it("starts a level anew when one of its devices fails", () => {
    const [fencer, made] = [new Fencer(), request("off")];
    const effects = fencer.request(made, { levels: [[device("a"), device("b")], [device("c")]], executors: ["n1"], timeoutMs: 1000 });
    expect(play(fencer, made, effects, (attempt) => (attempt.startsWith("b") ? "failed" : "succeeded"))).toEqual([
      "a off n1",
      "b off n1",
      "c off n1",
    ]);
  });

  it("goes on elsewhere when its executor is lost, and does not listen to that one any more", () => {
    const [fencer, made] = [new Fencer(), request()];
    fencer.request(made, { levels: [[device("a")]], executors: ["n2", "n1"], timeoutMs: 1000 });
    expect(wanted(fencer.executorLost("n2", 1001), made)).toEqual(["a reboot n1"]);
    expect(fencer.attemptFinished("r1", "n2", { verdict: "failed", output: "" }, 1002)).toEqual([]);
    fencer.attemptFinished("r1", "n1", { verdict: "succeeded", output: "" }, 1003);
    expect(made.verdict).toBe("succeeded");
    expect(made.attempts.map(({ verdict }) => verdict)).toEqual(["executor-lost", "succeeded"]);
  });

  it("is over when an operator says that the node is down", () => {
    const [fencer, made] = [new Fencer(), request()];
    fencer.request(made, { levels: [[device("a")]], executors: ["n1"], timeoutMs: 1000 });
    fencer.confirm({ ...request("off"), id: "operator" });
    expect(made).toMatchObject({ verdict: "succeeded", delegate: "a human" });
    expect(fencer.pendingFor("n3")).toBeUndefined();
  });
});

describe("the history of fencing", () => {
  const over = (id: string, target: string): FencingRequest => ({ ...request(), id, target, verdict: "succeeded" });
  const ids = (fencer: Fencer): string[] => fencer.history.map(({ id }) => id);

  it("is forgotten for one target or all, but not what is under way", () => {
    const fencer = new Fencer();
    fencer.adopt({ requests: [over("a", "n1"), over("b", "n2"), over("c", "n1")], forgotten: [] });
    fencer.request(request(), { levels: [[device("a")]], executors: ["n1"], timeoutMs: 1000 });
    fencer.forget("n1");
    expect(ids(fencer)).toEqual(["b", "r1"]);
    fencer.forget(undefined);
    expect(ids(fencer)).toEqual(["r1"]);
  });

  it("does not come back from nodes that still know it, and they forget it too", () => {
    const [dc, member] = [new Fencer(), new Fencer()];
    for (const fencer of [dc, member]) fencer.adopt({ requests: [over("a", "n1"), over("b", "n2")], forgotten: [] });
    dc.forget("n1");
    dc.adopt(member.record(50));
    expect(ids(dc)).toEqual(["b"]);
    member.adopt(dc.record(50));
    expect(ids(member)).toEqual(["b"]);
  });

  it("is told without what is under way, newest only", () => {
    const fencer = new Fencer();
    fencer.adopt({ requests: [over("a", "n1"), over("b", "n2"), over("c", "n1")], forgotten: [] });
    fencer.request(request(), { levels: [[device("a")]], executors: ["n1"], timeoutMs: 1000 });
    expect(fencer.record(2).requests.map(({ id }) => id)).toEqual(["b", "c"]);
  });
});
