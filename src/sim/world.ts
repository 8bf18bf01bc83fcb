import { SeededRandom } from "../base/random.ts";
import { ROOT_USER } from "../cib/acl.ts";
import { emptyCib } from "../cib/document.ts";
import type { ExecutorCommand } from "../executor/command.ts";
import { OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import { NO_TERM, type Term } from "../model/view.ts";
import type { ClientReply, ClientRequest } from "../node/client.ts";
import { ClusterNode } from "../node/cluster-node.ts";
import type { NodeEffect, NodeEvent, NodeTime } from "../node/node-types.ts";
import type { Plan, Planner } from "../node/planner.ts";
import type { FenceCall, FenceResult } from "../ports/fence-runner.ts";
import type { XmlElement } from "../xml/element.ts";
import { EventQueue } from "./event-queue.ts";
import { Network } from "./network.ts";
import { Services } from "./services.ts";

/** Settings of a simulated cluster; times in ms. */
export interface WorldOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly planner: Planner;
  readonly keepaliveMs?: number;
  readonly deadtimeMs?: number;
  readonly initdeadMs?: number;
}

/** What observers are told; each checker looks at what it needs. */
export type WorldObservation =
  | { readonly kind: "effect"; readonly node: string; readonly incarnation: string; readonly effect: NodeEffect }
  | { readonly kind: "agent-start"; readonly node: string; readonly command: ExecutorCommand }
  | { readonly kind: "fenced"; readonly node: string }
  | { readonly kind: "booted"; readonly node: string; readonly incarnation: string }
  | { readonly kind: "step" };

/** A node's machine: its disk survives, everything else does not. */
export interface Machine {
  readonly name: string;
  node: ClusterNode | undefined;
  generation: number;
  /** Of the messaging layer, which may be started again alone. */
  messagingGeneration: number;
  incarnation: string;
  isPaused: boolean;
  /** Nothing can be written. */
  isDiskFull: boolean;
  readonly postponed: NodeEvent[];
  readonly disk: { cib: XmlElement; committedTerm: Term; promised: Term; planNumber: number; changeKeys: readonly string[] };
  wakeAtMs: number;
  readonly runs: Map<number, { command: ExecutorCommand; isKilled: boolean }>;
}

const START_EPOCH_SECONDS = 1_800_000_000;

/** A cluster in a world of its own: virtual time, network, disks, services, fence device. A seed replays it exactly. */
export class World {
  readonly random: SeededRandom;
  readonly network: Network;
  readonly services = new Services();
  readonly machines = new Map<string, Machine>();
  readonly trace: string[] = [];
  /** Probability that an agent's start or monitor fails. */
  agentFailureRate = 0;
  /** Probability that one fencing attempt fails. */
  fencingFailureRate = 0;
  readonly #options: Required<Omit<WorldOptions, "planner">> & { planner: Planner };
  readonly #queue = new EventQueue();
  readonly #observers: ((observation: WorldObservation) => void)[] = [];
  readonly #lastHeardMs = new Map<string, number>();
  readonly #seenAs = new Map<string, string>();
  readonly #clients = new Map<string, (reply: ClientReply) => void>();
  #nowMs = 0;
  #clientId = 0;

