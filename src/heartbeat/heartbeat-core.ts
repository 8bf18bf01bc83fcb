import { LIMITS } from "../base/limits.ts";
import type { PeerStatus, TransportCommand, TransportEvent } from "../model/transport.ts";
import type { PacketSigner } from "../ports/packet-signer.ts";
import {
  decodePacket,
  encodeClassic,
  encodeNetstring,
  FIELD_BINARY,
  fieldValue,
  type PacketField,
  type PacketForm,
  textField,
  verifyPacket,
  withInnerSignature,
} from "../wire/packet.ts";
import type { AuthKeys } from "../wire/signature.ts";
import { fromByteString, toByteString } from "../wire/text-bytes.ts";
import { MessageStream, splitMessage } from "./message-stream.ts";
import { SequenceTracker } from "./sequence.ts";

/** What the core is told at its start; times in ms. */
export interface HeartbeatConfiguration {
  readonly node: string;
  /** 16 bytes, one character each. */
  readonly uuid: string;
  /** Higher than at any earlier start. */
  readonly generation: number;
  readonly nodes: readonly string[];
  readonly links: readonly { readonly name: string; readonly form: PacketForm; readonly isSlow: boolean }[];
  readonly keepaliveMs: number;
  readonly deadtimeMs: number;
  readonly warntimeMs: number;
  readonly initdeadMs: number;
  readonly rexmitDelayMs: number;
  readonly hopfudge: number;
  /** Adds the inner signature to netstring packets, as `msgfmt classic` does. */
  readonly hasInnerSignature: boolean;
  readonly mayAutojoin: boolean;
  readonly keys: AuthKeys;
}

/** What the core needs besides events. */
export interface HeartbeatPorts {
  readonly signer: PacketSigner;
  /** A number from 0 to 1. */
  readonly random: () => number;
  /** First line of /proc/loadavg. */
  readonly loadAverage: () => string;
}

/** Time of one step. */
export interface HeartbeatTime {
  readonly nowMs: number;
  readonly epochSeconds: number;
}

/** What has to happen outside of the core. */
export type HeartbeatEffect =
  | { readonly kind: "transmit"; readonly link: string; readonly bytes: string }
  | { readonly kind: "upward"; readonly event: TransportEvent }
  | { readonly kind: "log"; readonly level: "info" | "warning" | "error"; readonly text: string };

interface Peer {
  readonly name: string;
  status: PeerStatus;
  generation: number;
  lastStatusMs: number | undefined;
  lastStatusSeq: number;
  deadAfterMs: number;
  hasLeft: boolean;
  isKodou: boolean;
  isSilent: boolean;
  reported: string;
  sequence: SequenceTracker;
  stream: MessageStream;
  readonly links: Map<string, { lastMs: number; isUp: boolean }>;
  readonly ackRemainder: number;
  uuid: string | undefined;
}

interface Sent {
  readonly fields: readonly PacketField[];
  resentAtMs: number;
}

const EARLY_DT_MS = 2000;
const CHECK_MS = 250;

/**
 * One node's side of the Heartbeat protocol: beats, peers' states, sequence numbers, retransmission; on top of it
 * messages between kodou nodes, whole, in order, once. Facts: heartbeat 3.0.6.
 */
export class HeartbeatCore {
  readonly #configuration: HeartbeatConfiguration;
  readonly #ports: HeartbeatPorts;
  readonly #peers = new Map<string, Peer>();
  readonly #history = new Map<number, Sent>();
  readonly #startedAtMs: number;
  #time: HeartbeatTime;
  #out: HeartbeatEffect[] = [];
  #seq = 0;
  #messageId = 0;
  #status: "init" | "up" | "active" = "init";
  #nextBeatMs: number;
  #nextCheckMs: number;
  #isSilent = false;
  #isMuted = false;
  #hasLeft = false;
  readonly #outbox: PacketField[][] = [];
  readonly #badPackets = new Map<string, number>();

  constructor(configuration: HeartbeatConfiguration, ports: HeartbeatPorts, time: HeartbeatTime) {
    this.#configuration = configuration;
    this.#ports = ports;
    this.#time = time;
    this.#startedAtMs = time.nowMs;
    this.#nextBeatMs = time.nowMs;
    this.#nextCheckMs = time.nowMs;
    for (const name of configuration.nodes) if (name !== configuration.node) this.#peers.set(name, this.#newPeer(name));
  }

