import { SeededRandom } from "../base/random.ts";
import type { ExecutorCommand } from "../executor/command.ts";
import type { ClientReply, ClientRequest } from "../node/interface/client.ts";
import type { NodeEffect, NodeEvent } from "../node/interface/node-types.ts";
import type { Planner } from "../node/interface/planner.ts";
import { Daemons } from "./daemons.ts";
import { type Machine, newMachine } from "./machine.ts";
import { Messaging } from "./messaging.ts";
import { Network } from "./network.ts";
import { Services } from "./services.ts";
import { VirtualTime } from "./virtual-time.ts";
import { Work } from "./work.ts";

/** Settings of a simulated cluster; times in ms. */
export interface WorldOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly planner: Planner;
  readonly keepaliveMs?: number;
  readonly deadtimeMs?: number;
  readonly initdeadMs?: number;
  /** Plans for histories of more resources than this are made elsewhere; never by default. */
  readonly planElsewhereAbove?: number;
  /** How long a plan takes that is made elsewhere. */
  readonly planningMs?: number;
}

/** What observers are told; each checker looks at what it needs. */
export type WorldObservation =
  | { readonly kind: "effect"; readonly node: string; readonly incarnation: string; readonly effect: NodeEffect }
  | { readonly kind: "agent-start"; readonly node: string; readonly command: ExecutorCommand }
  | { readonly kind: "fenced"; readonly node: string }
  | { readonly kind: "booted"; readonly node: string; readonly incarnation: string }
  | { readonly kind: "step" };

/** A cluster in a world of its own: virtual time, network, disks, services, fence device. A seed replays it exactly. */
export class World {
  readonly random: SeededRandom;
  readonly network: Network;
  readonly services = new Services();
  readonly machines = new Map<string, Machine>();
  readonly trace: string[] = [];
  readonly work: Work;
  readonly #options: Required<Omit<WorldOptions, "planner">> & { planner: Planner };
  readonly #time = new VirtualTime();
  readonly #observers: ((observation: WorldObservation) => void)[] = [];
  readonly #messaging: Messaging;
  readonly #daemons: Daemons;

  constructor(options: WorldOptions) {
    this.#options = {
      keepaliveMs: 200,
      deadtimeMs: 1000,
      initdeadMs: 3000,
      planElsewhereAbove: Number.POSITIVE_INFINITY,
      planningMs: 300,
      ...options,
    };
    this.random = new SeededRandom(options.seed);
    this.network = new Network(this.random);
    for (let i = 1; i <= options.nodes; i += 1) {
      const name = `n${i}`;
      this.machines.set(name, newMachine(name));
    }
    this.work = new Work({
      random: this.random,
      services: this.services,
      after: (delayMs, run) => this.after(delayMs, run),
      deliver: (node, event) => this.deliver(node, event),
      powerOff: (node) => this.powerOff(node),
      boot: (node) => this.boot(node),
      agentStarted: (node, command) => this.#tell({ kind: "agent-start", node, command }),
      fenced: (node) => this.#tell({ kind: "fenced", node }),
    });
    const { deadtimeMs, keepaliveMs } = this.#options;
    this.#messaging = new Messaging({
      machines: this.machines,
      network: this.network,
      keepaliveMs,
      deadtimeMs,
      nowMs: () => this.nowMs,
      after: (delayMs, run) => this.after(delayMs, run),
      at: (atMs, run) => this.#time.at(atMs, run),
      tell: (node, event) => this.deliver(node, { kind: "transport", event }),
    });
    this.#daemons = new Daemons({
      ...this.#options,
      time: this.#time,
      messaging: this.#messaging,
      work: this.work,
      log: (node, text) => this.log(node, text),
      wanted: ({ name, incarnation }, effect) => this.#tell({ kind: "effect", node: name, incarnation, effect }),
      stepped: () => this.#tell({ kind: "step" }),
    });
  }

  get nowMs(): number {
    return this.#time.nowMs;
  }

  get names(): string[] {
    return [...this.machines.keys()];
  }

  observe(observer: (observation: WorldObservation) => void): void {
    this.#observers.push(observer);
  }

  /** Lets something happen later. */
  after(delayMs: number, run: () => void): void {
    this.#time.after(delayMs, run);
  }

  /** Runs until `untilMs` of virtual time. */
  run(untilMs: number): void {
    this.#time.run(untilMs);
  }

  /** Runs until `condition` holds, at most `limitMs` longer; false when it never did. */
  runUntil(condition: () => boolean, limitMs: number): boolean {
    return this.#time.runUntil(condition, limitMs);
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
    this.#daemons.make(machine, this.names);
    this.#messaging.begin(name);
    this.#tell({ kind: "booted", node: name, incarnation: machine.incarnation });
    this.log(name, "boots");
    const { generation } = machine;
    this.after(this.#options.initdeadMs, () => {
      if (machine.generation === generation)
        this.deliver(name, { kind: "transport", event: { kind: "communication-up", nowMs: this.nowMs } });
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
    this.#messaging.restart(machine);
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
    this.#daemons.request(this.#machine(name), request, onReply);
  }

  /** Hands an event to a node's daemon, and carries out what it wants. */
  deliver(name: string, event: NodeEvent): void {
    this.#daemons.deliver(this.#machine(name), event);
  }

  log(node: string, text: string): void {
    this.trace.push(`${(this.nowMs / 1000).toFixed(3).padStart(9)} ${node}: ${text}`);
    if (this.trace.length > 20_000) this.trace.splice(0, 5000);
  }

  // ---- inner workings

  #machine(name: string): Machine {
    const machine = this.machines.get(name);
    if (!machine) throw new RangeError(`no node ${name}`);
    return machine;
  }

  #tell(observation: WorldObservation): void {
    for (const observer of this.#observers) observer(observation);
  }
}
