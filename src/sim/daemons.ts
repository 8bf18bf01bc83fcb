import { ROOT_USER } from "../cib/acl.ts";
import { ClusterNode } from "../node/cluster-node.ts";
import type { ClientReply, ClientRequest } from "../node/interface/client.ts";
import type { NodeEffect, NodeEvent } from "../node/interface/node-types.ts";
import type { Planner } from "../node/interface/planner.ts";
import { type Machine, storedCib } from "./machine.ts";
import type { Messaging } from "./messaging.ts";
import type { VirtualTime } from "./virtual-time.ts";
import type { Work } from "./work.ts";

/** What daemons need of the world; times in ms. */
export interface DaemonsPort {
  readonly time: VirtualTime;
  readonly messaging: Messaging;
  readonly work: Work;
  readonly planner: Planner;
  /** Plans for histories of more resources than this are made elsewhere, which takes `planningMs`. */
  readonly planElsewhereAbove: number;
  readonly planningMs: number;
  log(node: string, text: string): void;
  /** A daemon wants something done, which is done then. */
  wanted(machine: Machine, effect: NodeEffect): void;
  /** A daemon has had its step. */
  stepped(): void;
}

/** The cluster daemons of all machines: they are told what happens, what they want is done, and they are woken in time. */
export class Daemons {
  readonly #port: DaemonsPort;
  readonly #clients = new Map<string, (reply: ClientReply) => void>();
  #clientId = 0;

  constructor(port: DaemonsPort) {
    this.#port = port;
  }

  /** Makes a machine's daemon, from what is on its disk. */
  make(machine: Machine, configuredNodes: readonly string[]): void {
    const { planElsewhereAbove, planner, time } = this.#port;
    const isPair = configuredNodes.length === 2;
    machine.node = new ClusterNode(
      {
        name: machine.name,
        nodeId: `id-${machine.name}`,
        incarnation: machine.incarnation,
        configuredNodes,
        quorum: { isTwoNode: isPair, isWaitForAll: isPair },
        election: { acceptMs: 1000, proposalMs: 3000, suspicionMs: 5000 },
        helloMs: 1000,
        processors: 2,
        commitMs: 2000,
        version: "sim",
        planElsewhereAbove,
      },
      machine.disk,
      planner,
      time.nowMs,
    );
  }

  /** Sends a client's request to a machine's daemon; `onReply` is called at most once. */
  request(machine: Machine, request: ClientRequest, onReply: (reply: ClientReply) => void): void {
    this.#clientId += 1;
    const requestId = `c${this.#clientId}`;
    this.#clients.set(requestId, onReply);
    this.deliver(machine, { kind: "client-request", requestId, request, user: ROOT_USER });
  }

  /** Hands an event to a machine's daemon, and carries out what it wants. What a machine that stands still misses, it gets later. */
  deliver(machine: Machine, event: NodeEvent): void {
    if (!machine.node) return;
    if (machine.isPaused) {
      if (event.kind !== "tick") machine.postponed.push(event);
      return;
    }
    const effects = machine.node.step(event, this.#port.time.ofNodes);
    for (const [index, effect] of effects.entries()) {
      if (machine.isDiskFull && (effect.kind === "persist-cib" || effect.kind === "persist-promise")) {
        // What follows depends on this being on disk: none of it happens.
        this.deliver(machine, { kind: "disk-failed", message: "no space left on device", dropped: effects.slice(index + 1) });
        break;
      }
      this.#port.wanted(machine, effect);
      this.#perform(machine, effect);
    }
    this.#wake(machine);
    this.#port.stepped();
  }

  #wake(machine: Machine): void {
    if (!machine.node) return;
    const { time } = this.#port;
    const at = Math.max(time.nowMs + 1, machine.node.deadlineMs());
    if (at >= machine.wakeAtMs && machine.wakeAtMs > time.nowMs) return;
    machine.wakeAtMs = at;
    time.at(at, () => {
      if (machine.wakeAtMs !== at) return;
      machine.wakeAtMs = Number.POSITIVE_INFINITY;
      this.deliver(machine, { kind: "tick" });
    });
  }

  #perform(machine: Machine, effect: NodeEffect): void {
    const { log, messaging, planner, planningMs, work } = this.#port;
    switch (effect.kind) {
      case "transport":
        if (effect.command.kind === "leave") messaging.leave(machine);
        else messaging.send(machine, effect.command.to, effect.command.text);
        return;
      case "persist-promise":
        machine.disk.promised = effect.term;
        return;
      case "persist-cib": {
        machine.disk.cib = storedCib(effect.cib);
        machine.disk.committedTerm = effect.term;
        machine.disk.changeKeys = effect.changeKeys;
        return;
      }
      case "run-agent":
        work.runAgent(machine, effect.runId, effect.command);
        return;
      case "kill-agent": {
        const run = machine.runs.get(effect.runId);
        if (run) run.isKilled = true;
        return;
      }
      case "run-fence":
        work.runFence(machine, effect.requestId, effect.call);
        return;
      case "client-reply": {
        const client = this.#clients.get(effect.requestId);
        this.#clients.delete(effect.requestId);
        client?.(effect.reply);
        return;
      }
      case "errand":
        this.deliver(machine, {
          kind: "errand-finished",
          asker: effect.asker,
          reply: { exitCode: 0, message: "OK", output: `${effect.errand.kind} on ${machine.name}` },
        });
        return;
      case "make-plan":
        work.makePlan(machine, effect, planner, planningMs);
        return;
      case "save-plan":
        machine.disk.planNumber = effect.number;
        return;
      case "log":
        log(machine.name, `${effect.level}: ${effect.text}`);
        return;
      case "exit":
        machine.node = undefined;
        return;
      case "cib-changed":
        return;
    }
  }
}
