import { LIMITS } from "../base/limits.ts";
import type { PeerStatus, TransportCommand, TransportEvent } from "../model/transport.ts";
import { decodePacket, fieldValue, type PacketField, textField, verifyPacket } from "../wire/packet.ts";
import type { AuthKeys } from "../wire/signature.ts";
import { Complaints } from "./complaints.ts";
import type { CoreContext } from "./core-context.ts";
import { answerHaresources, HOLDS_NOTHING, RELEASES_ALL } from "./haresources-answers.ts";
import type { HeartbeatConfiguration, HeartbeatEffect, HeartbeatPorts, HeartbeatTime } from "./heartbeat-types.ts";
import { hasFastLink, MESSAGE_TYPE, MessageExchange } from "./message-exchange.ts";
import { MessageStream } from "./message-stream.ts";
import { formatGenerations, namesGeneration } from "./named-generations.ts";
import { NodeListRequests, nodeListAnswer } from "./node-list.ts";
import { PacketSender } from "./packet-sender.ts";
import { beginIncarnation, isListening, newPeer, type Peer, statusForUpperLayer } from "./peer.ts";
import { PeerWatch } from "./peer-watch.ts";
import { SequenceTracker } from "./sequence.ts";

/** Added to the announced deadtime while a node starts. Source: captures of heartbeat 3.0.6. */
const EARLY_DEADTIME_MS = 2000;
const EARLY_MS = 5000;
const CHECK_MS = 250;
const GOODBYES = 3;
const GOODBYE_MS = 50;
const PACKETS_PER_REQUEST = 50;
/**
 * One node's side of the Heartbeat protocol: beats, peers' states, sequence numbers, retransmission; on top of it
 * messages between kodou nodes, whole, in order, once. Facts: heartbeat 3.0.6.
 *
 * Fields of our own, which heartbeat ignores: in `status`, `kodou` (1, or `silent` when the cluster daemon does not
 * answer), `khear` (the runs of kodou nodes that this node hears), `kack` (acknowledge now); in `t=kodou`, `kto` (the
 * runs a message is meant for), `kfrag` (its place), `kenc` (number of the key it is sealed with), `kdata` (base64).
 */
export class HeartbeatCore {
  readonly #configuration: HeartbeatConfiguration;
  readonly #ports: HeartbeatPorts;
  readonly #peers = new Map<string, Peer>();
  readonly #sender: PacketSender;
  readonly #messages: MessageExchange;
  readonly #watch: PeerWatch;
  readonly #nodeList: NodeListRequests;
  readonly #complaints = new Complaints();
  readonly #startedAtMs: number;
  /** The keys of the configuration; they may change while the node runs. */
  readonly #keys: { active: number; keys: AuthKeys["keys"] };
  #time: HeartbeatTime;
  #out: HeartbeatEffect[] = [];
  #status: "init" | "up" | "active" = "init";
  #nextBeatMs: number;
  #nextCheckMs: number;
  #isSilent = false;
  #isMuted = false;
  #goodbyesLeft: number | undefined;
  #nextGoodbyeMs = 0;

  constructor(given: HeartbeatConfiguration, ports: HeartbeatPorts, time: HeartbeatTime) {
    this.#keys = { ...given.keys };
    const configuration = { ...given, keys: this.#keys };
    this.#configuration = configuration;
    this.#ports = ports;
    this.#sender = new PacketSender(configuration, ports);
    this.#time = time;
    this.#startedAtMs = time.nowMs;
    this.#nextBeatMs = time.nowMs;
    this.#nextCheckMs = time.nowMs;
    const context: CoreContext = {
      configuration,
      ports,
      peers: this.#peers,
      time: () => this.#time,
      transmit: (own) => this.#transmit(own),
      upward: (event) => this.#upward(event),
      log: (level, text) => this.#log(level, text),
      complain: (about, reason) => this.#complain(about, reason),
    };
    this.#watch = new PeerWatch(context);
    this.#nodeList = new NodeListRequests(context);
    this.#messages = new MessageExchange(context, this.#sender, () => {
      if (!this.#isMuted) this.#beat([textField("kack", "1")]);
    });
    for (const name of configuration.nodes) if (name !== configuration.node) this.#addPeer(name);
  }

