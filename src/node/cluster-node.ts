import { transientAttribute, transientAttributes } from "../attributes/transient.ts";
import { compareBytes } from "../base/names.ts";
import type { AclUser } from "../cib/acl.ts";
import { clusterOption, parseBoolean } from "../cib/document.ts";
import { cibVersion } from "../cib/version.ts";
import { Election, type ElectionEffect, type ElectionTimes } from "../election/election.ts";
import type { Rank } from "../election/rank.ts";
import type { ExecutorCommand } from "../executor/command.ts";
import { Executor, type ExecutorEffect, type RunResult } from "../executor/executor.ts";
import { Fencer, type FencingEffect, type FencingRequest } from "../fencing/fencer.ts";
import { type CommitRight, commitRight, hasQuorum, type QuorumFacts, type QuorumOptions } from "../membership/quorum.ts";
import { EXIT, OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import type { TransportCommand, TransportEvent } from "../model/transport.ts";
import { compareTerms, formatTerm, type Term, type View } from "../model/view.ts";
import type { FenceCall, FenceResult } from "../ports/fence-runner.ts";
import { Replica, type ReplicationEffect } from "../replication/replica.ts";
import type { XmlElement } from "../xml/element.ts";
import { parseXml } from "../xml/parse.ts";
import { writeCompact } from "../xml/write.ts";
import { type ClientReply, type ClientRequest, failReply, type NodeStatus } from "./client.ts";
import { ClientDesk, type ClientDeskPort } from "./client-desk.ts";
import { Coordinator } from "./coordinator.ts";
import type { NodeErrand } from "./errand.ts";
import { type ErrandAsker, ErrandDesk } from "./errand-desk.ts";
import { decodeMessage, encodeMessage, type Hello, type MemberReport, type NodeMessage } from "./messages.ts";
import { PeerTable, type RankedNode } from "./peer-table.ts";
import type { PendingOperation } from "./pending-operations.ts";
import type { Plan, Planner } from "./planner.ts";
import { isProvenDown, StatusDraft } from "./status-draft.ts";
import { addBootstrapOptions, viewDocument, withBootstrapOptions } from "./view-document.ts";

/** What a node is told at its start; times in ms. */
export interface ClusterNodeConfiguration {
  readonly name: string;
  /** Id in the CIB: the node's uuid. */
  readonly nodeId: string;
  /** Differs for each run of the daemon. */
  readonly incarnation: string;
  readonly configuredNodes: readonly string[];
  readonly quorum: QuorumOptions;
  readonly election: ElectionTimes;
  /** A node repeats what it tells of itself at least this often. */
  readonly helloMs: number;
  /** A member that does not answer a change for this long is left out of the view. */
  readonly commitMs: number;
  readonly version: string;
  /** True when nobody can read messages between nodes on the way. */
  readonly isConfidential?: boolean;
}

/** What a node finds on its disk at its start. */
export interface ClusterNodeDisk {
  readonly cib: XmlElement;
  readonly committedTerm: Term;
  readonly promised: Term;
  readonly planNumber: number;
  /** Keys of the last changes that are in the CIB. */
  readonly changeKeys: readonly string[];
}

/** Times of one step: monotonic, and wall clock for display, the history and date rules. */
export interface NodeTime {
  readonly nowMs: number;
  readonly epochSeconds: number;
  /** Present time as ctime(3) prints it. */
  readonly dateText: string;
}

/** Everything that can happen to a node. */
export type NodeEvent =
  | { readonly kind: "transport"; readonly event: TransportEvent }
  | { readonly kind: "tick" }
  | { readonly kind: "agent-finished"; readonly runId: number; readonly result: RunResult }
  | { readonly kind: "fence-finished"; readonly requestId: string; readonly result: FenceResult }
  | { readonly kind: "client-request"; readonly requestId: string; readonly request: ClientRequest; readonly user: AclUser }
  | { readonly kind: "errand-finished"; readonly asker: ErrandAsker; readonly reply: ClientReply }
  /** Something could not be written: the node cannot keep its word and leaves the view. `dropped` is what was to follow and was not done. */
  | { readonly kind: "disk-failed"; readonly message: string; readonly dropped: readonly NodeEffect[] };

/** Everything a node wants done, in this order. */
export type NodeEffect =
  | { readonly kind: "transport"; readonly command: TransportCommand }
  | { readonly kind: "persist-promise"; readonly term: Term }
  | { readonly kind: "persist-cib"; readonly cib: XmlElement; readonly term: Term; readonly changeKeys: readonly string[] }
  | { readonly kind: "run-agent"; readonly runId: number; readonly command: ExecutorCommand }
  | { readonly kind: "kill-agent"; readonly runId: number }
  | { readonly kind: "run-fence"; readonly requestId: string; readonly call: FenceCall }
  | { readonly kind: "client-reply"; readonly requestId: string; readonly reply: ClientReply }
  /** `errand-finished` follows. */
  | { readonly kind: "errand"; readonly asker: ErrandAsker; readonly errand: NodeErrand }
  | { readonly kind: "save-plan"; readonly number: number; readonly plan: Plan; readonly input: XmlElement }
  | { readonly kind: "cib-changed"; readonly cib: XmlElement }
  | { readonly kind: "log"; readonly level: "info" | "notice" | "warning" | "error"; readonly text: string }
  /** The node has left the cluster; the daemon may end. */
  | { readonly kind: "exit" };

/** Pause between two attempts to write to a disk that failed. */
const DISK_RETRY_MS = 5000;
/** Time in which a failure of such an attempt is reported. */
const DISK_SETTLE_MS = 50;

/**
 * One node of the cluster: the cores, wired. An event comes in, effects go out; nothing else happens. The same object
 * runs in the daemon and in the simulator.
 */
export class ClusterNode {
  readonly #configuration: ClusterNodeConfiguration;
  readonly #planner: Planner;
  readonly #peers: PeerTable;
  readonly #election: Election;
  readonly #replica: Replica;
  readonly #executor: Executor;
  readonly #fencer = new Fencer();
  readonly #startedAtMs: number;
  readonly #reports = new Map<string, MemberReport>();
  readonly #desk: ClientDesk;
  readonly #errands: ErrandDesk;
  #coordinator: Coordinator | undefined;
  #planNumber: number;
  #out: NodeEffect[] = [];
  #draft: StatusDraft | undefined;
  #time: NodeTime = { nowMs: 0, epochSeconds: 0, dateText: "" };
  #isCommunicationUp = false;
  #hasSeenAll = false;
  #isLeaving = false;
  #hasExited = false;
  #nextLeaveRequestMs = 0;
  #lastHello = "";
  #lastHelloMs = 0;
  readonly #undelivered: { readonly from: string; readonly message: NodeMessage }[] = [];
  #diskFailure: string | undefined;
  #diskRetryMs = 0;
  #isDiskTried = false;

  constructor(configuration: ClusterNodeConfiguration, disk: ClusterNodeDisk, planner: Planner, nowMs: number) {
    this.#configuration = configuration;
    this.#planner = planner;
    this.#election = new Election(configuration.name, disk.promised, configuration.election);
    this.#replica = new Replica(configuration.name, disk.cib, disk.committedTerm, disk.changeKeys);
    this.#executor = new Executor(configuration.name, configuration.nodeId);
    this.#peers = new PeerTable(configuration.name, configuration.incarnation);
    this.#desk = new ClientDesk(this.#deskPort());
    this.#errands = new ErrandDesk({
      self: configuration.name,
      isConfidential: configuration.isConfidential === true,
      nowMs: () => this.#time.nowMs,
      isHeard: (node) => this.#peers.statusOf(node) === "active",
      send: (to, message) => this.#send(to, message),
      answer: (requestId, reply) => this.#emit({ kind: "client-reply", requestId, reply }),
      carryOut: (asker, errand) => this.#emit({ kind: "errand", asker, errand }),
    });
    this.#planNumber = disk.planNumber;
    this.#startedAtMs = nowMs;
  }

  /** The document in force on this node. */
  get cib(): XmlElement {
    return this.#replica.cib;
  }

  /** The view this node is a member of. */
  get view(): View | undefined {
    return this.#replica.view;
  }

  /** True while this node is DC and carries out decisions. */
  get isDc(): boolean {
    return this.#coordinator !== undefined;
  }

  /** Newest term this node promised. */
  get promised(): Term {
    return this.#election.promised;
  }

  /** Handles one event. */
  step(event: NodeEvent, time: NodeTime): NodeEffect[] {
    this.#time = time;
    this.#out = [];
    if (this.#hasExited) return [];
    this.#tryDiskAgain();
    this.#handle(event);
    this.#applyExecutor(this.#executor.tick(time));
    this.#review();
    this.#checkOverdue();
    this.#leaveWhenDue();
    this.#desk.expire(time.nowMs);
    this.#errands.expire(time.nowMs);
    this.#coordinator?.advance(time.nowMs, time.epochSeconds);
    this.#flush();
    this.#sayHello();
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** Time by which a tick has to come although nothing happened. */
  deadlineMs(): number {
    const { nowMs, epochSeconds } = this.#time;
    const times = [
      this.#lastHelloMs + this.#configuration.helloMs,
      this.#executor.deadlineMs(),
      this.#election.deadlineMs(),
      this.#greetingEndMs(),
      this.#desk.deadlineMs(),
      this.#errands.deadlineMs(),
      this.#diskFailure === undefined ? undefined : this.#diskRetryMs,
      this.#coordinator?.deadlineMs(nowMs, epochSeconds),
      ...this.#peers.deadlinesMs(nowMs),
    ];
    const oldest = this.view === undefined ? undefined : this.#replica.oldestWaitMs();
    // What is overdue already has had its consequence: the next view.
    if (oldest !== undefined && oldest + this.#configuration.commitMs > nowMs) times.push(oldest + this.#configuration.commitMs);
    return Math.min(...times.filter((time) => time !== undefined));
  }

  /** State for displays. */
  status(): NodeStatus {
    const view = this.view;
    const members = new Set(view?.members.map((member) => member.node));
    const names = [...new Set([this.#configuration.name, ...this.#configuration.configuredNodes, ...this.#peers.names])].sort(compareBytes);
    const right = this.#commitRight();
    return {
      version: this.#configuration.version,
      node: this.#configuration.name,
      nodeId: this.#configuration.nodeId,
      state: this.#controllerState(),
      dc: view?.term.candidate,
      term: formatTerm(view?.term ?? this.promised),
      hasQuorum: view !== undefined && hasQuorum(this.#quorumFacts(view)),
      commit: right.isAllowed ? right.reason : `refused: ${right.reason}`,
      transition: this.#coordinator?.progress(),
      peers: names.map((node) => {
        const isSelf = node === this.#configuration.name;
        return {
          node,
          nodeId: isSelf ? this.#configuration.nodeId : (this.#idOf(node) ?? ""),
          heartbeat: isSelf ? "active" : this.#peers.statusOf(node),
          isMember: members.has(node),
          links: this.#peers.linksOf(node),
        };
      }),
    };
  }

  #controllerState(): string {
    if (this.#isLeaving) return "S_STOPPING";
    if (!this.#isCommunicationUp) return "S_STARTING";
    if (!this.view) return "S_ELECTION";
    if (this.#coordinator) return this.#coordinator.isIdle ? "S_IDLE" : "S_TRANSITION_ENGINE";
    return this.#replica.isDc ? "S_INTEGRATION" : "S_NOT_DC";
  }

  /** Writes to a disk that failed, now and then; it counts as good when no failure was reported of that. */
  #tryDiskAgain(): void {
    if (this.#diskFailure === undefined || this.#time.nowMs < this.#diskRetryMs) return;
    if (this.#isDiskTried) {
      this.#diskFailure = undefined;
      this.#isDiskTried = false;
      this.#log("notice", "this node's disk can be written again");
      return;
    }
    this.#isDiskTried = true;
    this.#diskRetryMs = this.#time.nowMs + DISK_SETTLE_MS;
    this.#emit({ kind: "persist-promise", term: this.promised });
  }

  #handle(event: NodeEvent): void {
    switch (event.kind) {
      case "transport":
        this.#handleTransport(event.event);
        return;
      case "tick":
        return;
      case "agent-finished":
        this.#applyExecutor(this.#executor.finished(event.runId, event.result, this.#time));
        return;
      case "fence-finished":
        this.#fenceFinished(event.requestId, event.result);
        return;
      case "client-request":
        this.#takeRequest({ requestId: event.requestId, from: undefined }, event.request, event.user);
        return;
      case "errand-finished":
        this.#errands.finished(event.asker, event.reply);
        return;
      case "disk-failed":
        this.#diskFailure = event.message;
        this.#diskRetryMs = this.#time.nowMs + DISK_RETRY_MS;
        this.#isDiskTried = false;
        this.#log("error", `cannot write: ${event.message}; this node stays out of the cluster until its disk is in order`);
        this.#abandonView();
        for (const effect of event.dropped) this.#undone(effect);
        return;
    }
  }

  /** An effect was not carried out because the disk failed before it: who waits for it is told. */
  #undone(effect: NodeEffect): void {
    const exitReason = "not run: this node's disk cannot be written";
    if (effect.kind === "run-agent") {
      const result = { exitCode: OCF.genericError, operationStatus: OPERATION_STATUS.error, exitReason, elapsedMs: 0 };
      this.#applyExecutor(this.#executor.finished(effect.runId, result, this.#time));
    } else if (effect.kind === "run-fence") {
      const nothing = { exitCode: 1, isPlugOn: undefined, plugs: [], output: exitReason, elapsedMs: 0 };
      this.#fenceFinished(effect.requestId, { verdict: "failed", ...nothing });
    } else if (effect.kind === "client-reply") {
      this.#emit({ ...effect, reply: failReply(EXIT.tempFail, "This node's disk cannot be written") });
    } else if (effect.kind === "kill-agent" || effect.kind === "errand") {
      this.#emit(effect);
    }
  }

  // ---- messages and peers

  #handleTransport(event: TransportEvent): void {
    switch (event.kind) {
      case "communication-up":
        this.#isCommunicationUp = true;
        return;
      case "restarted":
        this.#peers.restarted(this.#time.nowMs);
        return;
      case "link-status":
        this.#peers.linkChanged(event);
        return;
      case "peer-status":
        if (event.node === this.#configuration.name) return;
        if (this.#peers.statusChanged(event, this.#time.nowMs)) this.#lastHello = "";
        if (event.status === "dead") {
          this.#applyFencing(this.#fencer.executorLost(event.node, this.#time.epochSeconds));
          this.#errands.nodeLost(event.node);
        }
        if (this.#peers.hasRecovered(this.#time.nowMs)) {
          this.#lastHello = "";
          this.#returned(undefined);
        }
        return;
      case "message": {
        const decoded = decodeMessage(event.text);
        if (!decoded.ok) this.#log("warning", `message of ${event.from} ignored: ${decoded.error}`);
        else this.#receive(event.from, event.generation, decoded.value);
        return;
      }
    }
  }

  #receive(from: string, generation: number, message: NodeMessage): void {
    if (message.type === "hello") {
      const greeting = this.#peers.greeted(from, generation, message);
      if (greeting !== "known") this.#lastHello = "";
      if (greeting === "back") this.#returned(from);
      return;
    }
    switch (message.type) {
      case "election":
        this.#applyElection(this.#election.receive(from, message.body, this.#electionFacts()));
        return;
      case "report":
        this.#reports.set(from, message);
        return;
      case "replication":
        this.#applyReplication(this.#replica.receive(from, message.body, this.promised));
        return;
      case "execute":
        if (this.#isCurrent(from, message.term)) this.#applyExecutor(this.#executor.execute(message.command, this.#time));
        return;
      case "result":
      case "cancelled":
      case "deleted":
        this.#operationEnded(from, message);
        return;
      case "inquiry":
        if (this.#isCurrent(from, message.term)) this.#answerInquiry(message.operation);
        return;
      case "inquiry-answer": {
        const history = message.history === undefined ? undefined : parseXml(message.history);
        this.#coordinator?.inquiryAnswered(message.operation, history?.ok ? history.value : undefined);
        return;
      }
      case "clear-failures":
        this.#executor.clearFailures(message.resourceId);
        return;
      case "fence":
        if (this.#isCurrent(from, message.term))
          this.#emit({ kind: "run-fence", requestId: `${from} ${message.requestId}`, call: message.call });
        return;
      case "fenced":
        this.#applyFencing(this.#fencer.attemptFinished(message.requestId, from, message.result, this.#time.epochSeconds));
        return;
      case "fencing-history":
        this.#fencer.adopt([message.request]);
        return;
      case "leave-request":
        this.#coordinator?.leaveRequested(from, this.#time.epochSeconds);
        return;
      case "leave-granted":
        if (this.#isLeaving) this.#exit();
        return;
      case "client-request":
        this.#takeRequest({ requestId: message.id, from }, message.request, message.user);
        return;
      case "client-reply":
        if (!this.#errands.answered(message.id, message.reply)) this.#desk.answered(message.id, message.reply);
        return;
    }
  }

  #takeRequest(asker: ErrandAsker, request: ClientRequest, user: AclUser): void {
    if (request.op === "errand") this.#errands.receive(asker, request, user);
    else this.#desk.receive(asker, request, user);
  }

  /** A member's news for the DC. It may come while the first document of the view is still on its way to others: then it waits. */
  #operationEnded(from: string, message: Extract<NodeMessage, { type: "result" | "cancelled" | "deleted" }>): void {
    const coordinator = this.#coordinator;
    if (!coordinator) {
      if (this.#replica.isDc) this.#undelivered.push({ from, message });
      return;
    }
    if (message.type === "result") coordinator.result(from, message.command, readEntries(message.entries), message.outcome);
    else coordinator[message.type](from, message.command);
  }

  /** What still runs here will report by itself. */
  #answerInquiry(operation: PendingOperation): void {
    if (this.#executor.isBusy(operation.resourceId)) return;
    const history = this.#executor.historyOf(operation.resourceId);
    if (this.#coordinator) this.#coordinator.inquiryAnswered(operation, history);
    else this.#sendToDc({ type: "inquiry-answer", operation, history: history && writeCompact(history) });
  }

  /** Orders of a DC count only while its term is the newest this node has promised. */
  #isCurrent(from: string, term: Term): boolean {
    const isCurrent = compareTerms(term, this.promised) === 0 && term.candidate === from && this.view !== undefined;
    if (!isCurrent) this.#log("warning", `refused an order of ${from}: its term ${formatTerm(term)} is not in force here`);
    return isCurrent;
  }

  /** A member's messaging layer, or this node's own (`undefined`), was started again: what was under way may be lost. */
  #returned(node: string | undefined): void {
    if (!this.#replica.isDc) return;
    this.#log("warning", `messages ${node === undefined ? "to all members" : `with ${node}`} may have been lost: its state is checked`);
    this.#flush();
    this.#applyReplication(this.#replica.sendAgain(node));
    this.#coordinator?.inquireAll(node);
  }

  #sayHello(): void {
    const { nowMs } = this.#time;
    if (this.#hasExited) return;
    const hello: Hello = {
      type: "hello",
      nodeId: this.#configuration.nodeId,
      incarnation: this.#configuration.incarnation,
      rank: this.#ownRank(),
      // Who cannot write can promise nothing: the others have to go on without this node.
      hears: this.#diskFailure === undefined ? this.#peers.hears(nowMs) : [],
      companions: this.#peers.companions,
    };
    const text = JSON.stringify({ ...hello, rank: { ...hello.rank, uptimeMs: 0 } });
    if (text === this.#lastHello && nowMs - this.#lastHelloMs < this.#configuration.helloMs) return;
    this.#lastHello = text;
    this.#lastHelloMs = nowMs;
    this.#emit({ kind: "transport", command: { kind: "send", to: undefined, text: encodeMessage(hello) } });
  }

  #ownRank(): Omit<Rank, "node"> {
    const version = cibVersion(this.cib);
    return {
      committedTerm: this.#replica.committedTerm,
      adminEpoch: version.adminEpoch,
      epoch: version.epoch,
      isDc: this.#replica.isDc,
      uptimeMs: this.#time.nowMs - this.#startedAtMs,
      promised: this.promised,
    };
  }

  // ---- views

  #electionFacts(): { nowMs: number; group: RankedNode[]; view: View | undefined } {
    const { nowMs } = this.#time;
    return { nowMs, group: this.#peers.group(this.#ownRank(), nowMs), view: this.view };
  }

  #review(): void {
    if (this.#diskFailure !== undefined || this.#hasExited) return;
    if (!this.#isCommunicationUp) {
      const group = new Set(this.#electionFacts().group.map((rank) => rank.node));
      if (!this.#configuration.configuredNodes.every((name) => group.has(name))) return;
      this.#isCommunicationUp = true;
    }
    if (this.#greetingEndMs() !== undefined) return;
    // A suspicion changes the group, and the group who has to propose: bounded by the number of nodes.
    for (let rounds = 0; rounds <= this.#peers.names.length + 1; rounds += 1) {
      const effects = this.#election.review(this.#electionFacts());
      this.#applyElection(effects);
      if (!effects.some((effect) => effect.kind === "suspect")) break;
    }
  }

  /** Time until which this node makes no view of its own; undefined when it may. */
  #greetingEndMs(): number | undefined {
    return this.view !== undefined || this.#wasMember ? undefined : this.#peers.greetingEndMs(this.#time.nowMs);
  }

  #applyElection(effects: readonly ElectionEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "persist-promise":
          this.#emit({ kind: "persist-promise", term: effect.term });
          this.#abandonView();
          break;
        case "accepted":
          this.#send(effect.term.candidate, this.#ownReport(effect.term));
          break;
        case "send":
          this.#send(effect.to, { type: "election", body: effect.message });
          break;
        case "elected":
          this.#lead(effect.view);
          break;
        case "suspect":
          this.#suspect(effect.node, effect.reason);
          break;
        case "log":
          this.#log("info", effect.text);
          break;
      }
    }
  }

  #suspect(node: string, reason: string): void {
    this.#log("warning", `${node} is left out: ${reason}`);
    this.#peers.suspect(node, this.#time.nowMs + this.#configuration.election.suspicionMs);
  }

  /** The present view is over for this node: what it owed its clients is answered, orders are refused. */
  #abandonView(): void {
    this.#flush();
    if (this.#coordinator) this.#planNumber = this.#coordinator.number;
    this.#coordinator = undefined;
    this.#draft = undefined;
    this.#replica.suspend();
    this.#desk.viewEnded();
  }

  #ownReport(term: Term): MemberReport {
    const state = this.cib.child("status")?.children.find((child) => child.get("uname") === this.#configuration.name);
    return {
      type: "report",
      term,
      lrm: writeCompact(this.#executor.history()),
      attributes: state && this.#wasMember ? Object.fromEntries(transientAttributes(state)) : {},
      hasSeenAll: this.#hasSeenAll,
      isLeaving: this.#isLeaving,
      fencingHistory: this.#fencer.history.slice(-50),
    };
  }

  #wasMember = false;

  #lead(view: View): void {
    const rebuilt = this.#documentFor(view);
    const isPrimary = this.#commitRight(view, rebuilt).isAllowed;
    const cib = isPrimary
      ? withBootstrapOptions(rebuilt, { ...this.#bootstrapFacts(view), origin: this.#configuration.name, dateText: this.#time.dateText })
      : rebuilt;
    this.#applyReplication(this.#replica.lead(view, cib, isPrimary, this.#time.nowMs));
  }

  #bootstrapFacts(view: View): { members: string[]; idOf: (node: string) => string | undefined; version: string } {
    const members = view.members.map((member) => member.node);
    return { members, idOf: (node) => this.#idOf(node), version: this.#configuration.version };
  }

  /** The document a new view starts with; takes over what the members' reports say besides. */
  #documentFor(view: View): XmlElement {
    const members = view.members.map((member) => member.node);
    const reports = new Map([...this.#reports].filter(([, report]) => compareTerms(report.term, view.term) === 0));
    reports.set(this.#configuration.name, this.#ownReport(view.term));
    this.#reports.clear();
    for (const report of reports.values()) {
      this.#hasSeenAll ||= report.hasSeenAll;
      this.#fencer.adopt(report.fencingHistory);
    }
    if (this.#configuration.configuredNodes.every((name) => members.includes(name))) this.#hasSeenAll = true;
    return viewDocument({
      cib: this.cib,
      members,
      reports,
      idOf: (node) => this.#idOf(node),
      hasLeftCleanly: (node) => this.#peers.hasLeftCleanly(node),
      hasQuorum: hasQuorum(this.#quorumFacts(view)),
      dcId: this.#configuration.nodeId,
      epochSeconds: this.#time.epochSeconds,
    });
  }

  #quorumFacts(view: View): QuorumFacts {
    return {
      configured: this.#configuration.configuredNodes,
      members: view.members.map((member) => member.node),
      hasSeenAll: this.#hasSeenAll,
      options: this.#configuration.quorum,
    };
  }

  #commitRight(view: View | undefined = this.view, cib: XmlElement = this.cib): CommitRight {
    if (!view) return { isAllowed: false, reason: "this node is not a member of a view" };
    const states = cib.child("status")?.childrenNamed("node_state") ?? [];
    const isFencingOff = parseBoolean(clusterOption(cib, "fencing-enabled", "stonith-enabled")) === false;
    const down = new Set(states.filter(isProvenDown).map((state) => state.get("uname") ?? ""));
    if (isFencingOff) for (const name of this.#configuration.configuredNodes) down.add(name);
    return commitRight(this.#quorumFacts(view), down);
  }

  #applyReplication(effects: readonly ReplicationEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "persist-cib":
          this.#emit({ kind: "persist-cib", cib: effect.cib, term: effect.term, changeKeys: effect.keys });
          break;
        case "send":
          this.#send(effect.to, { type: "replication", body: effect.message });
          break;
        case "changed":
          this.#emit({ kind: "cib-changed", cib: effect.cib });
          break;
        case "joined":
          this.#joined(effect.view);
          break;
        case "installed":
          this.#installed(effect.view);
          break;
        case "committed":
          this.#desk.committed(effect.token);
          break;
        case "abandoned":
          this.#desk.abandoned(effect.token);
          break;
        case "log":
          this.#log("warning", effect.text);
          break;
      }
    }
  }

  #joined(view: View): void {
    const names = view.members.map((member) => member.node);
    this.#wasMember = true;
    this.#peers.joined(names);
    if (this.#configuration.configuredNodes.every((name) => names.includes(name))) this.#hasSeenAll = true;
    this.#log("notice", `member of view ${formatTerm(view.term)}: ${names.join(" ")}; DC is ${view.term.candidate}`);
    this.#nextLeaveRequestMs = 0;
    if (view.term.candidate === this.#configuration.name) return;
    this.#deliverLate();
    this.#desk.viewBegan();
  }

  #installed(view: View): void {
    if (this.#coordinator) return;
    this.#coordinator = new Coordinator({
      view,
      self: this.#configuration.name,
      uuid: this.#configuration.incarnation,
      firstNumber: this.#planNumber,
      planner: this.#planner,
      fencer: this.#fencer,
      port: {
        draft: () => this.#statusDraft(),
        execute: (node, command) => this.#order(node, command),
        inquire: (operation) => {
          if (operation.node === this.#configuration.name) this.#answerInquiry(operation);
          else this.#send(operation.node, { type: "inquiry", term: view.term, operation });
        },
        applyFencing: (effects) => this.#applyFencing(effects),
        clearFailuresOn: (node, resourceId) => {
          if (node === this.#configuration.name) this.#executor.clearFailures(resourceId);
          else this.#send(node, { type: "clear-failures", resourceId });
        },
        grantLeave: (node) => this.#send(node, { type: "leave-granted" }),
        savePlan: (number, plan, input) => this.#emit({ kind: "save-plan", number, plan, input }),
        log: (level, text) => this.#log(level, text),
      },
    });
    this.#coordinator.requestPlan("new view");
    this.#deliverLate();
    this.#desk.viewBegan();
  }

  #checkOverdue(): void {
    const { nowMs } = this.#time;
    if (this.view === undefined) return;
    for (const node of this.#replica.overdue(nowMs - this.#configuration.commitMs)) {
      if (!this.#peers.isSuspect(node, nowMs)) this.#suspect(node, "it does not answer a change of the configuration");
    }
  }

  // ---- status and orders

  #statusDraft(): StatusDraft {
    this.#draft ??= new StatusDraft(this.cib);
    return this.#draft;
  }

  #flush(): void {
    const draft = this.#draft;
    this.#draft = undefined;
    if (draft?.isChanged && this.#replica.isDc) this.#applyReplication(this.#replica.change(draft.cib, false, undefined, this.#time.nowMs));
  }

  #order(node: string, command: ExecutorCommand): void {
    if (node === this.#configuration.name) this.#applyExecutor(this.#executor.execute(command, this.#time));
    else if (this.view) this.#send(node, { type: "execute", term: this.view.term, command });
  }

  #applyExecutor(effects: readonly ExecutorEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "run":
          this.#emit({ kind: "run-agent", runId: effect.runId, command: effect.command });
          break;
        case "kill":
          this.#emit({ kind: "kill-agent", runId: effect.runId });
          break;
        case "report": {
          const { command, entries, outcome } = effect;
          if (this.#coordinator) this.#coordinator.result(this.#configuration.name, command, entries, outcome);
          else this.#sendToDc({ type: "result", command, entries: entries.map((entry) => writeCompact(entry)), outcome });
          break;
        }
        case "cancelled":
        case "deleted":
          if (this.#coordinator) this.#coordinator[effect.kind](this.#configuration.name, effect.command);
          else this.#sendToDc({ type: effect.kind, command: effect.command });
          break;
      }
    }
  }

  // ---- fencing

  #applyFencing(effects: readonly FencingEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "attempt":
          if (effect.executor === this.#configuration.name) {
            this.#emit({ kind: "run-fence", requestId: `${this.#configuration.name} ${effect.requestId}`, call: effect.call });
          } else if (this.view) {
            this.#send(effect.executor, { type: "fence", term: this.view.term, requestId: effect.requestId, call: effect.call });
          }
          break;
        case "concluded":
          this.#fencingConcluded(effect.request);
          break;
        case "log":
          this.#log("notice", effect.text);
          break;
      }
    }
  }

  #fenceFinished(address: string, result: FenceResult): void {
    const [owner = "", requestId = ""] = address.split(" ");
    if (owner === this.#configuration.name)
      this.#applyFencing(this.#fencer.attemptFinished(requestId, owner, result, this.#time.epochSeconds));
    else this.#send(owner, { type: "fenced", requestId, result });
  }

  #fencingConcluded(request: FencingRequest): void {
    this.#coordinator?.fencingConcluded(request, this.#time.nowMs);
    for (const { node } of this.view?.members ?? []) {
      if (node !== this.#configuration.name) this.#send(node, { type: "fencing-history", request });
    }
    this.#desk.fencingConcluded(request);
  }

  // ---- leaving

  #leaveWhenDue(): void {
    if (this.#coordinator?.mayLeave) {
      this.#exit();
      return;
    }
    if (!this.#isLeaving || this.#time.nowMs < this.#nextLeaveRequestMs) return;
    this.#nextLeaveRequestMs = this.#time.nowMs + 1000;
    const view = this.view;
    if (!view) {
      if (this.#diskFailure !== undefined) this.#abandonCluster();
      return;
    }
    if (this.#coordinator) {
      if (this.#nodeAttribute(this.#configuration.name, "shutdown") === undefined) {
        this.#coordinator.leaveRequested(this.#configuration.name, this.#time.epochSeconds);
      }
    } else if (
      view.term.candidate !== this.#configuration.name &&
      this.#nodeAttribute(this.#configuration.name, "shutdown") === undefined
    ) {
      this.#send(view.term.candidate, { type: "leave-request" });
    }
  }

  #exit(): void {
    if (this.#hasExited) return;
    this.#flush();
    this.#log("notice", "leaving the cluster");
    this.#emit({ kind: "transport", command: { kind: "leave" } });
    this.#emit({ kind: "exit" });
    this.#hasExited = true;
  }

  /** Ends without having been let go: with resources still active here without a goodbye, so that the others fence this node first. */
  #abandonCluster(): void {
    const active = this.#executor.activeResources();
    if (active.length === 0) {
      this.#exit();
      return;
    }
    this.#log("error", `ends while ${active.join(", ")} may be active here: the other nodes have to fence this one`);
    this.#emit({ kind: "exit" });
    this.#hasExited = true;
  }

  #nodeAttribute(node: string, name: string): string | undefined {
    const cib = this.#draft?.cib ?? this.cib;
    const state = cib.child("status")?.children.find((child) => child.get("uname") === node);
    return state ? transientAttribute(state, name) : undefined;
  }

  // ---- clients

  #deskPort(): ClientDeskPort {
    return {
      self: this.#configuration.name,
      incarnation: this.#configuration.incarnation,
      fencer: this.#fencer,
      cib: () => this.cib,
      view: () => this.view,
      coordinator: () => this.#coordinator,
      status: () => this.status(),
      draft: () => this.#statusDraft(),
      flush: () => this.#flush(),
      commitRight: () => this.#commitRight(),
      change: (cib, isDurable, token, key) => this.#applyReplication(this.#replica.change(cib, isDurable, token, this.#time.nowMs, key)),
      complete: (cib) => {
        if (this.view) addBootstrapOptions(cib, this.#bootstrapFacts(this.view));
      },
      isDone: (key) => this.#replica.isDone(key),
      leave: () => {
        this.#isLeaving = true;
        this.#nextLeaveRequestMs = 0;
        if (!this.#wasMember) this.#exit();
      },
      send: (to, message) => this.#send(to, message),
      answer: (requestId, reply) => this.#emit({ kind: "client-reply", requestId, reply }),
      applyFencing: (effects) => this.#applyFencing(effects),
      time: () => this.#time,
      log: (level, text) => this.#log(level, text),
    };
  }

  // ---- small things

  #idOf(node: string): string | undefined {
    if (node === this.#configuration.name) return this.#configuration.nodeId;
    const fromPeer = this.#peers.nodeIdOf(node);
    if (fromPeer !== undefined) return fromPeer;
    return this.cib.descend("configuration", "nodes")?.children.find((child) => child.get("uname") === node)?.id;
  }

  #send(to: string, message: NodeMessage): void {
    this.#emit({ kind: "transport", command: { kind: "send", to, text: encodeMessage(message) } });
  }

  /** Tells the DC; without one the message waits for the next view: a result must never be lost. */
  #sendToDc(message: NodeMessage): void {
    const dc = this.view?.term.candidate;
    if (dc === undefined || dc === this.#configuration.name) this.#undelivered.push({ from: this.#configuration.name, message });
    else this.#send(dc, message);
  }

  /** Hands what happened between two views to the DC of the new one. */
  #deliverLate(): void {
    for (const { from, message } of this.#undelivered.splice(0)) {
      if (this.#coordinator) this.#receive(from, 0, message);
      else if (from === this.#configuration.name) this.#sendToDc(message);
    }
  }

  #log(level: "info" | "notice" | "warning" | "error", text: string): void {
    this.#emit({ kind: "log", level, text });
  }

  #emit(effect: NodeEffect): void {
    this.#out.push(effect);
  }
}

function readEntries(texts: readonly string[]): XmlElement[] {
  return texts.flatMap((text) => {
    const parsed = parseXml(text);
    return parsed.ok ? [parsed.value] : [];
  });
}
