import type { TransportCommand, TransportEvent } from "../model/transport.ts";
import { fieldValue, type PacketField, textField } from "../wire/packet.ts";
import type { AuthKeys } from "../wire/signature.ts";
import { Complaints } from "./complaints.ts";
import type { CoreContext } from "./core-context.ts";
import { HOLDS_NOTHING } from "./haresources-answers.ts";
import type { HeartbeatConfiguration, HeartbeatEffect, HeartbeatPorts, HeartbeatTime } from "./heartbeat-types.ts";
import { hasFastLink, MessageExchange } from "./message-exchange.ts";
import { NodeListRequests } from "./node-list.ts";
import { OwnBeats } from "./own-beats.ts";
import { PacketGate } from "./packet-gate.ts";
import { PacketSender } from "./packet-sender.ts";
import { newPeer, type Peer, statusForUpperLayer } from "./peer.ts";
import { PeerStates } from "./peer-states.ts";
import { PeerWatch } from "./peer-watch.ts";
import { Reception } from "./reception.ts";

const CHECK_MS = 250;

/**
 * One node's side of the Heartbeat protocol: beats, peers' states, sequence numbers, retransmission; on top of it
 * messages between kodou nodes, whole, in order, once. Facts: heartbeat 3.0.6.
 *
 * Fields of our own, which heartbeat ignores: in `status`, `kodou` (1, or `silent` when the cluster daemon does not
 * answer), `khear` (the runs of kodou nodes that this node hears), `kack` (acknowledge now); in `t=kodou`, `kto` (the
 * runs a message is meant for), `kfrag` (its place), `kenc` (number of the key it is sealed with), `kdata` (base64).
 */
export class HeartbeatCore {
  readonly #context: CoreContext;
  readonly #peers = new Map<string, Peer>();
  readonly #sender: PacketSender;
  readonly #beats: OwnBeats;
  readonly #gate: PacketGate;
  readonly #messages: MessageExchange;
  readonly #watch: PeerWatch;
  readonly #states: PeerStates;
  readonly #reception: Reception;
  readonly #nodeList: NodeListRequests;
  readonly #complaints = new Complaints();
  readonly #startedAtMs: number;
  /** The keys of the configuration; they may change while the node runs. */
  readonly #keys: { active: number; keys: AuthKeys["keys"] };
  #time: HeartbeatTime;
  #out: HeartbeatEffect[] = [];
  #nextCheckMs: number;

