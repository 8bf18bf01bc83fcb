import { LIMITS } from "../base/limits.ts";
import type { PeerStatus, TransportCommand, TransportEvent } from "../model/transport.ts";
import { decodePacket, fieldValue, type PacketField, textField, verifyPacket } from "../wire/packet.ts";
import { fromByteString, toByteString } from "../wire/text-bytes.ts";
import { answerHaresources, HOLDS_NOTHING, RELEASES_ALL } from "./haresources-answers.ts";
import type { HeartbeatConfiguration, HeartbeatEffect, HeartbeatPorts, HeartbeatTime } from "./heartbeat-types.ts";
import { formatPlace, MessageStream, parsePlace, type WholeMessage } from "./message-stream.ts";
import { formatGenerations, namesGeneration } from "./named-generations.ts";
import { Outbox } from "./outbox.ts";
import { PacketSender } from "./packet-sender.ts";
import { beginIncarnation, isListening, newPeer, type Peer, statusForUpperLayer } from "./peer.ts";
import { SequenceTracker } from "./sequence.ts";

/** Added to the announced deadtime while a node starts. Source: captures of heartbeat 3.0.6. */
const EARLY_DEADTIME_MS = 2000;
const EARLY_MS = 5000;
const CHECK_MS = 250;
/** A node that was asked for its list of nodes has this long to answer. */
const NODE_LIST_MS = 1000;
const NODE_LIST_REQUESTS = 5;
const GOODBYES = 3;
const GOODBYE_MS = 50;
const PROBE_MS = 200;
const PACKETS_PER_REQUEST = 50;
const BYTES_PER_STEP = 4 * LIMITS.messageFragmentBytes;
const STEP_MS = 2;

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
  readonly #outbox = new Outbox();
  readonly #startedAtMs: number;
  #time: HeartbeatTime;
  #out: HeartbeatEffect[] = [];
  #status: "init" | "up" | "active" = "init";
  #nextBeatMs: number;
  #nextCheckMs: number;
  /** Nobody is declared dead before: this node itself was held up. */
  #noDeathsUntilMs = 0;
  #isSilent = false;
  #isMuted = false;
  #goodbyesLeft: number | undefined;
  #nextGoodbyeMs = 0;
  #windowClosedAtMs: number | undefined;
  #nextProbeMs = 0;
  #nodeListRequests = 0;
  #nextNodeListMs: number | undefined;
  readonly #badPackets = new Map<string, number>();

  constructor(configuration: HeartbeatConfiguration, ports: HeartbeatPorts, time: HeartbeatTime) {
    this.#configuration = configuration;
    this.#ports = ports;
    this.#sender = new PacketSender(configuration, ports);
    this.#time = time;
    this.#startedAtMs = time.nowMs;
    this.#nextBeatMs = time.nowMs;
    this.#nextCheckMs = time.nowMs;
    for (const name of configuration.nodes) if (name !== configuration.node) this.#addPeer(name);
  }

  /** All that the upper layer should know now: for a client that has just connected. */
  snapshot(time: HeartbeatTime): TransportEvent[] {
    const { nowMs } = time;
    this.#time = time;
    const out: TransportEvent[] = [];
    for (const peer of this.#peers.values()) {
      for (const [link, { isUp }] of peer.links) out.push({ kind: "link-status", peer: peer.name, link, isUp, nowMs });
      if (peer.reported !== "") out.push(this.#peerEvent(peer));
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
    const { nowMs } = this.#time;
    let earliest = Math.min(this.#nextBeatMs, this.#nextCheckMs, this.#nextNodeListMs ?? Number.POSITIVE_INFINITY);
    if (this.#goodbyesLeft !== undefined && this.#goodbyesLeft > 0) earliest = Math.min(earliest, this.#nextGoodbyeMs);
    for (const peer of this.#peers.values())
      if (peer.status !== "dead") earliest = Math.min(earliest, peer.sequence.deadlineMs() ?? earliest);
    if (this.#outbox.isEmpty) return earliest;
    if (this.#windowClosedAtMs !== undefined) return Math.min(earliest, this.#nextProbeMs);
    return Math.min(earliest, nowMs + (this.#hasFastLink() ? STEP_MS : CHECK_MS / 2));
  }

  #step(time: HeartbeatTime, work: () => void): HeartbeatEffect[] {
    this.#time = time;
    this.#out = [];
    this.#noticeStall();
    work();
    this.#beatWhenDue();
    this.#checkWhenDue();
    this.#requestMissing();
    this.#requestNodeList();
    this.#drainOutbox();
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
    if (this.#goodbyesLeft !== undefined || nowMs < this.#nextBeatMs) return;
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
    if (this.#goodbyesLeft !== undefined) return;
    this.#transmit(RELEASES_ALL);
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

  /** Whether every node that listens to messages is reached over a network. */
  #hasFastLink(): boolean {
    const fast = new Set(this.#configuration.links.filter((link) => link.bytesPerSecond === undefined).map((link) => link.name));
    if (fast.size === this.#configuration.links.length) return true;
    for (const peer of this.#peers.values()) {
      if (isListening(peer) && ![...peer.links].some(([name, link]) => link.isUp && fast.has(name))) return false;
    }
    return fast.size > 0;
  }

  #sendMessage(to: string | undefined, text: string): void {
    const hasListener = to === undefined ? [...this.#peers.values()].some(isListening) : isListening(this.#peers.get(to));
    if (!hasListener || this.#goodbyesLeft !== undefined) return;
    const { keys, node, generation, sealsMessages } = this.#configuration;
    const bytes = toByteString(text);
    const messageId = this.#outbox.nextId();
    if (bytes.length > LIMITS.clusterMessageBytes) {
      this.#log("error", `a message of ${bytes.length} bytes is too long and was not sent (limit ${LIMITS.clusterMessageBytes})`);
      return;
    }
    const secret = sealsMessages ? keys.keys.get(keys.active)?.secret : undefined;
    const sealed = secret === undefined ? bytes : this.#ports.cipher.seal(secret, bytes, `${node}:${generation}:${messageId}`);
    const keyNumber = secret === undefined ? undefined : keys.active;
    if (!this.#outbox.add({ messageId, to, keyNumber, data: btoa(sealed) }))
      this.#log("error", `a message of ${bytes.length} bytes was not sent: too many are waiting for slow nodes`);
  }

  /** Sends what waits, a few packets at a time so that receivers' buffers hold them, and not far ahead of their acknowledgements. */
  #drainOutbox(): void {
    if (this.#outbox.isEmpty) {
      this.#windowClosedAtMs = undefined;
      return;
    }
    const hasFastLink = this.#hasFastLink();
    const mostBytes = hasFastLink ? LIMITS.messageFragmentBytes : LIMITS.slowFragmentBytes;
    let budget = hasFastLink ? BYTES_PER_STEP : (this.#sender.slowCredit(this.#time.nowMs) ?? BYTES_PER_STEP);
    while (budget > 0 && !this.#outbox.isEmpty && this.#isWindowOpen()) {
      const piece = this.#outbox.take(mostBytes);
      if (!piece) return;
      budget -= piece.data.length + 300;
      const listeners = piece.to === undefined ? [...this.#peers.values()] : [this.#peers.get(piece.to)];
      const targets = listeners.filter((peer) => peer !== undefined && isListening(peer)).filter((peer) => peer !== undefined);
      if (targets.length === 0) continue;
      this.#transmit([
        textField("t", "kodou"),
        ...(piece.to === undefined ? [] : [textField("dest", piece.to)]),
        textField("kto", formatGenerations(targets)),
        textField("kfrag", formatPlace(piece.messageId, piece.offset, piece.total)),
        ...(piece.keyNumber === undefined ? [] : [textField("kenc", String(piece.keyNumber))]),
        textField("kdata", piece.data),
      ]);
    }
  }

  #isWindowOpen(): boolean {
    const { nowMs } = this.#time;
    const ahead = (peer: Peer): number => this.#sender.lastSeq - peer.acknowledged;
    const late = [...this.#peers.values()].filter((p) => isListening(p) && !p.isLagging && ahead(p) >= LIMITS.packetsUnacknowledged);
    if (late.length === 0) {
      this.#windowClosedAtMs = undefined;
      return true;
    }
    if (this.#windowClosedAtMs === undefined) {
      this.#windowClosedAtMs = nowMs;
      this.#nextProbeMs = nowMs;
    }
    if (nowMs - this.#windowClosedAtMs > this.#configuration.deadtimeMs) {
      for (const peer of late) {
        peer.isLagging = true;
        this.#log("warning", `node ${peer.name} acknowledges nothing for ${this.#configuration.deadtimeMs} ms: it is waited for no longer`);
      }
      return this.#isWindowOpen();
    }
    if (nowMs >= this.#nextProbeMs && !this.#isMuted) {
      this.#nextProbeMs = nowMs + PROBE_MS;
      this.#beat([textField("kack", "1")]);
    }
    return false;
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
    this.#linkHeard(peer, link);
    const isForUs = isAddressed(fields, this.#configuration.node);
    if (!type.startsWith("NS_")) this.#numbered(peer, type, fields, isForUs);
    else if (isForUs) this.#control(peer, type, fields);
  }

  #autojoin(name: string): Peer | undefined {
    if (this.#peers.size >= LIMITS.clusterNodes || !/^[!-~]{1,64}$/.test(name)) return undefined;
    this.#log("info", `node ${name} joins on its own (autojoin)`);
    return this.#addPeer(name);
  }

  #linkHeard(peer: Peer, link: string): void {
    const { nowMs } = this.#time;
    const state = peer.links.get(link) ?? { lastMs: nowMs, isUp: false };
    peer.links.set(link, state);
    state.lastMs = nowMs;
    if (state.isUp) return;
    state.isUp = true;
    this.#log("info", `Link ${peer.name}:${link} up.`);
    this.#upward({ kind: "link-status", peer: peer.name, link, isUp: true, nowMs });
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
        this.#deliver(peer);
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

  #numbered(peer: Peer, type: string, fields: readonly PacketField[], isForUs: boolean): void {
    const generation = parseHex(fieldValue(fields, "hg"));
    const seq = parseHex(fieldValue(fields, "seq"));
    if (!(generation > 0) || !(seq > 0)) return;
    const uuid = fieldValue(fields, "srcuuid");
    if (generation < peer.generation) {
      const isTwin = uuid !== undefined && peer.uuid !== undefined && uuid !== peer.uuid;
      const reason = isTwin ? `two machines call themselves ${peer.name}` : `attempted replay attack [${peer.name}]?`;
      this.#complain("should_drop_message", `${reason} [gen = ${generation}, curgen = ${peer.generation}]`);
      return;
    }
    if (generation > peer.generation) {
      // Only a status message starts a new incarnation; the rest waits for it.
      if (type !== "status") return;
      if (peer.generation > 0) this.#log("info", `Heartbeat restart on node ${peer.name}`);
      beginIncarnation(peer, generation);
      this.#outbox.dropFor(peer.name);
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
    this.#deliver(peer);
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
      case "kodou":
        this.#fragment(peer, seq, fields);
        return;
      case "shutdone":
        if (!peer.hasLeft) this.#log("info", `Received shutdown notice from '${peer.name}'.`);
        peer.hasLeft = true;
        this.#die(peer);
        return;
      case "reqnodes": {
        const names = new Set([...this.#configuration.nodes, this.#configuration.node, ...this.#peers.keys()]);
        this.#transmit([
          textField("dest", peer.name),
          textField("t", "repnodes"),
          textField("nodelist", [...names].map((name) => `${name} `).join("")),
          textField("delnodelist", " "),
        ]);
        return;
      }
      case "repnodes":
        this.#takeNodeList(peer, fieldValue(fields, "nodelist") ?? "");
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
    this.#report(peer);
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

  #fragment(peer: Peer, seq: number, fields: readonly PacketField[]): void {
    const { node, generation } = this.#configuration;
    // Meant for an earlier run of ours: a late packet, or one that somebody recorded.
    if (!namesGeneration(fieldValue(fields, "kto"), node, generation)) return;
    const place = parsePlace(fieldValue(fields, "kfrag"));
    const data = fieldValue(fields, "kdata");
    const key = fieldValue(fields, "kenc");
    if (place && data !== undefined) peer.stream.add({ ...place, seq, keyNumber: key === undefined ? undefined : Number(key), data });
  }

  #deliver(peer: Peer): void {
    for (const message of peer.stream.release(peer.sequence.firstMissing)) {
      const text = this.#open(peer, message);
      if (text === undefined) this.#log("error", `a message of ${peer.name} could not be read: its key differs from ours`);
      else this.#upward({ kind: "message", from: peer.name, generation: peer.generation, text, nowMs: this.#time.nowMs });
    }
  }

  #open(peer: Peer, { messageId, keyNumber, data }: WholeMessage): string | undefined {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(data) || data.length % 4 !== 0) return undefined;
    const sealed = atob(data);
    if (keyNumber === undefined) return fromByteString(sealed);
    const secret = this.#configuration.keys.keys.get(keyNumber)?.secret;
    if (secret === undefined) return undefined;
    const bytes = this.#ports.cipher.open(secret, sealed, `${peer.name}:${peer.generation}:${messageId}`);
    return bytes === undefined ? undefined : fromByteString(bytes);
  }

  /** Messages of the peer were lost for good: for the upper layer it is gone, and back, so that both start over. */
  #resynchronize(peer: Peer): void {
    peer.stream = new MessageStream();
    const event = this.#peerEvent(peer);
    if (!isListening(peer) || event.kind !== "peer-status" || event.status === "dead") return;
    this.#upward({ ...event, status: "dead" });
    this.#upward(event);
  }

  // ---- membership list

  #requestNodeList(): void {
    const { nowMs } = this.#time;
    if (this.#nextNodeListMs === undefined || nowMs < this.#nextNodeListMs || this.#goodbyesLeft !== undefined) return;
    const live = [...this.#peers.values()].filter((peer) => peer.status === "up" || peer.status === "active");
    const asked = live[this.#nodeListRequests % Math.max(1, live.length)];
    this.#nodeListRequests += 1;
    this.#nextNodeListMs = asked && this.#nodeListRequests < NODE_LIST_REQUESTS ? nowMs + NODE_LIST_MS : undefined;
    if (asked) this.#transmit([textField("t", "reqnodes"), textField("dest", asked.name)]);
  }

  #takeNodeList(peer: Peer, list: string): void {
    this.#nextNodeListMs = undefined;
    const theirs = list
      .toLowerCase()
      .split(" ")
      .filter((name) => name !== "");
    const unknown = theirs.filter((name) => name !== this.#configuration.node && !this.#peers.has(name));
    if (this.#configuration.mayAutojoin) {
      for (const name of unknown) this.#autojoin(name);
      return;
    }
    const missing = [this.#configuration.node, ...this.#peers.keys()].filter((name) => !theirs.includes(name));
    if (unknown.length + missing.length > 0) {
      const differences = [...unknown.map((name) => `${name} only there`), ...missing.map((name) => `${name} only here`)];
      this.#complain(
        "reqnodes",
        `the node lines of ha.cf differ between this node and ${peer.name}: ${differences.join(", ").slice(0, 500)}`,
      );
    }
  }

  // ---- peers' states

  /** When this process itself stood still, silence of others proves nothing: their packets may wait in the socket. */
  #noticeStall(): void {
    const { nowMs } = this.#time;
    const lateMs = nowMs - Math.max(this.#nextCheckMs, this.#startedAtMs);
    const { keepaliveMs, warntimeMs } = this.#configuration;
    if (lateMs <= keepaliveMs) return;
    if (lateMs > warntimeMs / 2)
      this.#log("warning", `this process was held up for ${Math.round(lateMs)} ms: nobody is declared dead because of that`);
    this.#noDeathsUntilMs = nowMs + 2 * keepaliveMs;
  }

  #checkWhenDue(): void {
    const { nowMs } = this.#time;
    if (nowMs < this.#nextCheckMs) return;
    this.#nextCheckMs = nowMs + Math.min(CHECK_MS, this.#configuration.keepaliveMs / 2);
    if (nowMs >= this.#noDeathsUntilMs) {
      for (const peer of this.#peers.values()) {
        this.#checkLinks(peer);
        this.#checkDeath(peer);
      }
    }
    this.#checkCommunication();
  }

  #checkLinks(peer: Peer): void {
    const { nowMs } = this.#time;
    for (const [link, state] of peer.links) {
      if (!state.isUp || nowMs - state.lastMs <= this.#configuration.deadtimeMs) continue;
      state.isUp = false;
      this.#log("info", `Link ${peer.name}:${link} dead.`);
      this.#upward({ kind: "link-status", peer: peer.name, link, isUp: false, nowMs });
    }
  }

  #checkDeath(peer: Peer): void {
    const { nowMs } = this.#time;
    if (peer.status === "dead") return;
    const limitMs = peer.lastStatusMs === undefined ? this.#configuration.initdeadMs : peer.deadAfterMs;
    if (nowMs - (peer.lastStatusMs ?? this.#startedAtMs) <= limitMs) return;
    this.#log("warning", `node ${peer.name}: is dead`);
    this.#die(peer);
  }

  #die(peer: Peer): void {
    peer.status = "dead";
    peer.hearsUs = false;
    this.#outbox.dropFor(peer.name);
    this.#report(peer);
  }

  #checkCommunication(): void {
    if (this.#status === "active" || this.#goodbyesLeft !== undefined) return;
    const { nowMs } = this.#time;
    const isWaitOver = nowMs - this.#startedAtMs > this.#configuration.initdeadMs;
    if (!isWaitOver && [...this.#peers.values()].some((peer) => statusForUpperLayer(peer) === "init")) return;
    this.#status = "active";
    this.#nextBeatMs = nowMs;
    this.#log("info", "Comm_now_up(): updating status to active");
    this.#upward({ kind: "communication-up", nowMs });
    this.#beatWhenDue();
    this.#nextNodeListMs = nowMs;
    if ([...this.#peers.values()].some((peer) => !peer.isKodou && peer.lastStatusMs !== undefined)) this.#transmit(HOLDS_NOTHING);
  }

  #report(peer: Peer): void {
    const event = this.#peerEvent(peer);
    if (event.kind !== "peer-status") return;
    if (event.status === "init" && peer.reported === "") return;
    const text = `${event.status} ${event.generation} ${event.hasLeftCleanly}`;
    if (text === peer.reported) return;
    peer.reported = text;
    this.#upward(event);
  }

  #peerEvent(peer: Peer): TransportEvent {
    return {
      kind: "peer-status",
      node: peer.name,
      status: statusForUpperLayer(peer),
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

  /** Logs what may come with every packet: each text once in ten seconds. */
  #complain(about: string, reason: string): void {
    const { nowMs } = this.#time;
    const text = `${about}: ${reason}`;
    if (nowMs - (this.#badPackets.get(text) ?? Number.NEGATIVE_INFINITY) < 10_000) return;
    if (this.#badPackets.size > 1000) this.#badPackets.clear();
    this.#badPackets.set(text, nowMs);
    this.#log("warning", text);
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