  /** All that the upper layer should know now: for a client that has just connected. */
  snapshot(time: HeartbeatTime): TransportEvent[] {
    this.#time = time;
    const out = this.#watch.snapshot();
    if (this.#status === "active") out.push({ kind: "communication-up", nowMs: time.nowMs });
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
      else if (!this.isLeaving) this.#messages.send(command.to, command.text);
    });
  }

  /** The cluster daemon above does not answer: beats say so; when `isMuted` there are none. */
  setDaemonState(isSilent: boolean, isMuted: boolean, time: HeartbeatTime): HeartbeatEffect[] {
    return this.#step(time, () => {
      if (isSilent !== this.#isSilent) {
        this.#nextBeatMs = time.nowMs;
        this.#log(
          isSilent ? "error" : "info",
          isSilent ? "the cluster daemon does not answer: beats say so" : "the cluster daemon answers again",
        );
      }
      if (isMuted && !this.#isMuted) this.#log("error", "the cluster daemon still does not answer: beats stop");
      this.#isSilent = isSilent;
      this.#isMuted = isMuted;
    });
  }

  /** Signs with other keys from now on, and takes packets signed with any of them. */
  setKeys(keys: AuthKeys): void {
    this.#keys.active = keys.active;
    this.#keys.keys = keys.keys;
  }

  /** Whether it was told to leave. */
  get isLeaving(): boolean {
    return this.#goodbyesLeft !== undefined;
  }

  /** Whether the goodbye was said and repeated: the process may end. */
  get hasSaidGoodbye(): boolean {
    return this.#goodbyesLeft === 0;
  }

  /** Time by which tick has to be called. */
  deadlineMs(): number {
    let earliest = this.isLeaving ? this.#nextCheckMs : Math.min(this.#nextBeatMs, this.#nextCheckMs);
    const sooner = (ms: number | undefined): void => {
      if (ms !== undefined) earliest = Math.min(earliest, ms);
    };
    sooner(this.#nodeList.deadlineMs);
    sooner(this.#messages.deadlineMs);
    if (this.isLeaving && !this.hasSaidGoodbye) sooner(this.#nextGoodbyeMs);
    for (const peer of this.#peers.values()) if (peer.status !== "dead") sooner(peer.sequence.deadlineMs());
    return earliest;
  }

  #step(time: HeartbeatTime, work: () => void): HeartbeatEffect[] {
    this.#time = time;
    this.#out = [];
    this.#watch.heldUp(time.nowMs - this.#nextCheckMs);
    work();
    this.#beatWhenDue();
    this.#checkWhenDue();
    this.#requestMissing();
    this.#nodeList.askWhenDue();
    this.#messages.drain();
    this.#repeatGoodbye();
    const out = this.#out;
    this.#out = [];
    return out;
  }

  #addPeer(name: string): Peer {
    const peer = newPeer(name, this.#configuration.deadtimeMs, Math.floor(this.#ports.random() * 10));
    this.#peers.set(name, peer);
    return peer;
  }

  // ---- beats

  #beatWhenDue(): void {
    const { nowMs } = this.#time;
    if (this.isLeaving || nowMs < this.#nextBeatMs) return;
    const { keepaliveMs } = this.#configuration;
    this.#nextBeatMs += keepaliveMs;
    if (this.#nextBeatMs - nowMs < keepaliveMs / 2) this.#nextBeatMs = nowMs + keepaliveMs;
    if (this.#status === "init") {
      this.#beat();
      this.#status = "up";
    }
    if (!this.#isMuted) this.#beat();
  }

  #beat(extra: readonly PacketField[] = []): void {
    const { nowMs } = this.#time;
    const isEarly = nowMs - this.#startedAtMs < EARLY_MS && this.#status !== "active";
    const deadtimeMs = Math.round(this.#configuration.deadtimeMs + (isEarly ? EARLY_DEADTIME_MS : 0));
    const heard = [...this.#peers.values()].filter((peer) => peer.isKodou && peer.status !== "dead" && peer.generation > 0);
    this.#transmit([
      textField("t", "status"),
      textField("st", this.#status),
      textField("dt", deadtimeMs.toString(16)),
      textField("protocol", "1"),
      textField("kodou", this.#isSilent ? "silent" : "1"),
      ...(heard.length === 0 ? [] : [textField("khear", formatGenerations(heard))]),
      ...extra,
    ]);
  }

  #leave(): void {
    if (this.isLeaving) return;
    this.#transmit(RELEASES_ALL);
    this.#nodeList.end();
    this.#goodbyesLeft = GOODBYES;
    this.#nextGoodbyeMs = this.#time.nowMs;
  }

  /** Says goodbye several times: there will be nobody left to ask for a lost packet. */
  #repeatGoodbye(): void {
    const { nowMs } = this.#time;
    if (this.#goodbyesLeft === undefined || this.#goodbyesLeft === 0 || nowMs < this.#nextGoodbyeMs) return;
    this.#goodbyesLeft -= 1;
    this.#nextGoodbyeMs = nowMs + GOODBYE_MS;
    this.#transmit([textField("t", "shutdone"), textField("st", "dead"), textField("kodou", "1")]);
  }

  // ---- sending

  #transmit(own: readonly PacketField[]): void {
    const destination = fieldValue(own, "dest");
    const uuid = destination === undefined ? undefined : this.#peers.get(destination)?.uuid;
    this.#out.push(...this.#sender.send(own, uuid, this.#hasFastLink(), this.#time));
  }

  #hasFastLink(): boolean {
    return hasFastLink({ configuration: this.#configuration, peers: this.#peers });
  }

  // ---- receiving

  #receive(link: string, bytes: string): void {
    const decoded = decodePacket(bytes);
    if (!decoded.ok) {
      this.#complain(link, decoded.error);
      return;
    }
    const { fields } = decoded.value;
    const source = (fieldValue(fields, "src") ?? "").toLowerCase();
    const shown = source.slice(0, 64).replace(/[^\x21-\x7e]/g, "?");
    const verified = verifyPacket(decoded.value, this.#configuration.keys, this.#ports.signer);
    if (!verified.ok) {
      this.#complain(link, `packet of [${shown}] refused: ${verified.error}`);
      return;
    }
    const type = fieldValue(fields, "t");
    if (source === "" || type === undefined || !(parseHex(fieldValue(fields, "ts")) > 0)) return;
    if (source === this.#configuration.node) {
      const uuid = fieldValue(fields, "srcuuid");
      if (uuid !== undefined && uuid !== this.#configuration.uuid)
        this.#complain(link, `another machine calls itself ${source}: give each node a name of its own (uname -n)`);
      return;
    }
    if (fieldValue(fields, "srcuuid") === this.#configuration.uuid)
      this.#complain(link, `node ${shown} has this node's uuid: delete hb_uuid on the machine that was cloned`);
    const peer = this.#peers.get(source) ?? (this.#configuration.mayAutojoin ? this.#autojoin(source) : undefined);
    if (!peer) {
      this.#complain(link, `packet of unknown node [${shown}]: add it to the node lines of ha.cf on all nodes`);
      return;
    }
    if (this.#isTwin(peer, fieldValue(fields, "srcuuid"))) {
      this.#complain(
        link,
        `two machines call themselves ${shown}: the newcomer is not listened to; give each node a name of its own (uname -n)`,
      );
      return;
    }
    this.#watch.linkHeard(peer, link);
    const isForUs = isAddressed(fields, this.#configuration.node);
    if (!type.startsWith("NS_")) this.#numbered(peer, type, fields, isForUs);
    else if (isForUs) this.#control(peer, type, fields);
  }

  #autojoin(name: string): Peer | undefined {
    if (this.#peers.size >= LIMITS.clusterNodes || !/^[!-~]{1,64}$/.test(name)) return undefined;
    this.#log("info", `node ${name} joins on its own (autojoin)`);
    return this.#addPeer(name);
  }

  #control(peer: Peer, type: string, fields: readonly PacketField[]): void {
    switch (type) {
      case "NS_rexmit": {
        const first = Number(fieldValue(fields, "firstseq"));
        const last = Number(fieldValue(fields, "lastseq"));
        if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) return;
        for (let seq = first; seq <= last && seq < first + PACKETS_PER_REQUEST; seq += 1) this.#resend(peer, seq);
        return;
      }
      case "NS_ackmsg": {
        const seq = parseHex(fieldValue(fields, "ackseq"));
        if (!(seq > peer.acknowledged) || seq > this.#sender.lastSeq) return;
        peer.acknowledged = seq;
        peer.isLagging = false;
        return;
      }
      case "NS_nak_rexmit": {
        const seq = parseHex(fieldValue(fields, "firstseq"));
        if (!peer.sequence.giveUp(seq)) return;
        this.#log("error", `Irretrievably lost packet: node ${peer.name} seq ${seq}`);
        this.#resynchronize(peer);
        this.#messages.deliver(peer);
        return;
      }
    }
  }

  #resend(peer: Peer, seq: number): void {
    const outcome = this.#sender.resend(seq, this.#hasFastLink(), this.#time.nowMs);
    if (outcome.kind === "sent") this.#out.push(...outcome.packets);
    if (outcome.kind !== "gone") return;
    this.#transmit([
      textField("t", "NS_nak_rexmit"),
      textField("dest", peer.name),
      textField("firstseq", seq.toString(16)),
      textField("info", seq < this.#sender.lastSeq ? "seqno too low" : "seqno not found"),
    ]);
  }

  /** A machine that has come to the name of one that lives: as long as that one is heard it alone is the node. */
  #isTwin(peer: Peer, uuid: string | undefined): boolean {
    const isAlive = peer.status === "up" || peer.status === "active";
    return isAlive && !peer.hasLeft && uuid !== undefined && peer.uuid !== undefined && uuid !== peer.uuid;
  }

  #numbered(peer: Peer, type: string, fields: readonly PacketField[], isForUs: boolean): void {
    const generation = parseHex(fieldValue(fields, "hg"));
    const seq = parseHex(fieldValue(fields, "seq"));
    if (!(generation > 0) || !(seq > 0)) return;
    if (generation < peer.generation) {
      this.#complain("should_drop_message", `attempted replay attack [${peer.name}]? [gen = ${generation}, curgen = ${peer.generation}]`);
      return;
    }
    if (generation > peer.generation) {
      // Only a status message starts a new incarnation; the rest waits for it.
      if (type !== "status") return;
      if (peer.generation > 0) this.#log("info", `Heartbeat restart on node ${peer.name}`);
      beginIncarnation(peer, generation);
      this.#messages.forget(peer.name);
      this.#greet();
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
    if (verdict === "repaired" && peer.sequence.firstMissing === undefined) this.#log("info", `No pkts missing from ${peer.name}!`);
    if (seq % 10 === peer.ackRemainder && peer.sequence.firstMissing === undefined) this.#acknowledge(peer, seq);
    if (isForUs) this.#process(peer, type, seq, fields);
    this.#messages.deliver(peer);
  }

  #acknowledge(peer: Peer, seq: number): void {
    if (seq > 0) this.#transmit([textField("t", "NS_ackmsg"), textField("dest", peer.name), textField("ackseq", seq.toString(16))]);
  }

  /** A node that has just come shall know at once that it is heard. */
  #greet(): void {
    this.#nextBeatMs = this.#time.nowMs;
  }

  #process(peer: Peer, type: string, seq: number, fields: readonly PacketField[]): void {
    switch (type) {
      case "status":
        this.#peerStatus(peer, seq, fields);
        return;
      case MESSAGE_TYPE:
        this.#messages.receive(peer, seq, fields);
        return;
      case "shutdone":
        if (!peer.hasLeft) this.#log("info", `Received shutdown notice from '${peer.name}'.`);
        peer.hasLeft = true;
        this.#die(peer);
        return;
      case "reqnodes": {
        this.#transmit(nodeListAnswer(peer.name, new Set([...this.#configuration.nodes, this.#configuration.node, ...this.#peers.keys()])));
        return;
      }
      case "repnodes":
        for (const name of this.#nodeList.take(peer.name, fields)) this.#autojoin(name);
        return;
    }
    const answer = answerHaresources(peer.name, type, fields);
    if (answer && !peer.isKodou) this.#transmit(answer);
  }

  #peerStatus(peer: Peer, seq: number, fields: readonly PacketField[]): void {
    const { nowMs } = this.#time;
    const wasDead = peer.status === "dead";
    // After its goodbye a heartbeat beats on for two seconds; only a new run counts.
    if (peer.hasLeft || (wasDead && seq <= peer.lastStatusSeq)) return;
    // A late copy says nothing new about the state, and must not undo it.
    const isNewest = seq > peer.lastStatusSeq;
    const intervalMs = peer.lastStatusMs === undefined ? 0 : nowMs - peer.lastStatusMs;
    if (!wasDead && intervalMs > this.#configuration.warntimeMs)
      this.#log("warning", `Late heartbeat: Node ${peer.name}: interval ${Math.round(intervalMs)} ms`);
    peer.lastStatusMs = nowMs;
    if (!isNewest) return;
    peer.lastStatusSeq = seq;
    peer.deadAfterMs = parseHex(fieldValue(fields, "dt")) || this.#configuration.deadtimeMs;
    peer.uuid = fieldValue(fields, "srcuuid") ?? peer.uuid;
    if (wasDead) {
      this.#log("warning", `Cluster node ${peer.name} returning after partition.`);
      peer.stream = new MessageStream();
      peer.sequence = new SequenceTracker();
      peer.sequence.take(seq, nowMs, 0);
      this.#greet();
    }
    this.#readKodouFields(peer, seq, fields);
    const status = fieldValue(fields, "st");
    const next: PeerStatus = status === "active" ? "active" : status === "dead" ? "dead" : status === "init" ? "init" : "up";
    if (next !== peer.status) this.#log("info", `Status update for node ${peer.name}: status ${next}`);
    peer.status = next;
    this.#watch.report(peer);
  }

  #readKodouFields(peer: Peer, seq: number, fields: readonly PacketField[]): void {
    const { node, generation } = this.#configuration;
    const kodou = fieldValue(fields, "kodou");
    peer.isKodou = kodou !== undefined;
    if (kodou === "silent" && !peer.isSilent) this.#log("warning", `the cluster daemon of ${peer.name} does not answer`);
    peer.isSilent = kodou === "silent";
    if (!peer.isKodou) return;
    const hearsUs = namesGeneration(fieldValue(fields, "khear"), node, generation);
    if (hearsUs && !peer.hearsUs) {
      peer.hearsUs = true;
      // Nothing sent before was meant for it.
      peer.acknowledged = Math.max(peer.acknowledged, this.#sender.lastSeq);
    }
    if (fieldValue(fields, "kack") !== undefined) this.#acknowledge(peer, (peer.sequence.firstMissing ?? seq + 1) - 1);
  }

  /** Messages of the peer were lost for good: for the upper layer it is gone, and back, so that both start over. */
  #resynchronize(peer: Peer): void {
    peer.stream = new MessageStream();
    const event = this.#watch.eventOf(peer);
    if (!isListening(peer) || event.status === "dead") return;
    this.#upward({ ...event, status: "dead" });
    this.#upward(event);
  }

  // ---- peers' states

  #checkWhenDue(): void {
    const { nowMs } = this.#time;
    if (nowMs < this.#nextCheckMs) return;
    this.#nextCheckMs = nowMs + Math.min(CHECK_MS, this.#configuration.keepaliveMs / 2);
    for (const peer of this.#watch.silentPeers()) {
      this.#log("warning", `node ${peer.name}: is dead`);
      this.#die(peer);
    }
    this.#checkCommunication();
  }

  #die(peer: Peer): void {
    peer.status = "dead";
    peer.hearsUs = false;
    this.#messages.forget(peer.name);
    this.#watch.report(peer);
  }

  #checkCommunication(): void {
    if (this.#status === "active" || this.isLeaving) return;
    const { nowMs } = this.#time;
    const isWaitOver = nowMs - this.#startedAtMs > this.#configuration.initdeadMs;
    if (!isWaitOver && [...this.#peers.values()].some((peer) => statusForUpperLayer(peer) === "init")) return;
    this.#status = "active";
    this.#nextBeatMs = nowMs;
    this.#log("info", "Comm_now_up(): updating status to active");
    this.#upward({ kind: "communication-up", nowMs });
    this.#beatWhenDue();
    this.#nodeList.begin();
    if ([...this.#peers.values()].some((peer) => !peer.isKodou && peer.lastStatusMs !== undefined)) this.#transmit(HOLDS_NOTHING);
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

  #complain(about: string, reason: string): void {
    const text = `${about}: ${reason}`;
    if (this.#complaints.isNew(text, this.#time.nowMs)) this.#log("warning", text);
  }

  #upward(event: TransportEvent): void {
    this.#out.push({ kind: "upward", event });
  }

  #log(level: "info" | "warning" | "error", text: string): void {
    this.#out.push({ kind: "log", level, text });
  }
}

function isAddressed(fields: readonly PacketField[], node: string): boolean {
  const destination = fieldValue(fields, "dest");
  return destination === undefined || destination.toLowerCase() === node;
}

function parseHex(text: string | undefined): number {
  return text !== undefined && /^[0-9a-f]{1,12}$/.test(text) ? Number.parseInt(text, 16) : Number.NaN;
}
