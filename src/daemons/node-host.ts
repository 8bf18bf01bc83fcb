import type { AclUser } from "../cib/acl.ts";
import { DigestRecipes } from "../drivers/agents/digest-recipes.ts";
import type { CommitLog } from "../drivers/disk/commit-log.ts";
import type { PlanStore } from "../drivers/disk/plan-store.ts";
import type { StateStore } from "../drivers/disk/state-store.ts";
import type { ExecutorCommand } from "../executor/command.ts";
import type { RunResult } from "../executor/run-result.ts";
import { OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import type { TransportCommand } from "../model/transport.ts";
import type { ClusterNode } from "../node/cluster-node.ts";
import type { ClientReply, ClientRequest } from "../node/interface/client.ts";
import type { NodeEffect, NodeEvent, NodeTime } from "../node/interface/node-types.ts";
import type { AgentCall, AgentRunner } from "../ports/agent-runner.ts";
import type { FenceCall, FenceResult, FenceRunner } from "../ports/fence-runner.ts";
import { ChangeWatchers } from "./change-watchers.ts";
import type { ErrandRunner } from "./errand-runner.ts";
import type { ParameterRevealer } from "./parameter-revealer.ts";
import type { PlanThread } from "./plan-thread.ts";

/** Where a line of the daemon's log goes. */
export type LogLine = (level: "info" | "notice" | "warning" | "error", text: string) => void;

/** The real world a cluster node acts on. */
export interface NodeSurroundings {
  readonly send: (command: TransportCommand) => void;
  readonly agents: AgentRunner;
  readonly fencing: FenceRunner;
  readonly commitLog: CommitLog;
  readonly stateStore: StateStore;
  readonly planStore: PlanStore;
  readonly planThread: PlanThread;
  readonly errands: ErrandRunner;
  readonly revealer: ParameterRevealer;
  readonly log: LogLine;
  /** The node has left the cluster. */
  readonly onExit: () => void;
}

const STONITH_CLASS = "stonith";

/** Runs one ClusterNode against the real world: hands it events, carries out its effects in order, keeps its timer. */
export class NodeHost {
  readonly #node: ClusterNode;
  readonly #world: NodeSurroundings;
  readonly #runs = new Map<number, () => void>();
  readonly #registeredDevices = new Set<string>();
  readonly #clients = new Map<string, (reply: ClientReply) => void>();
  readonly #watchers: ChangeWatchers;
  readonly #recipes: DigestRecipes;
  #clientId = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting: NodeEvent[] = [];
  #isStepping = false;

  constructor(node: ClusterNode, world: NodeSurroundings) {
    this.#node = node;
    this.#world = world;
    this.#recipes = new DigestRecipes(world.agents);
    this.#watchers = new ChangeWatchers(() => node.cib, node.status().node);
  }

  /** Hands the node an event. Events that arise while it works are taken in turn. */
  deliver(event: NodeEvent): void {
    this.#waiting.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
        this.#perform(this.#node.step(next, presentTime()));
    } finally {
      this.#isStepping = false;
    }
    this.#armTimer();
  }

  /** Hands on a tool's request; `reply` is called once. */
  request(request: ClientRequest, user: AclUser, reply: (reply: ClientReply) => void): void {
    if (request.op === "await-change") {
      this.#watchers.wait(request, user, reply);
      return;
    }
    this.#clientId += 1;
    const requestId = `${process.pid}.${this.#clientId}`;
    this.#clients.set(requestId, reply);
    this.deliver({ kind: "client-request", requestId, request, user });
  }

  /** Ends timers and running agents. */
  close(): void {
    clearTimeout(this.#timer);
  }

  #armTimer(): void {
    clearTimeout(this.#timer);
    const delayMs = Math.max(1, Math.min(1000, this.#node.deadlineMs() - presentTime().nowMs));
    this.#timer = setTimeout(() => this.deliver({ kind: "tick" }), delayMs);
  }

  #perform(effects: readonly NodeEffect[]): void {
    for (const [index, effect] of effects.entries()) {
      try {
        this.#performOne(effect);
      } catch (error) {
        if (effect.kind !== "persist-cib" && effect.kind !== "persist-promise") throw error;
        // What follows depends on this being on disk: none of it may happen.
        const message = error instanceof Error ? error.message : String(error);
        this.#waiting.push({ kind: "disk-failed", message, dropped: effects.slice(index + 1) });
        return;
      }
    }
  }

  #performOne(effect: NodeEffect): void {
    switch (effect.kind) {
      case "transport":
        this.#world.send(effect.command);
        return;
      case "persist-promise":
        this.#world.stateStore.update({ promised: effect.term });
        return;
      case "persist-cib":
        this.#world.commitLog.commit(effect.cib, effect.term, effect.changeKeys);
        return;
      case "run-agent":
        this.#runAgent(effect.runId, effect.command);
        return;
      case "kill-agent":
        this.#runs.get(effect.runId)?.();
        return;
      case "run-fence": {
        void this.#runFence(effect.call).then((result) => this.deliver({ kind: "fence-finished", requestId: effect.requestId, result }));
        return;
      }
      case "client-reply":
        this.#clients.get(effect.requestId)?.(effect.reply);
        this.#clients.delete(effect.requestId);
        return;
      case "errand":
        void this.#world.errands
          .carryOut(effect.errand)
          .then((reply) => this.deliver({ kind: "errand-finished", asker: effect.asker, reply }));
        return;
      case "make-plan":
        void this.#world.planThread
          .make(effect.input, effect.epochSeconds)
          .then((answer) =>
            this.deliver(
              "plan" in answer
                ? { kind: "plan-made", requestId: effect.requestId, plan: answer.plan }
                : { kind: "plan-failed", requestId: effect.requestId, ...answer },
            ),
          );
        return;
      case "save-plan":
        this.#savePlan(effect);
        return;
      case "cib-changed":
        this.#watchers.changed();
        return;
      case "log":
        this.#world.log(effect.level, effect.text);
        return;
      case "exit":
        this.#world.onExit();
        return;
    }
  }

  #savePlan(effect: Extract<NodeEffect, { kind: "save-plan" }>): void {
    try {
      this.#world.stateStore.update({ planNumber: effect.number });
      const path = this.#world.planStore.save(effect.number, effect.plan.severity, effect.input);
      if (path !== undefined) this.#world.log("info", `transition ${effect.number}: input saved in ${path}`);
    } catch (error) {
      this.#world.log(
        "warning",
        `input of transition ${effect.number} not saved: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #runAgent(runId: number, command: ExecutorCommand): void {
    const startedMs = presentTime().nowMs;
    const finish = (result: RunResult): void => {
      this.#runs.delete(runId);
      this.deliver({ kind: "agent-finished", runId, result });
    };
    const { parameters, problem } = this.#world.revealer.reveal(command.resource.id, command.operation, command.parameters);
    // What was started must be stoppable, so a stop goes on without the secret.
    if (problem !== undefined && command.operation !== "stop") {
      this.#world.log("error", `${command.resource.id}_${command.operation} not run: ${problem}`);
      finish({ exitCode: OCF.notConfigured, operationStatus: OPERATION_STATUS.noSecrets, exitReason: problem, elapsedMs: 0 });
      return;
    }
    const revealed = { ...command, parameters };
    const call = agentCall(revealed);
    const isDevice = command.resource.agentClass === STONITH_CLASS;
    const running = isDevice ? this.#runDevice(revealed) : this.#world.agents.run(call);
    const described = isDevice ? undefined : this.#recipes.recipeFor(call, startedMs);
    this.#runs.set(runId, running.cancel);
    void running.done.then(async ({ exitCode, operationStatus, exitReason, stderr }) => {
      const elapsedMs = Math.round(presentTime().nowMs - startedMs);
      for (const line of stderr.split("\n").slice(0, 20)) {
        if (line.trim() !== "") this.#world.log("info", `${command.resource.id}_${command.operation}: ${line.slice(0, 500)}`);
      }
      finish({ exitCode, operationStatus, exitReason, elapsedMs, recipe: await described });
    });
  }

  async #runFence(call: FenceCall): Promise<FenceResult> {
    const { parameters, problem } = this.#world.revealer.reveal(call.device ?? "", call.action, call.parameters);
    if (problem === undefined) return this.#world.fencing.run({ ...call, parameters }).done;
    return { verdict: "failed", exitCode: 1, isPlugOn: undefined, plugs: [], output: problem, elapsedMs: 0 };
  }

  /** A fencing device is "started" by being checked and remembered; nothing runs. */
  #runDevice(command: ExecutorCommand): ReturnType<AgentRunner["run"]> {
    const { id, type } = command.resource;
    const answer = (exitCode: number): ReturnType<AgentRunner["run"]> => ({
      done: Promise.resolve({ exitCode, operationStatus: OPERATION_STATUS.done, exitReason: "", stdout: "", stderr: "", elapsedMs: 0 }),
      cancel: () => undefined,
    });
    if (command.operation === "stop") {
      this.#registeredDevices.delete(id);
      return answer(OCF.success);
    }
    if (command.operation === "monitor" && command.intervalMs === 0)
      return answer(this.#registeredDevices.has(id) ? OCF.success : OCF.notRunning);
    const parameters = Object.fromEntries(Object.entries(command.parameters).filter(([name]) => !name.startsWith("pcmk_")));
    const running = this.#world.fencing.run({
      agent: type,
      action: "monitor",
      target: undefined,
      plug: undefined,
      plugArgument: undefined,
      parameters,
      timeoutMs: command.timeoutMs,
    });
    const done = running.done.then((result) => {
      const isGood = result.verdict === "succeeded";
      if (isGood && command.operation === "start") this.#registeredDevices.add(id);
      const operationStatus = isGood
        ? OPERATION_STATUS.done
        : result.verdict === "timed-out"
          ? OPERATION_STATUS.timedOut
          : result.verdict === "no-such-agent"
            ? OPERATION_STATUS.notInstalled
            : OPERATION_STATUS.error;
      const exitReason = isGood ? "" : (result.output.trim().split("\n").at(-1) ?? "");
      return {
        exitCode: isGood ? OCF.success : OCF.genericError,
        operationStatus,
        exitReason,
        stdout: "",
        stderr: "",
        elapsedMs: result.elapsedMs,
      };
    });
    return { done, cancel: running.cancel };
  }
}

/** Monotonic and wall-clock time of this moment. */
export function presentTime(): NodeTime {
  const epochSeconds = Math.floor(Date.now() / 1000);
  // Many events come within a second, and the text is costly.
  if (shownSecond.epochSeconds !== epochSeconds) shownSecond = { epochSeconds, dateText: ctime(new Date(epochSeconds * 1000)) };
  return { nowMs: performance.now(), ...shownSecond };
}

let shownSecond = { epochSeconds: -1, dateText: "" };

function ctime(date: Date): string {
  const [weekday, month, day, year] = date.toString().split(" ");
  return `${weekday} ${month} ${String(Number(day)).padStart(2)} ${date.toTimeString().slice(0, 8)} ${year}`;
}

function agentCall(command: ExecutorCommand): AgentCall {
  const known = ["ocf", "lsb", "heartbeat", "systemd", "service"] as const;
  const agentClass = known.find((name) => name === command.resource.agentClass) ?? "ocf";
  return {
    agentClass,
    provider: command.resource.provider,
    type: command.resource.type,
    resourceId: command.resource.id,
    action: command.operation,
    intervalMs: command.intervalMs,
    timeoutMs: command.timeoutMs,
    parameters: command.parameters,
    meta: command.meta,
  };
}