  constructor(options: WorldOptions) {
    this.#options = { keepaliveMs: 200, deadtimeMs: 1000, initdeadMs: 3000, ...options };
    this.random = new SeededRandom(options.seed);
    this.network = new Network(this.random);
    for (let i = 1; i <= options.nodes; i += 1) {
      const name = `n${i}`;
      this.machines.set(name, {
        name,
        node: undefined,
        generation: 0,
        messagingGeneration: 0,
        incarnation: "",
        isPaused: false,
        isDiskFull: false,
        postponed: [],
        disk: { cib: emptyCib(), committedTerm: NO_TERM, promised: NO_TERM, planNumber: 0, changeKeys: [] },
        wakeAtMs: Number.POSITIVE_INFINITY,
        runs: new Map(),
      });
    }
    this.#beatLater();
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  get names(): string[] {
    return [...this.machines.keys()];
  }

  observe(observer: (observation: WorldObservation) => void): void {
    this.#observers.push(observer);
  }

  /** Lets something happen later. */
  after(delayMs: number, run: () => void): void {
    this.#queue.add(this.#nowMs + delayMs, run);
  }

  /** Runs until `untilMs` of virtual time. */
  run(untilMs: number): void {
    for (;;) {
      const next = this.#queue.next();
      if (!next) break;
      if (next.atMs > untilMs) {
        this.#queue.add(next.atMs, next.run);
        break;
      }
      this.#nowMs = next.atMs;
      next.run();
    }
    this.#nowMs = untilMs;
  }

  /** Runs until `condition` holds, at most `limitMs` longer; false when it never did. */
  runUntil(condition: () => boolean, limitMs: number): boolean {
    const end = this.#nowMs + limitMs;
    while (this.#nowMs < end) {
      if (condition()) return true;
      this.run(Math.min(end, this.#nowMs + 50));
    }
    return condition();
  }

  // ---- machines

  /** Starts a node's daemon (and, after a power-off, the machine). */
  boot(name: string): void {
    const machine = this.#machine(name);
    if (machine.node) return;
    machine.generation += 1;
    machine.messagingGeneration += 1;
    machine.incarnation = `${name}-${machine.generation}`;
    machine.isPaused = false;
    machine.postponed.length = 0;
    machine.runs.clear();
    machine.node = new ClusterNode(
      {
        name,
        nodeId: `id-${name}`,
        incarnation: machine.incarnation,
        configuredNodes: this.names,
        quorum: { isTwoNode: this.names.length === 2, isWaitForAll: this.names.length === 2 },
        election: { acceptMs: 1000, proposalMs: 3000, suspicionMs: 5000 },
        helloMs: 1000,
        commitMs: 2000,
        version: "sim",
      },
      machine.disk,
      this.#options.planner,
      this.#nowMs,
    );
    for (const other of this.names) {
      this.#lastHeardMs.set(`${name}<${other}`, Number.NEGATIVE_INFINITY);
      this.#seenAs.set(`${name}<${other}`, "init");
      this.#seenAs.delete(`${name}<${other}#`);
    }
    this.#tell({ kind: "booted", node: name, incarnation: machine.incarnation });
    this.log(name, "boots");
    const { generation } = machine;
    this.after(this.#options.initdeadMs, () => {
      if (machine.generation === generation)
        this.deliver(name, { kind: "transport", event: { kind: "communication-up", nowMs: this.#nowMs } });
    });
    this.deliver(name, { kind: "tick" });
  }

  /** Kills the daemon alone: what it started goes on running. */
  killDaemon(name: string): void {
    const machine = this.#machine(name);
    if (!machine.node) return;
    this.log(name, "daemon killed");
    machine.node = undefined;
    machine.wakeAtMs = Number.POSITIVE_INFINITY;
    machine.runs.clear();
  }

  /** Fills the disk of a machine, or makes room on it. */
  setDiskFull(name: string, isFull: boolean): void {
    this.#machine(name).isDiskFull = isFull;
    this.log(name, isFull ? "disk full" : "room on the disk");
  }

  /** The messaging layer of a node dies and is started again; what was on its way is lost. */
  restartMessaging(name: string): void {
    const machine = this.#machine(name);
    if (!machine.node) return;
    this.log(name, "messaging restarted");
    machine.messagingGeneration += 1;
    for (const other of this.names) {
      this.network.drop(name, other);
      this.network.drop(other, name);
      if (this.#seenAs.get(`${name}<${other}`) === "active") this.#seenAs.set(`${name}<${other}`, "init");
      this.#seenAs.delete(`${name}<${other}#`);
    }
    this.deliver(name, { kind: "transport", event: { kind: "restarted", nowMs: this.#nowMs } });
  }

  /** Cuts the machine's power. */
  powerOff(name: string): void {
    this.log(name, "power off");
    this.services.powerOff(name);
    this.killDaemon(name);
    this.#machine(name).isPaused = false;
  }

  /** Stops the machine's clock, agents and all, without taking its services down. */
  pause(name: string): void {
    this.#machine(name).isPaused = true;
    this.log(name, "paused");
  }

  resume(name: string): void {
    const machine = this.#machine(name);
    if (!machine.isPaused) return;
    machine.isPaused = false;
    this.log(name, "resumed");
    for (const event of machine.postponed.splice(0)) this.deliver(name, event);
    this.deliver(name, { kind: "tick" });
  }

  /** Cuts the network between two groups of nodes, in both directions. */
  partition(groupA: readonly string[]): void {
    for (const a of this.names) {
      for (const b of this.names) if (a !== b && groupA.includes(a) !== groupA.includes(b)) this.network.setCut(a, b, true);
    }
    this.log("*", `partition ${groupA.join(" ")} | ${this.names.filter((n) => !groupA.includes(n)).join(" ")}`);
  }

  heal(): void {
    this.network.healAll();
    this.log("*", "network healed");
  }

  /** Sends a client's request to a node; `onReply` is called at most once. */
  request(name: string, request: ClientRequest, onReply: (reply: ClientReply) => void): void {
    this.#clientId += 1;
    const requestId = `c${this.#clientId}`;
    this.#clients.set(requestId, onReply);
    this.deliver(name, { kind: "client-request", requestId, request, user: ROOT_USER });
  }

  /** Hands an event to a node's daemon, and carries out what it wants. */
  deliver(name: string, event: NodeEvent): void {
    const machine = this.#machine(name);
    if (!machine.node) return;
    if (machine.isPaused) {
      if (event.kind !== "tick") machine.postponed.push(event);
      return;
    }
    const effects = machine.node.step(event, this.#time());
    for (const [index, effect] of effects.entries()) {
      if (machine.isDiskFull && (effect.kind === "persist-cib" || effect.kind === "persist-promise")) {
        // What follows depends on this being on disk: none of it happens.
        this.deliver(name, { kind: "disk-failed", message: "no space left on device", dropped: effects.slice(index + 1) });
        break;
      }
      this.#tell({ kind: "effect", node: name, incarnation: machine.incarnation, effect });
      this.#perform(machine, effect);
    }
    this.#wake(machine);
    this.#tell({ kind: "step" });
  }

  log(node: string, text: string): void {
    this.trace.push(`${(this.#nowMs / 1000).toFixed(3).padStart(9)} ${node}: ${text}`);
    if (this.trace.length > 20_000) this.trace.splice(0, 5000);
  }

  // ---- inner workings

  #machine(name: string): Machine {
    const machine = this.machines.get(name);
    if (!machine) throw new RangeError(`no node ${name}`);
    return machine;
  }

  #time(): NodeTime {
    const epochSeconds = START_EPOCH_SECONDS + Math.floor(this.#nowMs / 1000);
    return { nowMs: this.#nowMs, epochSeconds, dateText: `second ${epochSeconds}` };
  }

  #tell(observation: WorldObservation): void {
    for (const observer of this.#observers) observer(observation);
  }

  #wake(machine: Machine): void {
    if (!machine.node) return;
    const at = Math.max(this.#nowMs + 1, machine.node.deadlineMs());
    if (at >= machine.wakeAtMs && machine.wakeAtMs > this.#nowMs) return;
    machine.wakeAtMs = at;
    this.#queue.add(at, () => {
      if (machine.wakeAtMs !== at) return;
      machine.wakeAtMs = Number.POSITIVE_INFINITY;
      this.deliver(machine.name, { kind: "tick" });
    });
  }

  #perform(machine: Machine, effect: NodeEffect): void {
    switch (effect.kind) {
      case "transport":
        if (effect.command.kind === "leave") this.#leave(machine);
        else this.#send(machine, effect.command.to, effect.command.text);
        return;
      case "persist-promise":
        machine.disk.promised = effect.term;
        return;
      case "persist-cib": {
        machine.disk.cib = stored(effect.cib);
        machine.disk.committedTerm = effect.term;
        machine.disk.changeKeys = effect.changeKeys;
        return;
      }
      case "run-agent":
        this.#runAgent(machine, effect.runId, effect.command);
        return;
      case "kill-agent": {
        const run = machine.runs.get(effect.runId);
        if (run) run.isKilled = true;
        return;
      }
      case "run-fence":
        this.#runFence(machine, effect.requestId, effect.call);
        return;
      case "client-reply": {
        const client = this.#clients.get(effect.requestId);
        this.#clients.delete(effect.requestId);
        client?.(effect.reply);
        return;
      }
      case "errand":
        this.deliver(machine.name, {
          kind: "errand-finished",
          asker: effect.asker,
          reply: { exitCode: 0, message: "OK", output: `${effect.errand.kind} on ${machine.name}` },
        });
        return;
      case "save-plan":
        machine.disk.planNumber = effect.number;
        return;
      case "log":
        this.log(machine.name, `${effect.level}: ${effect.text}`);
        return;
      case "exit":
        machine.node = undefined;
        return;
      case "cib-changed":
        return;
    }
  }

  #leave(machine: Machine): void {
    for (const other of this.names) {
      if (other === machine.name || this.network.isCut(machine.name, other)) continue;
      this.after(5, () => this.#setSeen(other, machine.name, "dead", machine.messagingGeneration, true));
    }
  }

  #send(machine: Machine, to: string | undefined, text: string): void {
    const targets = to === undefined ? this.names.filter((name) => name !== machine.name) : [to];
    for (const target of targets) {
      const seen = this.#seenAs.get(`${machine.name}<${target}`);
      // The messaging layer sends to peers it hears only.
      if (seen !== "active" || !this.machines.has(target)) continue;
      const parcel = {
        from: machine.name,
        to: target,
        text,
        fromGeneration: machine.messagingGeneration,
        toGeneration: this.#machine(target).messagingGeneration,
      };
      if (this.network.isCut(machine.name, target) || this.network.isHolding(machine.name, target)) this.network.hold(parcel);
      else this.#carry(parcel);
    }
  }

  #carry(parcel: { from: string; to: string; text: string; fromGeneration: number; toGeneration: number }): void {
    if (this.network.mislays(parcel.from, parcel.to, parcel.text)) return;
    this.#queue.add(this.network.arrivalMs(parcel.from, parcel.to, this.#nowMs), () => {
      const receiver = this.#machine(parcel.to);
      if (receiver.messagingGeneration !== parcel.toGeneration) return;
      if (this.network.isCut(parcel.from, parcel.to)) {
        this.network.hold(parcel);
        return;
      }
      // A receiver that gave the sender up has thrown its stream away.
      if (this.#seenAs.get(`${parcel.to}<${parcel.from}`) !== "active") return;
      this.deliver(parcel.to, {
        kind: "transport",
        event: { kind: "message", from: parcel.from, generation: parcel.fromGeneration, text: parcel.text, nowMs: this.#nowMs },
      });
    });
  }

  #beatLater(): void {
    this.after(this.#options.keepaliveMs, () => {
      this.#beat();
      this.#beatLater();
    });
  }

  /** One round of beats: who is heard, who has fallen silent. */
  #beat(): void {
    for (const parcel of this.network.released()) this.#carry(parcel);
    for (const receiver of this.machines.values()) {
      if (!receiver.node || receiver.isPaused) continue;
      for (const sender of this.machines.values()) {
        if (sender === receiver) continue;
        const key = `${receiver.name}<${sender.name}`;
        const isBeating = sender.node !== undefined && !sender.isPaused;
        if (isBeating && this.network.beatArrives(sender.name, receiver.name)) {
          this.#lastHeardMs.set(key, this.#nowMs);
          this.#setSeen(receiver.name, sender.name, "active", sender.messagingGeneration, false);
        } else if (this.#nowMs - (this.#lastHeardMs.get(key) ?? Number.NEGATIVE_INFINITY) > this.#options.deadtimeMs) {
          this.#setSeen(receiver.name, sender.name, "dead", sender.messagingGeneration, false);
        }
      }
    }
  }

  #setSeen(receiver: string, sender: string, status: "active" | "dead", generation: number, hasLeftCleanly: boolean): void {
    const key = `${receiver}<${sender}`;
    const text = status === "active" ? `active ${generation}` : "dead";
    const known = this.#seenAs.get(`${key}#`);
    if (known === text || (status === "dead" && known === undefined)) return;
    this.#seenAs.set(`${key}#`, text);
    this.#seenAs.set(key, status);
    if (status === "dead") this.network.drop(sender, receiver);
    this.deliver(receiver, {
      kind: "transport",
      event: { kind: "peer-status", node: sender, status, generation, hasLeftCleanly, nowMs: this.#nowMs },
    });
  }

  #runAgent(machine: Machine, runId: number, command: ExecutorCommand): void {
    const { generation } = machine;
    machine.runs.set(runId, { command, isKilled: false });
    this.#tell({ kind: "agent-start", node: machine.name, command });
    const isFailing = this.random.next() < this.agentFailureRate && (command.operation === "start" || command.intervalMs > 0);
    const elapsedMs = 5 + this.random.next() * 60;
    // The service changes its state in the middle of the run, as a real one does.
    const act = (delayMs: number, run: () => void): void => {
      this.after(delayMs, () => {
        if (machine.isPaused) act(100, run);
        else if (machine.generation === generation && machine.runs.has(runId)) run();
      });
    };
    act(elapsedMs / 2, () => {
      if (command.operation === "start" && !isFailing) this.services.start(command.resource.id, machine.name);
      if (command.operation === "stop") this.services.stop(command.resource.id, machine.name);
    });
    act(elapsedMs, () => {
      const run = machine.runs.get(runId);
      machine.runs.delete(runId);
      const isActive = this.services.activeOn(command.resource.id).has(machine.name);
      const exitCode = isFailing ? OCF.genericError : command.operation === "monitor" && !isActive ? OCF.notRunning : OCF.success;
      const operationStatus = run?.isKilled ? OPERATION_STATUS.cancelled : OPERATION_STATUS.done;
      this.deliver(machine.name, {
        kind: "agent-finished",
        runId,
        result: { exitCode, operationStatus, exitReason: isFailing ? "made to fail" : "", elapsedMs: Math.round(elapsedMs) },
      });
    });
  }

  #runFence(machine: Machine, requestId: string, call: FenceCall): void {
    const { generation } = machine;
    const delayMs = 20 + this.random.next() * 500;
    this.after(delayMs, () => {
      const hasFailed = this.random.next() < this.fencingFailureRate;
      const target = call.target;
      if (!hasFailed && target !== undefined && ["off", "reboot"].includes(call.action)) {
        this.powerOff(target);
        this.#tell({ kind: "fenced", node: target });
        if (call.action === "reboot") this.after(4000 + this.random.next() * 4000, () => this.boot(target));
      }
      const result: FenceResult = {
        verdict: hasFailed ? "failed" : "succeeded",
        exitCode: hasFailed ? 1 : 0,
        isPlugOn: undefined,
        plugs: [],
        output: hasFailed ? "made to fail" : "",
        elapsedMs: delayMs,
      };
      if (machine.generation === generation) this.deliver(machine.name, { kind: "fence-finished", requestId, result });
    });
  }
}

/** What a disk keeps of a CIB: no status, as the file has none. */
function stored(cib: XmlElement): XmlElement {
  const copy = cib.clone();
  const status = copy.child("status");
  if (status) status.children.length = 0;
  return copy.set("num_updates", "0");
}

export type { Plan };