  /** All that the upper layer should know now: for a client that has just connected. */
  snapshot(time: HeartbeatTime): TransportEvent[] {
    const { nowMs } = time;
    const out: TransportEvent[] = [];
    for (const peer of this.#peers.values()) {
      for (const [link, { isUp }] of peer.links) out.push({ kind: "link-status", peer: peer.name, link, isUp, nowMs });
      if (peer.lastStatusMs !== undefined) out.push(this.#peerEvent(peer));
    }
    if (this.#status === "active") out.push({ kind: "communication-up", nowMs });
    return out;
  }

  /** A packet came in over a link. */
  packet(link: string, bytes: string, time: HeartbeatTime): HeartbeatEffect[] {
    return this.#step(time, () => this.#receive(link, bytes));
  }

  /** Time passed. */
  tick(time: HeartbeatTime): HeartbeatEffect[] {
    return this.#step(time, () => undefined);
  }

  /** The upper layer wants something. */
  command(command: TransportCommand, time: HeartbeatTime): HeartbeatEffect[] {
    return this.#step(time, () => {
      if (command.kind === "leave") this.#leave();
      else this.#sendMessage(command.to, command.text);
    });
  }

  /** The cluster daemon above does not answer: beats say so; when `isMuted` there are none. */
  setDaemonState(isSilent: boolean, isMuted: boolean, time: HeartbeatTime): HeartbeatEffect[] {
    return this.#step(time, () => {
      if (isSilent !== this.#isSilent) this.#nextBeatMs = time.nowMs;
      this.#isSilent = isSilent;
      this.#isMuted = isMuted;
    });
  }

  /** Time by which tick has to be called. */
  deadlineMs(): number {
    let earliest = Math.min(this.#nextBeatMs, this.#nextCheckMs);
    for (const peer of this.#peers.values()) earliest = Math.min(earliest, peer.sequence.deadlineMs() ?? earliest);
    return this.#outbox.length > 0 ? Math.min(earliest, this.#time.nowMs + 2) : earliest;
  }

  #step(time: HeartbeatTime, work: () => void): HeartbeatEffect[] {
    this.#time = time;
    this.#out = [];
    work();
    this.#beatWhenDue();
    this.#checkWhenDue();
    this.#requestMissing();
    this.#drainOutbox();
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #newPeer(name: string): Peer {
    return {
      name,
      status: "init",
      generation: 0,
      lastStatusMs: undefined,
      lastStatusSeq: 0,
      deadAfterMs: this.#configuration.deadtimeMs,
      hasLeft: false,
      isKodou: false,
      isSilent: false,
      reported: "",
      sequence: new SequenceTracker(),
      stream: new MessageStream(),
      links: new Map(),
      ackRemainder: Math.floor(this.#ports.random() * 10),
      uuid: undefined,
    };
  }

  // ---- sending

  #beatWhenDue(): void {
    const { nowMs } = this.#time;
    if (this.#hasLeft || nowMs < this.#nextBeatMs) return;
    this.#nextBeatMs = Math.max(nowMs, this.#nextBeatMs + this.#configuration.keepaliveMs);
    if (this.#nextBeatMs - nowMs < this.#configuration.keepaliveMs / 2) this.#nextBeatMs = nowMs + this.#configuration.keepaliveMs;
    if (this.#status === "init") {
      this.#beat();
      this.#status = "up";
    }
    if (!this.#isMuted) this.#beat();
  }

  #beat(): void {
    const isEarly = this.#time.nowMs - this.#startedAtMs < 5000 && this.#status !== "active";
    const dt = Math.round(this.#configuration.deadtimeMs + (isEarly ? EARLY_DT_MS : 0));
    this.#transmit([
      textField("t", "status"),
      textField("st", this.#status),
      textField("dt", dt.toString(16)),
      textField("protocol", "1"),
      textField("kodou", this.#isSilent ? "silent" : "1"),
    ]);
  }

  #leave(): void {
    if (this.#hasLeft) return;
    this.#transmit([
      textField("t", "resource"),
      textField("rsc_hold", "none"),
      textField("rtype", "full"),
      textField("isstable", "0"),
      textField("info", "shutdown"),
    ]);
    // Said twice: there will be nobody to ask for it again.
    for (let times = 0; times < 2; times += 1)
      this.#transmit([textField("t", "shutdone"), textField("st", "dead"), textField("kodou", "1")]);
    this.#hasLeft = true;
  }

  #sendMessage(to: string | undefined, text: string): void {
    const hasListener = to === undefined ? [...this.#peers.values()].some(isListening) : isListening(this.#peers.get(to));
    if (!hasListener || this.#hasLeft) return;
    if (text.length > LIMITS.clusterMessageBytes) {
      this.#log("error", `a message of ${text.length} bytes is too long and was not sent`);
      return;
    }
    this.#messageId += 1;
    const pieces = splitMessage(btoa(toByteString(text)));
    pieces.forEach((data, index) => {
      const head = [textField("t", "kodou"), ...(to === undefined ? [] : [textField("dest", to)])];
      this.#outbox.push([...head, textField("kfrag", `${this.#messageId}:${index + 1}:${pieces.length}`), textField("kdata", data)]);
    });
  }

  /** Sends what waits, a few large packets at a time so that receivers' buffers hold them. */
  #drainOutbox(): void {
    let bytes = 0;
    while (this.#outbox.length > 0 && bytes < 4 * LIMITS.messageFragmentBytes) {
      const fields = this.#outbox.shift() ?? [];
      bytes += fieldValue(fields, "kdata")?.length ?? 0;
      this.#transmit(fields);
    }
  }

  /** Adds what every packet carries, remembers it for retransmission and sends it over the links. */
  #transmit(own: readonly PacketField[]): void {
    const { node, uuid, generation, nodes, hopfudge } = this.#configuration;
    const isNumbered = !(fieldValue(own, "t") ?? "").startsWith("NS_");
    const destination = fieldValue(own, "dest");
    const destinationUuid = destination === undefined ? undefined : this.#peers.get(destination)?.uuid;
    const fields: PacketField[] = [...own];
    if (destinationUuid !== undefined) fields.push({ name: "destuuid", type: FIELD_BINARY, value: destinationUuid });
    fields.push(textField("src", node), { name: "srcuuid", type: FIELD_BINARY, value: uuid });
    if (isNumbered) {
      this.#seq += 1;
      fields.push(textField("seq", this.#seq.toString(16)));
    }
    fields.push(textField("hg", generation.toString(16)), textField("ts", this.#time.epochSeconds.toString(16)));
    if (isNumbered) fields.push(textField("ld", this.#ports.loadAverage()));
    fields.push(textField("ttl", String(hopfudge + nodes.length)));
    if (isNumbered) this.#remember(this.#seq, fields);
    this.#put(fields);
  }

  #remember(seq: number, fields: readonly PacketField[]): void {
    this.#history.set(seq, { fields, resentAtMs: Number.NEGATIVE_INFINITY });
    const oldest = seq - LIMITS.packetHistory;
    if (oldest > 0) this.#history.delete(oldest);
  }

  #put(fields: readonly PacketField[]): void {
    const { links, keys, hasInnerSignature } = this.#configuration;
    const { signer } = this.#ports;
    const signed = withInnerSignature(fields, keys, signer);
    let netstring: string | undefined;
    const isBulk = (fieldValue(fields, "kdata")?.length ?? 0) > 1024;
    const hasFastLink = isBulk && this.#hasLiveFastLink();
    for (const link of links) {
      if (hasFastLink && link.isSlow) continue;
      if (link.form === "classic") {
        this.#out.push({ kind: "transmit", link: link.name, bytes: encodeClassic(signed) });
      } else {
        netstring ??= encodeNetstring(hasInnerSignature ? signed : fields, keys, signer);
        this.#out.push({ kind: "transmit", link: link.name, bytes: netstring });
      }
    }
  }

  #hasLiveFastLink(): boolean {
    const fast = new Set(this.#configuration.links.filter((link) => !link.isSlow).map((link) => link.name));
    for (const peer of this.#peers.values()) {
      if (!isListening(peer)) continue;
      if (![...peer.links].some(([name, link]) => link.isUp && fast.has(name))) return false;
    }
    return true;
  }

  // ---- receiving

  #receive(link: string, bytes: string): void {
    const decoded = decodePacket(bytes);
    if (!decoded.ok) {
      this.#badPacket(link, decoded.error);
      return;
    }
    const { fields } = decoded.value;
    const source = (fieldValue(fields, "src") ?? "").toLowerCase();
    const verified = verifyPacket(bytes, decoded.value, this.#configuration.keys, this.#ports.signer);
    if (!verified.ok) {
      this.#badPacket(link, `packet of [${source.slice(0, 64)}] refused: ${verified.error}`);
      return;
    }
    const type = fieldValue(fields, "t");
    if (source === "" || type === undefined || !(parseHex(fieldValue(fields, "ts")) > 0)) return;
    if (source === this.#configuration.node) {
      this.#ownEcho(link, fields);
      return;
    }
    const peer = this.#peerFor(source);
    if (!peer) {
      this.#badPacket(link, `packet of unknown node [${source.slice(0, 64)}]: add it to the node lines of ha.cf on all nodes`);
      return;
    }
    this.#linkHeard(peer, link);
    const isForUs = isAddressed(fields, this.#configuration.node);
    if (type.startsWith("NS_")) {
      if (isForUs) this.#control(peer, type, fields);
      return;
    }
    this.#numbered(peer, type, fields, isForUs);
  }

  #ownEcho(link: string, fields: readonly PacketField[]): void {
    const uuid = fieldValue(fields, "srcuuid");
    if (uuid === undefined || uuid === this.#configuration.uuid) return;
    this.#badPacket(link, `another machine calls itself ${this.#configuration.node}: give each node a name of its own (uname -n)`);
  }

  #peerFor(name: string): Peer | undefined {
    const known = this.#peers.get(name);
    if (known || !this.#configuration.mayAutojoin) return known;
    const peer = this.#newPeer(name);
    this.#peers.set(name, peer);
    this.#log("info", `node ${name} joins on its own (autojoin)`);
    return peer;
  }

  #linkHeard(peer: Peer, link: string): void {
    const { nowMs } = this.#time;
    const state = peer.links.get(link);
    if (state) state.lastMs = nowMs;
    else peer.links.set(link, { lastMs: nowMs, isUp: false });
    if (state?.isUp) return;
    const made = peer.links.get(link);
    if (made) made.isUp = true;
    this.#log("info", `Link ${peer.name}:${link} up.`);
    this.#upward({ kind: "link-status", peer: peer.name, link, isUp: true, nowMs });
  }

  #control(peer: Peer, type: string, fields: readonly PacketField[]): void {
    if (type === "NS_rexmit") {
      const first = Number(fieldValue(fields, "firstseq"));
      const last = Number(fieldValue(fields, "lastseq"));
      if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) return;
      for (let seq = first; seq <= last && seq < first + 50; seq += 1) this.#resend(peer, seq);
    } else if (type === "NS_nak_rexmit") {
      const number = parseHex(fieldValue(fields, "firstseq"));
      if (!peer.sequence.giveUp(number)) return;
      this.#log("error", `Irretrievably lost packet: node ${peer.name} seq ${number}`);
      this.#resynchronize(peer);
      this.#deliver(peer);
    }
  }

  #resend(peer: Peer, seq: number): void {
    const sent = this.#history.get(seq);
    if (!sent) {
      this.#transmit([
        textField("t", "NS_nak_rexmit"),
        textField("dest", peer.name),
        textField("firstseq", seq.toString(16)),
        textField("info", seq < this.#seq ? "seqno too low" : "seqno not found"),
      ]);
      return;
    }
    if (this.#time.nowMs - sent.resentAtMs < this.#configuration.rexmitDelayMs - 10) return;
    sent.resentAtMs = this.#time.nowMs;
    this.#put(sent.fields);
  }

  #numbered(peer: Peer, type: string, fields: readonly PacketField[], isForUs: boolean): void {
    const generation = parseHex(fieldValue(fields, "hg"));
    const seq = parseHex(fieldValue(fields, "seq"));
    if (!(generation > 0) || !(seq > 0)) return;
    if (generation < peer.generation) {
      this.#log("error", `should_drop_message: attempted replay attack [${peer.name}]? [gen = ${generation}, curgen = ${peer.generation}]`);
      return;
    }
    if (generation > peer.generation) {
      // Only a status message starts a new incarnation; the rest waits for it.
      if (type !== "status") return;
      this.#newIncarnation(peer, generation);
    }
    const { nowMs } = this.#time;
    const delayMs = 50 + this.#ports.random() * Math.max(0, this.#configuration.rexmitDelayMs - 50);
    const { verdict, lost, isReset } = peer.sequence.take(seq, nowMs, delayMs);
    if (isReset) {
      this.#log("error", `lost a lot of packets! (${lost} of ${peer.name})`);
      this.#resynchronize(peer);
    } else if (lost > 0) {
      this.#log("warning", `${lost} lost packet(s) for [${peer.name}] [${seq - lost - 1}:${seq}]`);
    }
    if (verdict === "duplicate" || verdict === "too-old") return;
    this.#acknowledge(peer, seq);
    if (type === "kodou") {
      if (isForUs) this.#fragment(peer, seq, fields);
    } else if (isForUs) {
      this.#process(peer, type, seq, fields);
    }
    this.#deliver(peer);
  }

  #newIncarnation(peer: Peer, generation: number): void {
    if (peer.generation > 0) this.#log("info", `Heartbeat restart on node ${peer.name}`);
    peer.generation = generation;
    peer.sequence = new SequenceTracker();
    peer.stream = new MessageStream();
    peer.lastStatusSeq = 0;
    peer.hasLeft = false;
    peer.status = "init";
  }

  #acknowledge(peer: Peer, seq: number): void {
    if (seq % 10 !== peer.ackRemainder || peer.sequence.firstMissing !== undefined) return;
    this.#transmit([textField("t", "NS_ackmsg"), textField("dest", peer.name), textField("ackseq", seq.toString(16))]);
  }

  #process(peer: Peer, type: string, seq: number, fields: readonly PacketField[]): void {
    switch (type) {
      case "status":
        this.#peerStatus(peer, seq, fields);
        return;
      case "shutdone":
        this.#log("info", `Received shutdown notice from '${peer.name}'.`);
        peer.hasLeft = true;
        peer.status = "dead";
        this.#report(peer);
        return;
      case "reqnodes":
        this.#transmit([
          textField("dest", peer.name),
          textField("t", "repnodes"),
          textField("nodelist", this.#configuration.nodes.map((name) => `${name} `).join("")),
          textField("delnodelist", " "),
        ]);
        return;
      case "starting":
      case "resource":
        // A heartbeat in haresources mode wants to know what we hold: nothing, and that is stable.
        if (type === "starting" || fieldValue(fields, "isstable") === "0") {
          this.#transmit([
            textField("t", "resource"),
            textField("rsc_hold", "none"),
            textField("rtype", "full"),
            textField("isstable", "1"),
          ]);
        }
        return;
    }
  }

  #peerStatus(peer: Peer, seq: number, fields: readonly PacketField[]): void {
    const { nowMs } = this.#time;
    const wasDead = peer.status === "dead";
    if (wasDead && seq <= peer.lastStatusSeq) return;
    if (wasDead && !peer.hasLeft) this.#log("warning", `Cluster node ${peer.name} returning after partition.`);
    if (peer.hasLeft) return;
    const intervalMs = peer.lastStatusMs === undefined ? 0 : nowMs - peer.lastStatusMs;
    if (!wasDead && intervalMs > this.#configuration.warntimeMs)
      this.#log("warning", `Late heartbeat: Node ${peer.name}: interval ${Math.round(intervalMs)} ms`);
    peer.lastStatusMs = nowMs;
    peer.lastStatusSeq = seq;
    peer.deadAfterMs = parseHex(fieldValue(fields, "dt")) || this.#configuration.deadtimeMs;
    peer.uuid = fieldValue(fields, "srcuuid") ?? peer.uuid;
    const kodou = fieldValue(fields, "kodou");
    peer.isKodou = kodou !== undefined;
    if (kodou === "silent" && !peer.isSilent) this.#log("warning", `the cluster daemon of ${peer.name} does not answer`);
    peer.isSilent = kodou === "silent";
    const status = fieldValue(fields, "st");
    const next: PeerStatus = status === "active" ? "active" : status === "dead" ? "dead" : status === "init" ? "init" : "up";
    if (next !== peer.status) this.#log("info", `Status update for node ${peer.name}: status ${next}`);
    if (wasDead) {
      peer.stream = new MessageStream();
      peer.sequence = new SequenceTracker();
      peer.sequence.take(seq, nowMs, 0);
    }
    peer.status = next;
    this.#report(peer);
  }

  #fragment(peer: Peer, seq: number, fields: readonly PacketField[]): void {
    const match = /^(\d+):(\d+):(\d+)$/.exec(fieldValue(fields, "kfrag") ?? "");
    const data = fieldValue(fields, "kdata");
    if (!match || data === undefined) return;
    peer.stream.add({ seq, messageId: Number(match[1]), part: Number(match[2]), parts: Number(match[3]), data });
  }

  #deliver(peer: Peer): void {
    for (const encoded of peer.stream.release(peer.sequence.firstMissing)) {
      if (!/^[A-Za-z0-9+/]*={0,2}$/.test(encoded)) continue;
      const text = fromByteString(atob(encoded));
      this.#upward({ kind: "message", from: peer.name, generation: peer.generation, text, nowMs: this.#time.nowMs });
    }
  }

  /** Messages of the peer were lost for good: the upper layer has to start over with it. */
  #resynchronize(peer: Peer): void {
    peer.stream = new MessageStream();
    if (peer.reported === "") return;
    const event = this.#peerEvent(peer);
    if (event.kind !== "peer-status" || event.status === "dead") return;
    this.#upward({ ...event, status: "dead" });
    this.#upward(event);
  }

  // ---- peers' states

  #checkWhenDue(): void {
    const { nowMs } = this.#time;
    if (nowMs < this.#nextCheckMs) return;
    this.#nextCheckMs = nowMs + Math.min(CHECK_MS, this.#configuration.keepaliveMs / 2);
    for (const peer of this.#peers.values()) {
      for (const [link, state] of peer.links) {
        if (!state.isUp || nowMs - state.lastMs <= this.#configuration.deadtimeMs) continue;
        state.isUp = false;
        this.#log("info", `Link ${peer.name}:${link} dead.`);
        this.#upward({ kind: "link-status", peer: peer.name, link, isUp: false, nowMs });
      }
      this.#checkDeath(peer);
    }
    this.#checkCommunication();
  }

  #checkDeath(peer: Peer): void {
    const { nowMs } = this.#time;
    if (peer.status === "dead") return;
    const limitMs = peer.lastStatusMs === undefined ? this.#configuration.initdeadMs : peer.deadAfterMs;
    if (nowMs - (peer.lastStatusMs ?? this.#startedAtMs) <= limitMs) return;
    this.#log("warning", `node ${peer.name}: is dead`);
    peer.status = "dead";
    this.#report(peer);
  }

  #checkCommunication(): void {
    if (this.#status === "active" || [...this.#peers.values()].some((peer) => peer.status === "init")) return;
    this.#status = "active";
    this.#nextBeatMs = this.#time.nowMs;
    this.#log("info", "Comm_now_up(): updating status to active");
    this.#upward({ kind: "communication-up", nowMs: this.#time.nowMs });
    this.#beatWhenDue();
  }

  #report(peer: Peer): void {
    const event = this.#peerEvent(peer);
    if (event.kind !== "peer-status") return;
    const text = `${event.status} ${event.generation} ${event.hasLeftCleanly}`;
    if (text === peer.reported) return;
    peer.reported = text;
    this.#upward(event);
  }

  #peerEvent(peer: Peer): TransportEvent {
    // A node whose cluster daemon hangs beats on, but nothing can be expected of it.
    const status: PeerStatus = peer.isSilent && peer.status !== "init" ? "dead" : peer.status;
    return {
      kind: "peer-status",
      node: peer.name,
      status,
      generation: peer.generation,
      hasLeftCleanly: peer.hasLeft,
      nowMs: this.#time.nowMs,
    };
  }

  #requestMissing(): void {
    for (const peer of this.#peers.values()) {
      if (peer.status === "dead") continue;
      for (const number of peer.sequence.due(this.#time.nowMs)) {
        this.#transmit([
          textField("t", "NS_rexmit"),
          textField("dest", peer.name),
          textField("firstseq", String(number)),
          textField("lastseq", String(number)),
        ]);
      }
    }
  }

  #badPacket(link: string, reason: string): void {
    const { nowMs } = this.#time;
    const key = `${link} ${reason}`;
    if (nowMs - (this.#badPackets.get(key) ?? Number.NEGATIVE_INFINITY) < 10_000) return;
    if (this.#badPackets.size > 1000) this.#badPackets.clear();
    this.#badPackets.set(key, nowMs);
    this.#log("warning", `${link}: ${reason}`);
  }

  #upward(event: TransportEvent): void {
    this.#out.push({ kind: "upward", event });
  }

  #log(level: "info" | "warning" | "error", text: string): void {
    this.#out.push({ kind: "log", level, text });
  }
}

function isListening(peer: Peer | undefined): boolean {
  return peer?.isKodou === true && peer.status !== "dead" && !peer.isSilent;
}

function isAddressed(fields: readonly PacketField[], node: string): boolean {
  const destination = fieldValue(fields, "dest");
  return destination === undefined || destination.toLowerCase() === node;
}

function parseHex(text: string | undefined): number {
  return text !== undefined && /^[0-9a-f]{1,12}$/.test(text) ? Number.parseInt(text, 16) : Number.NaN;
}
