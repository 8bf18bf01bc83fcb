import { describe, expect, it } from "vitest";
import { OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import type { XmlElement } from "../xml/element.ts";
import type { ExecutorCommand } from "./command.ts";
import { Executor, type ExecutorEffect } from "./executor.ts";

let number = 0;

function command(operation: string, intervalMs = 0, id = "web"): ExecutorCommand {
  number += 1;
  return {
    transitionKey: `${number}:1:${operation === "monitor" && intervalMs === 0 ? 7 : 0}:uuid`,
    resource: { id, agentClass: "ocf", provider: "kodou", type: "Dummy" },
    operation,
    intervalMs,
    timeoutMs: 20_000,
    startDelayMs: 0,
    parameters: {},
    meta: {},
  };
}

const at = (nowMs: number): { nowMs: number; epochSeconds: number } => ({ nowMs, epochSeconds: 1000 + Math.floor(nowMs / 1000) });
const done = (exitCode: number): { exitCode: number; operationStatus: number; exitReason: string; elapsedMs: number } => ({
  exitCode,
  operationStatus: OPERATION_STATUS.done,
  exitReason: "",
  elapsedMs: 5,
});
const runs = (effects: readonly ExecutorEffect[]): string[] => effects.flatMap((e) => (e.kind === "run" ? [e.command.operation] : []));
const lastRun = (effects: readonly ExecutorEffect[]): number => effects.reduce((id, e) => (e.kind === "run" ? e.runId : id), -1);
const reports = (effects: readonly ExecutorEffect[]): number[] => effects.flatMap((e) => (e.kind === "report" ? [e.outcome.exitCode] : []));

describe("an executor", () => {
  it("runs one operation of a resource at a time, and different resources side by side", () => {
    const executor = new Executor("n1", "id1");
    const first = executor.execute(command("start"), at(0));
    expect(runs(first)).toEqual(["start"]);
    expect(runs(executor.execute(command("stop"), at(1)))).toEqual([]);
    expect(runs(executor.execute(command("start", 0, "db"), at(1)))).toEqual(["start"]);
    expect(executor.isBusy("web")).toBe(true);
    const next = executor.finished(lastRun(first), done(OCF.success), at(2));
    expect(reports(next)).toEqual([OCF.success]);
    expect(runs(next)).toEqual(["stop"]);
  });

  it("tells an agent once what several plans announce", () => {
    const executor = new Executor("n1", "id1");
    const announce = (plan: number, subject: string): ExecutorCommand => ({
      ...command("notify"),
      transitionKey: `5:${plan}:0:uuid`,
      meta: { notify_type: "pre", notify_operation: "promote", notify_promote_resource: subject },
    });
    const keys = (effects: readonly ExecutorEffect[]): string[] =>
      effects.flatMap((effect) => (effect.kind === "report" ? [effect.command.transitionKey] : []));

    let effects = executor.execute(announce(1, "web:0"), at(0));
    expect(runs(effects)).toEqual(["notify"]);
    // Another plan announces something else, and a third what the agent hears at the moment.
    expect(executor.execute(announce(2, "web:1"), at(10))).toEqual([]);
    expect(executor.execute(announce(3, "web:0"), at(20))).toEqual([]);
    effects = executor.finished(lastRun(effects), done(OCF.success), at(1000));
    expect(keys(effects)).toEqual(["5:3:0:uuid"]);
    expect(runs(effects)).toEqual([]);
    // It was told, and nothing happened since.
    expect(keys(executor.execute(announce(4, "web:0"), at(2000)))).toEqual(["5:4:0:uuid"]);
    // Told too long ago, or something happened since.
    effects = executor.execute(announce(5, "web:0"), at(70_000));
    expect(runs(effects)).toEqual(["notify"]);
    executor.finished(lastRun(effects), done(OCF.success), at(70_001));
    executor.finished(lastRun(executor.execute(command("promote"), at(70_002))), done(OCF.success), at(70_003));
    expect(runs(executor.execute(announce(6, "web:0"), at(70_004)))).toEqual(["notify"]);
  });

  it("tells everything that happened, and all that one plan announces", () => {
    const executor = new Executor("n1", "id1");
    const tell = (plan: number, type: string, operation: string): ExecutorCommand => ({
      ...command("notify"),
      transitionKey: `5:${plan}:0:uuid`,
      meta: { notify_type: type, notify_operation: operation },
    });
    let effects = executor.execute(tell(1, "post", "start"), at(0));
    for (const [type, operation] of [
      ["post", "start"],
      ["pre", "demote"],
      ["pre", "stop"],
    ] as const)
      executor.execute(tell(2, type, operation), at(1));
    const told: string[] = [];
    for (let nowMs = 2; runs(effects).length > 0; nowMs += 1) {
      effects = executor.finished(lastRun(effects), done(OCF.success), at(nowMs));
      told.push(...effects.flatMap((e) => (e.kind === "report" ? Object.values(e.command.meta).join(" ") : [])));
    }
    expect(told).toEqual(["post start", "post start", "pre demote", "pre stop"]);
  });

  it("ends what runs with the parameters it was begun with", () => {
    const executor = new Executor("n1", "id1");
    const parametersOf = (effects: readonly ExecutorEffect[]): unknown =>
      effects.flatMap((e) => (e.kind === "run" ? [e.command.parameters] : []));
    const ip = (operation: string, address: string): ExecutorCommand => ({ ...command(operation), parameters: { ip: address } });
    let effects = executor.execute(ip("start", "10.0.0.1"), at(0));
    // Ordered before the start is over.
    executor.execute(ip("demote", "10.0.0.2"), at(1));
    effects = executor.finished(lastRun(effects), done(OCF.success), at(2));
    expect(parametersOf(effects)).toEqual([{ ip: "10.0.0.1" }]);
    executor.finished(lastRun(effects), done(OCF.success), at(3));
    effects = executor.execute(ip("stop", "10.0.0.2"), at(4));
    expect(parametersOf(effects)).toEqual([{ ip: "10.0.0.1" }]);
    executor.finished(lastRun(effects), done(OCF.success), at(5));
    effects = executor.execute(ip("start", "10.0.0.2"), at(6));
    expect(parametersOf(effects)).toEqual([{ ip: "10.0.0.2" }]);
    executor.finished(lastRun(effects), done(OCF.success), at(7));
    // A recurring monitor with other parameters has begun nothing; a reload has.
    executor.finished(lastRun(executor.execute({ ...ip("monitor", "10.0.0.3"), intervalMs: 1000 }, at(8))), done(OCF.success), at(9));
    executor.finished(lastRun(executor.execute(ip("reload-agent", "10.0.0.4"), at(10))), done(OCF.success), at(11));
    effects = executor.execute(ip("stop", "10.0.0.5"), at(12));
    expect(parametersOf(effects)).toEqual([{ ip: "10.0.0.4" }]);
    executor.finished(lastRun(effects), done(OCF.success), at(13));
    // It was looked for with one address, and came over from another node with the next.
    executor.finished(lastRun(executor.execute(ip("monitor", "10.0.0.6"), at(14))), done(OCF.notRunning), at(15));
    executor.finished(lastRun(executor.execute(ip("migrate_from", "10.0.0.7"), at(16))), done(OCF.success), at(17));
    expect(parametersOf(executor.execute(ip("stop", "10.0.0.8"), at(18)))).toEqual([{ ip: "10.0.0.7" }]);
  });

  it("goes on monitoring what is reloaded, and records it as started with its new parameters", () => {
    const executor = new Executor("n1", "id1");
    executor.finished(lastRun(executor.execute(command("start"), at(0))), done(OCF.success), at(1));
    executor.finished(lastRun(executor.execute(command("monitor", 1000), at(2))), done(OCF.success), at(3));
    const recipe = { restartParameters: ["state"], secretParameters: [] };
    const effects = executor.execute({ ...command("reload-agent"), parameters: { fake: "two" } }, at(10));
    const last = (): XmlElement | undefined => executor.historyOf("web")?.child("lrm_rsc_op", "web_last_0");
    expect(last()?.get("operation")).toBe("start");
    expect(last()?.get("op-status")).toBe("0");
    const before = last()?.get("op-digest");
    executor.finished(lastRun(effects), { ...done(OCF.success), recipe }, at(20));
    expect(last()?.get("operation_key")).toBe("web_start_0");
    expect(last()?.get("op-digest")).not.toBe(before);
    expect(last()?.get("op-force-restart")).toBe("  state  ");
    expect(executor.deadlineMs()).toBe(1003);
    // One that failed is known to have failed, and no more.
    executor.finished(lastRun(executor.execute(command("reload-agent"), at(30))), done(OCF.genericError), at(40));
    expect(executor.historyOf("web")?.child("lrm_rsc_op", "web_last_failure_0")?.get("operation")).toBe("monitor");
  });

  it("repeats a monitor its interval after the last run, and reports changes only", () => {
    const executor = new Executor("n1", "id1");
    let effects = executor.execute(command("monitor", 1000), at(0));
    const seen: number[] = [];
    for (const [nowMs, exitCode] of [
      [100, 0],
      [1200, 0],
      [2300, 7],
      [3400, 7],
      [4500, 0],
    ] as const) {
      effects = executor.finished(lastRun(effects), done(exitCode), at(nowMs));
      seen.push(...reports(effects));
      expect(executor.deadlineMs()).toBe(nowMs + 1000);
      expect(runs(executor.tick(at(nowMs + 999)))).toEqual([]);
      effects = executor.tick(at(nowMs + 1000));
      expect(runs(effects)).toEqual(["monitor"]);
    }
    expect(seen).toEqual([0, 7, 0]);
  });

  it("ends recurring operations before anything else happens to the resource", () => {
    const executor = new Executor("n1", "id1");
    const monitor = executor.execute(command("monitor", 1000), at(0));
    const stop = executor.execute(command("stop"), at(10));
    expect(stop).toContainEqual({ kind: "kill", runId: lastRun(monitor) });
    const after = executor.finished(lastRun(monitor), { ...done(1), operationStatus: OPERATION_STATUS.cancelled }, at(20));
    expect(reports(after)).toEqual([]);
    expect(runs(after)).toEqual(["stop"]);
    expect(runs(executor.tick(at(5000)))).toEqual([]);
  });

  it("knows what may be active here, from its own history", () => {
    const executor = new Executor("n1", "id1");
    const perform = (operation: string, exitCode: number): void => {
      executor.finished(lastRun(executor.execute(command(operation), at(0))), done(exitCode), at(1));
    };
    expect(executor.activeResources()).toEqual([]);
    perform("monitor", OCF.notRunning);
    expect(executor.activeResources()).toEqual([]);
    perform("start", OCF.success);
    expect(executor.activeResources()).toEqual(["web"]);
    perform("stop", OCF.genericError);
    expect(executor.activeResources()).toEqual(["web"]);
    perform("stop", OCF.success);
    expect(executor.activeResources()).toEqual([]);
    executor.execute(command("start"), at(2));
    expect(executor.activeResources()).toEqual(["web"]);
  });

  it("refuses more than it can remember", () => {
    const executor = new Executor("n1", "id1");
    const refused = Array.from({ length: 100 }, () => executor.execute(command("start"), at(0))).filter(
      (effects) => reports(effects).length > 0,
    );
    expect(refused).toHaveLength(35);
  });
});
