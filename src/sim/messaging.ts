import type { TransportEvent } from "../model/transport.ts";
import type { Machine } from "./machine.ts";
import type { Network, Parcel } from "./network.ts";

/** What the messaging layer needs of the world; times in ms. */
export interface MessagingPort {
  readonly machines: ReadonlyMap<string, Machine>;
  readonly network: Network;
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  nowMs(): number;
  after(delayMs: number, run: () => void): void;
  at(atMs: number, run: () => void): void;
  /** Tells a node what its messaging layer says. */
  tell(node: string, event: TransportEvent): void;
}

/** How often a goodbye takes to be heard, ms. */
const GOODBYE_MS = 5;

/** The messaging layers of all machines: beats, who is heard by whom, messages whole, in order, once. */
export class Messaging {
  readonly #port: MessagingPort;
  readonly #lastHeardMs = new Map<string, number>();
  /** By "RECEIVER<SENDER": the sender's status, and what was last reported of it. */
  readonly #status = new Map<string, "init" | "active" | "dead">();
  readonly #reported = new Map<string, string>();

  constructor(port: MessagingPort) {
    this.#port = port;
    this.#beatLater();
  }

  /** A machine begins to listen: it has heard nobody yet. */
  begin(name: string): void {
    for (const other of this.#port.machines.keys()) {
      const key = keyOf(name, other);
      this.#lastHeardMs.set(key, Number.NEGATIVE_INFINITY);
      this.#status.set(key, "init");
      this.#reported.delete(key);
    }
  }

  /** The layer of a machine dies and is started again; what was on its way is lost. */
  restart(machine: Machine): void {
    const { machines, network, nowMs, tell } = this.#port;
    machine.messagingGeneration += 1;
    for (const other of machines.keys()) {
      network.drop(machine.name, other);
      network.drop(other, machine.name);
      const key = keyOf(machine.name, other);
      if (this.#status.get(key) === "active") this.#status.set(key, "init");
      this.#reported.delete(key);
    }
    tell(machine.name, { kind: "restarted", nowMs: nowMs() });
  }

  /** Says goodbye to all who hear it. */
  leave(machine: Machine): void {
    const { after, machines, network } = this.#port;
    for (const other of machines.keys()) {
      if (other === machine.name || network.isCut(machine.name, other)) continue;
      after(GOODBYE_MS, () => this.#setSeen(other, machine.name, "dead", machine.messagingGeneration, true));
    }
  }

  /** Sends to one peer, or to all: to those that are heard only. */
  send(machine: Machine, to: string | undefined, text: string): void {
    const { machines, network } = this.#port;
    const targets = to === undefined ? [...machines.keys()].filter((name) => name !== machine.name) : [to];
    for (const name of targets) {
      const target = machines.get(name);
      if (target === undefined || this.#status.get(keyOf(machine.name, name)) !== "active") continue;
      const generations = { fromGeneration: machine.messagingGeneration, toGeneration: target.messagingGeneration };
      const parcel = { from: machine.name, to: name, text, ...generations };
      if (network.isCut(machine.name, name) || network.isHolding(machine.name, name)) network.hold(parcel);
      else this.#carry(parcel);
    }
  }

  #carry(parcel: Parcel): void {
    const { at, machines, network, nowMs, tell } = this.#port;
    if (network.mislays(parcel.from, parcel.to, parcel.text)) return;
    at(network.arrivalMs(parcel.from, parcel.to, nowMs()), () => {
      if (machines.get(parcel.to)?.messagingGeneration !== parcel.toGeneration) return;
      if (network.isCut(parcel.from, parcel.to)) {
        network.hold(parcel);
        return;
      }
      // A receiver that gave the sender up has thrown its stream away.
      if (this.#status.get(keyOf(parcel.to, parcel.from)) !== "active") return;
      tell(parcel.to, { kind: "message", from: parcel.from, generation: parcel.fromGeneration, text: parcel.text, nowMs: nowMs() });
    });
  }

  #beatLater(): void {
    this.#port.after(this.#port.keepaliveMs, () => {
      this.#beat();
      this.#beatLater();
    });
  }

  /** One round of beats: who is heard, who has fallen silent. */
  #beat(): void {
    const { deadtimeMs, machines, network, nowMs } = this.#port;
    for (const parcel of network.released()) this.#carry(parcel);
    for (const receiver of machines.values()) {
      if (!receiver.node || receiver.isPaused) continue;
      for (const sender of machines.values()) {
        if (sender === receiver) continue;
        const key = keyOf(receiver.name, sender.name);
        const isBeating = sender.node !== undefined && !sender.isPaused;
        if (isBeating && network.beatArrives(sender.name, receiver.name)) {
          this.#lastHeardMs.set(key, nowMs());
          this.#setSeen(receiver.name, sender.name, "active", sender.messagingGeneration, false);
        } else if (nowMs() - (this.#lastHeardMs.get(key) ?? Number.NEGATIVE_INFINITY) > deadtimeMs) {
          this.#setSeen(receiver.name, sender.name, "dead", sender.messagingGeneration, false);
        }
      }
    }
  }

  #setSeen(receiver: string, sender: string, status: "active" | "dead", generation: number, hasLeftCleanly: boolean): void {
    const key = keyOf(receiver, sender);
    const text = status === "active" ? `active ${generation}` : "dead";
    const known = this.#reported.get(key);
    if (known === text || (status === "dead" && known === undefined)) return;
    this.#reported.set(key, text);
    this.#status.set(key, status);
    if (status === "dead") this.#port.network.drop(sender, receiver);
    this.#port.tell(receiver, { kind: "peer-status", node: sender, status, generation, hasLeftCleanly, nowMs: this.#port.nowMs() });
  }
}

function keyOf(receiver: string, sender: string): string {
  return `${receiver}<${sender}`;
}
