import type { SeededRandom } from "../base/random.ts";
import type { ExecutorCommand } from "../executor/command.ts";
import { OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import type { NodeEffect, NodeEvent } from "../node/interface/node-types.ts";
import type { Planner } from "../node/interface/planner.ts";
import type { FenceCall, FenceResult } from "../ports/fence-runner.ts";
import { parseXml } from "../xml/parse.ts";
import type { Machine } from "./machine.ts";
import type { Services } from "./services.ts";

/** What agents and fencing devices need of the world; times in ms. */
export interface WorkPort {
  readonly random: SeededRandom;
  readonly services: Services;
  after(delayMs: number, run: () => void): void;
  deliver(node: string, event: NodeEvent): void;
  powerOff(node: string): void;
  boot(node: string): void;
  /** An agent begins its run. */
  agentStarted(node: string, command: ExecutorCommand): void;
  /** A node was cut from power by a device. */
  fenced(node: string): void;
}

/** The slow parts of the world that do what daemons ask for: agents, and fencing devices. */
export class Work {
  readonly #port: WorkPort;
  /** Probability that an agent's start, promote or recurring monitor fails. */
  agentFailureRate = 0;
  /** Runs of agents that fail, besides those that do by chance. */
  failing: (command: ExecutorCommand) => boolean = () => false;
  /** How much longer than others a run of an agent takes, ms. */
  delayMs: (command: ExecutorCommand) => number = () => 0;
  /** Probability that one fencing attempt fails. */
  fencingFailureRate = 0;
  /** Probability that whoever makes a plan elsewhere ends without one. */
  plannerFailureRate = 0;

  constructor(port: WorkPort) {
    this.#port = port;
  }

  runAgent(machine: Machine, runId: number, command: ExecutorCommand): void {
    const { after, deliver, random, services } = this.#port;
    const { generation } = machine;
    machine.runs.set(runId, { command, isKilled: false });
    this.#port.agentStarted(machine.name, command);
    const isByChance =
      random.next() < this.agentFailureRate && (["start", "promote"].includes(command.operation) || command.intervalMs > 0);
    const isFailing = isByChance || this.failing(command);
    const elapsedMs = 5 + random.next() * 60 + this.delayMs(command);
    // The service changes its state in the middle of the run, as a real one does.
    const act = (delayMs: number, run: () => void): void => {
      after(delayMs, () => {
        if (machine.isPaused) act(100, run);
        else if (machine.generation === generation && machine.runs.has(runId)) run();
      });
    };
    act(elapsedMs / 2, () => {
      if (command.operation === "start" && !isFailing) services.start(command.resource.id, machine.name);
      if (command.operation === "stop") services.stop(command.resource.id, machine.name);
      if (command.operation === "promote" && !isFailing) services.promote(command.resource.id, machine.name);
      if (command.operation === "demote") services.demote(command.resource.id, machine.name);
    });
    act(elapsedMs, () => {
      const run = machine.runs.get(runId);
      machine.runs.delete(runId);
      const exitCode = isFailing ? OCF.genericError : command.operation === "monitor" ? this.#found(machine, command) : OCF.success;
      const operationStatus = run?.isKilled ? OPERATION_STATUS.cancelled : OPERATION_STATUS.done;
      const result = { exitCode, operationStatus, exitReason: isFailing ? "made to fail" : "", elapsedMs: Math.round(elapsedMs) };
      deliver(machine.name, { kind: "agent-finished", runId, result });
    });
  }

  /** What a monitor finds. */
  #found({ name }: Machine, { resource }: ExecutorCommand): number {
    const { services } = this.#port;
    if (services.promotedOn(resource.id).has(name)) return OCF.runningPromoted;
    return services.activeOn(resource.id).has(name) ? OCF.success : OCF.notRunning;
  }

  /** Makes a plan as another thread does: later, and sometimes not at all. */
  makePlan(machine: Machine, wish: Extract<NodeEffect, { kind: "make-plan" }>, planner: Planner, planningMs: number): void {
    const { after, deliver, random } = this.#port;
    const { generation } = machine;
    const { requestId } = wish;
    const isLost = random.next() < this.plannerFailureRate;
    after(planningMs, () => {
      if (machine.generation !== generation) return;
      const cib = parseXml(wish.input);
      if (isLost || !cib.ok) deliver(machine.name, { kind: "plan-failed", requestId, message: "the thread ended", isTooSlow: false });
      else deliver(machine.name, { kind: "plan-made", requestId, plan: planner(cib.value, wish.epochSeconds) });
    });
  }

  runFence(machine: Machine, requestId: string, call: FenceCall): void {
    const { after, boot, deliver, fenced, powerOff, random } = this.#port;
    const { generation } = machine;
    const delayMs = 20 + random.next() * 500;
    after(delayMs, () => {
      const hasFailed = random.next() < this.fencingFailureRate;
      const target = call.target;
      if (!hasFailed && target !== undefined && ["off", "reboot"].includes(call.action)) {
        powerOff(target);
        fenced(target);
        if (call.action === "reboot") after(4000 + random.next() * 4000, () => boot(target));
      }
      const result: FenceResult = {
        verdict: hasFailed ? "failed" : "succeeded",
        exitCode: hasFailed ? 1 : 0,
        isPlugOn: undefined,
        plugs: [],
        output: hasFailed ? "made to fail" : "",
        elapsedMs: delayMs,
      };
      if (machine.generation === generation) deliver(machine.name, { kind: "fence-finished", requestId, result });
    });
  }
}