  constructor(given: HeartbeatConfiguration, ports: HeartbeatPorts, time: HeartbeatTime) {
    this.#keys = { ...given.keys };
    const configuration = { ...given, keys: this.#keys };
    this.#time = time;
    this.#startedAtMs = time.nowMs;
    this.#nextCheckMs = time.nowMs;
    const context: CoreContext = {
      configuration,
      ports,
      peers: this.#peers,
      addPeer: (name) => this.#addPeer(name),
      time: () => this.#time,
      transmit: (own) => this.#transmit(own),
      emit: (packets) => this.#out.push(...packets),
      upward: (event) => this.#out.push({ kind: "upward", event }),
      log: (level, text) => this.#out.push({ kind: "log", level, text }),
      complain: (about, reason) => this.#complain(about, reason),
    };
    this.#context = context;
    this.#sender = new PacketSender(configuration, ports);
    this.#beats = new OwnBeats(context, time.nowMs);
    this.#watch = new PeerWatch(context);
    this.#nodeList = new NodeListRequests(context);
    this.#messages = new MessageExchange(context, this.#sender, () => this.#beats.beatNow([textField("kack", "1")]));
    this.#states = new PeerStates(context, this.#watch, this.#messages, this.#sender);
    this.#gate = new PacketGate(context);
    this.#reception = new Reception(context, {
      gate: this.#gate,
      beats: this.#beats,
      states: this.#states,
      messages: this.#messages,
      nodeList: this.#nodeList,
      sender: this.#sender,
    });
    for (const name of configuration.nodes) if (name !== configuration.node) this.#addPeer(name);
  }

  /** All that the upper layer should know now: for a client that has just connected. */
  snapshot(time: HeartbeatTime): TransportEvent[] {
    this.#time = time;
    const out = this.#watch.snapshot();
    if (this.#beats.isActive) out.push({ kind: "communication-up", nowMs: time.nowMs });
    return out;
  }

  /** A packet came in over a link. */
  packet(link: string, bytes: string, time: HeartbeatTime): HeartbeatEffect[] {
    return this.#step(time, () => {
      const packet = this.#gate.admit(link, bytes);
      if (packet === undefined) return;
      this.#watch.linkHeard(packet.peer, link);
      this.#reception.take(packet);
    });
  }

  /** Time passed. */
  tick(time: HeartbeatTime): HeartbeatEffect[] {
    return this.#step(time, () => undefined);
  }

  /** The upper layer wants something. */
  command(command: TransportCommand, time: HeartbeatTime): HeartbeatEffect[] {
    return this.#step(time, () => {
      if (this.isLeaving) return;
      if (command.kind === "leave") {
        this.#beats.leave();
        this.#nodeList.end();
      } else this.#messages.send(command.to, command.text);
    });
  }

  /** The cluster daemon above does not answer: beats say so; when `isMuted` there are none. */
  setDaemonState(isSilent: boolean, isMuted: boolean, time: HeartbeatTime): HeartbeatEffect[] {
    return this.#step(time, () => this.#beats.setDaemonState(isSilent, isMuted));
  }

  /** Signs with other keys from now on, and takes packets signed with any of them. */
  setKeys(keys: AuthKeys): void {
    this.#keys.active = keys.active;
    this.#keys.keys = keys.keys;
  }

  /** Whether it was told to leave. */
  get isLeaving(): boolean {
    return this.#beats.isLeaving;
  }

  /** Whether the goodbye was said and repeated: the process may end. */
  get hasSaidGoodbye(): boolean {
    return this.#beats.hasSaidGoodbye;
  }

  /** Time by which tick has to be called. */
  deadlineMs(): number {
    let earliest = this.#nextCheckMs;
    const sooner = (ms: number | undefined): void => {
      if (ms !== undefined) earliest = Math.min(earliest, ms);
    };
    sooner(this.#beats.deadlineMs);
    sooner(this.#nodeList.deadlineMs);
    sooner(this.#messages.deadlineMs);
    for (const peer of this.#peers.values()) if (peer.status !== "dead") sooner(peer.sequence.deadlineMs());
    return earliest;
  }

  #step(time: HeartbeatTime, work: () => void): HeartbeatEffect[] {
    this.#time = time;
    this.#out = [];
    this.#watch.heldUp(time.nowMs - this.#nextCheckMs);
    work();
    this.#beats.beatWhenDue();
    this.#checkWhenDue();
    this.#reception.requestMissing();
    this.#nodeList.askWhenDue();
    this.#messages.drain();
    this.#beats.sayGoodbyeWhenDue();
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #addPeer(name: string): Peer {
    const { configuration, ports } = this.#context;
    const peer = newPeer(name, configuration.deadtimeMs, Math.floor(ports.random() * 10));
    this.#peers.set(name, peer);
    return peer;
  }

  #transmit(own: readonly PacketField[]): void {
    const destination = fieldValue(own, "dest");
    const uuid = destination === undefined ? undefined : this.#peers.get(destination)?.uuid;
    this.#out.push(...this.#sender.send(own, uuid, hasFastLink(this.#context), this.#time));
  }

  #checkWhenDue(): void {
    const { nowMs } = this.#time;
    if (nowMs < this.#nextCheckMs) return;
    this.#nextCheckMs = nowMs + Math.min(CHECK_MS, this.#context.configuration.keepaliveMs / 2);
    this.#states.declareSilentDead();
    this.#checkCommunication();
  }

  /** Takes part once all peers are heard, or the time for that is over. */
  #checkCommunication(): void {
    if (this.#beats.isActive || this.isLeaving) return;
    const { nowMs } = this.#time;
    const peers = [...this.#peers.values()];
    const isWaitOver = nowMs - this.#startedAtMs > this.#context.configuration.initdeadMs;
    if (!isWaitOver && peers.some((peer) => statusForUpperLayer(peer) === "init")) return;
    this.#context.log("info", "Comm_now_up(): updating status to active");
    this.#context.upward({ kind: "communication-up", nowMs });
    this.#beats.becomeActive();
    this.#nodeList.begin();
    if (peers.some((peer) => !peer.isKodou && peer.lastStatusMs !== undefined)) this.#transmit(HOLDS_NOTHING);
  }

  #complain(about: string, reason: string): void {
    const text = `${about}: ${reason}`;
    if (this.#complaints.isNew(text, this.#time.nowMs)) this.#context.log("warning", text);
  }
}
