import { compareBytes } from "../base/names.ts";
import type { AclUser } from "../cib/acl.ts";
import { Executor } from "../executor/executor.ts";
import { Fencer } from "../fencing/fencer.ts";
import { EXIT, OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import type { TransportEvent } from "../model/transport.ts";
import { compareTerms, formatTerm, type Term, type View } from "../model/view.ts";
import { PlanRuns } from "../transition/plan-runs.ts";
import type { XmlElement } from "../xml/element.ts";
import { parseXml } from "../xml/parse.ts";
import { type Asker, type ClientRequest, failReply, type NodeStatus } from "./client.ts";
import { ClientChanges } from "./client-changes.ts";
import { ClientDesk } from "./client-desk.ts";
import { Coordinator } from "./coordinator.ts";
import { DcRequests } from "./dc-requests.ts";
import { Departure } from "./departure.ts";
import { DiskHealth } from "./disk-health.ts";
import { ErrandDesk } from "./errand-desk.ts";
import { FencingExchange } from "./fencing-exchange.ts";
import { Greeting } from "./greeting.ts";
import { type LoadLevel, loadLevel } from "./load-level.ts";
import { LocalAnswers } from "./local-answers.ts";
import { decodeMessage, encodeMessage, type NodeMessage } from "./messages.ts";
import type { NodeContext } from "./node-context.ts";
import type { ClusterNodeConfiguration, ClusterNodeDisk, NodeEffect, NodeEvent, NodeTime } from "./node-types.ts";
import { OperationExchange } from "./operation-exchange.ts";
import { OperatorFencing } from "./operator-fencing.ts";
import { PeerTable } from "./peer-table.ts";
import { PlanRequests } from "./plan-requests.ts";
import type { Planner } from "./planner.ts";
import { StatusUpdate } from "./status-update.ts";
import { ViewFacts } from "./view-facts.ts";
import { ViewKeeper } from "./view-keeper.ts";

/**
 * One node of the cluster: the cores, wired. An event comes in, effects go out; nothing else happens. The same object
 * runs in the daemon and in the simulator.
 */
export class ClusterNode {
  readonly #configuration: ClusterNodeConfiguration;
  readonly #context: NodeContext;
  readonly #planner: Planner;
  readonly #peers: PeerTable;
  readonly #executor: Executor;
  readonly #fencer = new Fencer();
  readonly #operations: OperationExchange;
  readonly #fencing: FencingExchange;
  readonly #facts: ViewFacts;
  readonly #views: ViewKeeper;
  readonly #greeting: Greeting;
  readonly #disk: DiskHealth;
  readonly #departure: Departure;
  readonly #update: StatusUpdate;
  readonly #changes: ClientChanges;
  readonly #operatorFencing: OperatorFencing;
  readonly #desk: ClientDesk;
  readonly #errands: ErrandDesk;
  readonly #plans: PlanRequests;
  #coordinator: Coordinator | undefined;
  readonly #runs: PlanRuns;
  #out: NodeEffect[] = [];
  #time: NodeTime = { nowMs: 0, epochSeconds: 0, dateText: "" };
  #load: LoadLevel = "negligible";

  constructor(configuration: ClusterNodeConfiguration, disk: ClusterNodeDisk, planner: Planner, nowMs: number) {
    const { incarnation, name, nodeId } = configuration;
    this.#configuration = configuration;
    this.#planner = planner;
    this.#runs = new PlanRuns(disk.planNumber);
    this.#executor = new Executor(name, nodeId);
    this.#peers = new PeerTable(name, incarnation);
    this.#context = {
      configuration,
      time: () => this.#time,
      cib: () => this.cib,
      view: () => this.view,
      promised: () => this.promised,
      coordinator: () => this.#coordinator,
      emit: (effect) => this.#out.push(effect),
      send: (to, message) => this.#send(to, message),
      reply: (asker, reply) => {
        if (asker.from === undefined) this.#emit({ kind: "client-reply", requestId: asker.requestId, reply });
        else this.#send(asker.from, { type: "client-reply", id: asker.requestId, reply });
      },
      log: (level, text) => this.#log(level, text),
    };
    this.#plans = new PlanRequests(this.#context);
    this.#operations = new OperationExchange(this.#context, this.#executor);
    this.#fencing = new FencingExchange(this.#context, this.#fencer, (request) => this.#operatorFencing.concluded(request));
    this.#disk = new DiskHealth(this.#context);
    this.#departure = new Departure(this.#context, {
      wasMember: () => this.#facts.wasMember,
      isDiskBad: () => this.#disk.hasFailed,
      activeResources: () => this.#executor.activeResources(),
      draftedCib: () => this.#update.cib,
      flush: () => this.#update.flush(),
    });
    this.#facts = new ViewFacts(this.#context, {
      peers: this.#peers,
      executor: this.#executor,
      fencer: this.#fencer,
      isLeaving: () => this.#departure.isLeaving,
    });
    this.#views = new ViewKeeper(this.#context, disk, {
      peers: this.#peers,
      facts: this.#facts,
      rank: () => this.#greeting.rank(),
      isDiskBad: () => this.#disk.hasFailed,
      joined: (view) => this.#joined(view),
      installed: (view) => this.#installed(view),
      abandonView: () => this.#abandonView(),
      committed: (token) => this.#changes.committed(token),
      abandoned: (token) => this.#changes.abandoned(token),
    });
    const greetingPort = {
      peers: this.#peers,
      committedTerm: () => this.#views.committedTerm,
      isDc: () => this.#views.isLeading,
      isDiskBad: () => this.#disk.hasFailed,
      loadLevel: () => this.#load,
    };
    this.#greeting = new Greeting(this.#context, greetingPort, nowMs);
    this.#update = new StatusUpdate(this.#views);
    const parts = { fencer: this.#fencer, exchange: this.#fencing, update: this.#update };
    this.#operatorFencing = new OperatorFencing(this.#context, parts);
    this.#changes = new ClientChanges(this.#context, { views: this.#views, facts: this.#facts, update: this.#update });
    const answers = new LocalAnswers(this.#context, {
      fencer: this.#fencer,
      status: () => this.status(),
      leave: () => this.#departure.begin(),
    });
    const dcParts = { ...parts, answers, changes: this.#changes, operatorFencing: this.#operatorFencing };
    this.#desk = new ClientDesk(this.#context, answers, new DcRequests(this.#context, dcParts));
    this.#errands = new ErrandDesk(this.#context, this.#peers);
  }

  /** The document in force on this node. */
  get cib(): XmlElement {
    return this.#views.cib;
  }

  /** The view this node is a member of. */
  get view(): View | undefined {
    return this.#views.view;
  }

  /** True while this node is DC and carries out decisions. */
  get isDc(): boolean {
    return this.#coordinator !== undefined;
  }

  /** Newest term this node promised. */
  get promised(): Term {
    return this.#views.promised;
  }

  /** Handles one event. */
  step(event: NodeEvent, time: NodeTime): NodeEffect[] {
    this.#time = time;
    this.#out = [];
    if (this.#departure.hasExited) return [];
    this.#disk.tryAgainWhenDue();
    this.#handle(event);
    this.#operations.tick();
    if (!this.#departure.hasExited) this.#views.review();
    this.#views.checkOverdue();
    this.#departure.advance();
    this.#desk.expire();
    this.#errands.expire();
    this.#coordinator?.advance(time.nowMs, time.epochSeconds);
    this.#update.flush();
    if (!this.#departure.hasExited) this.#greeting.sayWhenDue();
    const out = this.#out;
    this.#out = [];
    return out;
  }

  /** Time by which a tick has to come although nothing happened. */
  deadlineMs(): number {
    const { nowMs, epochSeconds } = this.#time;
    const times = [
      this.#greeting.deadlineMs,
      this.#executor.deadlineMs(),
      this.#desk.deadlineMs(),
      this.#errands.deadlineMs(),
      this.#disk.deadlineMs,
      this.#coordinator?.deadlineMs(nowMs, epochSeconds),
      ...this.#peers.deadlinesMs(nowMs),
      ...this.#views.deadlinesMs(),
    ];
    return Math.min(...times.filter((time) => time !== undefined));
  }

  /** State for displays. */
  status(): NodeStatus {
    const { configuredNodes, name, nodeId, version } = this.#configuration;
    const view = this.view;
    const members = new Set(view?.members.map((member) => member.node));
    const names = [...new Set([name, ...configuredNodes, ...this.#peers.names])].sort(compareBytes);
    const right = this.#views.commitRight();
    return {
      version,
      node: name,
      nodeId,
      state: this.#controllerState(),
      dc: view?.term.candidate,
      term: formatTerm(view?.term ?? this.promised),
      hasQuorum: view !== undefined && this.#facts.hasQuorum(view),
      commit: right.isAllowed ? right.reason : `refused: ${right.reason}`,
      transition: this.#coordinator?.progress(),
      peers: names.map((node) => ({
        node,
        nodeId: this.#facts.idOf(node) ?? "",
        heartbeat: node === name ? "active" : this.#peers.statusOf(node),
        isMember: members.has(node),
        links: this.#peers.linksOf(node),
      })),
    };
  }

  #takeLoad(average: number): void {
    const level = loadLevel(average, this.#configuration.processors ?? 1, this.cib);
    if (level !== this.#load) this.#log("info", `load of this machine: ${level}, was ${this.#load}`);
    this.#load = level;
  }

  #controllerState(): string {
    if (this.#departure.isLeaving) return "S_STOPPING";
    if (!this.#views.isCommunicationUp) return "S_STARTING";
    if (!this.view) return "S_ELECTION";
    if (this.#coordinator) return this.#coordinator.isIdle ? "S_IDLE" : "S_TRANSITION_ENGINE";
    return this.#views.isLeading ? "S_INTEGRATION" : "S_NOT_DC";
  }

  #handle(event: NodeEvent): void {
    switch (event.kind) {
      case "transport":
        this.#handleTransport(event.event);
        return;
      case "tick":
        return;
      case "load-measured":
        this.#takeLoad(event.average);
        return;
      case "agent-finished":
        this.#operations.finished(event.runId, event.result);
        return;
      case "fence-finished":
        this.#fencing.finished(event.requestId, event.result);
        return;
      case "client-request":
        this.#takeRequest({ requestId: event.requestId, from: undefined }, event.request, event.user);
        return;
      case "errand-finished":
        this.#context.reply(event.asker, event.reply);
        return;
      case "plan-made":
        this.#coordinator?.planning.made(event.requestId, event.plan);
        return;
      case "plan-failed":
        this.#coordinator?.planning.failed(event.requestId, event.message, event.isTooSlow, this.#time.epochSeconds);
        return;
      case "disk-failed":
        this.#disk.failed(event.message);
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
      this.#operations.finished(effect.runId, result);
    } else if (effect.kind === "run-fence") {
      const nothing = { exitCode: 1, isPlugOn: undefined, plugs: [], output: exitReason, elapsedMs: 0 };
      this.#fencing.finished(effect.requestId, { verdict: "failed", ...nothing });
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
        this.#views.communicationCameUp();
        return;
      case "restarted":
        this.#peers.restarted(this.#time.nowMs);
        return;
      case "link-status":
        this.#peers.linkChanged(event);
        return;
      case "peer-status":
        if (event.node === this.#configuration.name) return;
        if (this.#peers.statusChanged(event, this.#time.nowMs)) this.#greeting.repeat();
        if (event.status === "dead") {
          this.#fencing.executorLost(event.node);
          this.#errands.nodeLost(event.node);
        }
        if (this.#peers.hasRecovered(this.#time.nowMs)) {
          this.#greeting.repeat();
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
    switch (message.type) {
      case "hello": {
        const greeting = this.#peers.greeted(from, generation, message);
        if (greeting !== "known") this.#greeting.repeat();
        if (greeting === "back") this.#returned(from);
        return;
      }
      case "election":
        this.#views.electionMessage(from, message.body);
        return;
      case "report":
        this.#facts.reported(from, message);
        return;
      case "replication":
        this.#views.replicationMessage(from, message.body);
        return;
      case "execute":
        if (this.#isCurrent(from, message.term)) this.#operations.ordered(message.command);
        return;
      case "result":
      case "cancelled":
      case "deleted":
        this.#operations.news(from, message, this.#views.isLeading);
        return;
      case "inquiry":
        if (this.#isCurrent(from, message.term)) this.#operations.inquired(message.operation);
        return;
      case "inquiry-answer": {
        const history = message.history === undefined ? undefined : parseXml(message.history);
        this.#coordinator?.missing.inquiryAnswered(message.operation, history?.ok ? history.value : undefined);
        return;
      }
      case "clear-failures":
        this.#executor.clearFailures(message.resourceId);
        return;
      case "fence":
        if (this.#isCurrent(from, message.term)) this.#fencing.ordered(from, message.requestId, message.call);
        return;
      case "fenced":
        this.#fencing.attempted(message.requestId, from, message.result);
        return;
      case "fencing-history":
        this.#fencer.adopt(message.record);
        return;
      case "leave-request":
        this.#coordinator?.shutdowns.requested(from, this.#time.epochSeconds);
        return;
      case "leave-granted":
        this.#departure.granted();
        return;
      case "client-request":
        this.#takeRequest({ requestId: message.id, from }, message.request, message.user);
        return;
      case "client-reply":
        if (!this.#errands.answered(message.id, message.reply)) this.#desk.answered(message.id, message.reply);
        return;
    }
  }

  #takeRequest(asker: Asker, request: ClientRequest, user: AclUser): void {
    if (request.op === "errand") this.#errands.receive(asker, request, user);
    else this.#desk.receive(asker, request, user);
  }

  /** Orders of a DC count only while its term is the newest this node has promised. */
  #isCurrent(from: string, term: Term): boolean {
    const isCurrent = compareTerms(term, this.promised) === 0 && term.candidate === from && this.view !== undefined;
    if (!isCurrent) this.#log("warning", `refused an order of ${from}: its term ${formatTerm(term)} is not in force here`);
    return isCurrent;
  }

  /** A member's messaging layer, or this node's own (`undefined`), was started again: what was under way may be lost. */
  #returned(node: string | undefined): void {
    if (!this.#views.isLeading) return;
    this.#log("warning", `messages ${node === undefined ? "to all members" : `with ${node}`} may have been lost: its state is checked`);
    this.#update.flush();
    this.#views.sendAgain(node);
    this.#coordinator?.missing.inquireAll(node);
  }

  // ---- views

  /** The present view is over for this node: what it owed its clients is answered, orders are refused. */
  #abandonView(): void {
    this.#update.flush();
    this.#coordinator = undefined;
    this.#runs.setAside();
    this.#update.drop();
    this.#views.suspend();
    this.#desk.viewEnded();
  }

  #joined(view: View): void {
    this.#departure.askAgain();
    if (view.term.candidate === this.#configuration.name) return;
    this.#runs.forget();
    this.#viewBegan();
  }

  #installed(view: View): void {
    if (this.#coordinator) return;
    this.#coordinator = new Coordinator({
      members: view.members.map((member) => member.node),
      self: this.#configuration.name,
      uuid: this.#configuration.incarnation,
      runs: this.#runs,
      planner: this.#planner,
      fencer: this.#fencer,
      draft: () => this.#update.draft(),
      execute: (node, command) => this.#operations.order(node, command),
      inquire: (operation) => this.#operations.inquire(operation),
      applyFencing: (effects) => this.#fencing.apply(effects),
      clearFailuresOn: (node, resourceId) => {
        if (node === this.#configuration.name) this.#executor.clearFailures(resourceId);
        else this.#send(node, { type: "clear-failures", resourceId });
      },
      loadOf: (node) => (node === this.#configuration.name ? this.#load : this.#peers.loadOf(node)),
      processorsOf: (node) => (node === this.#configuration.name ? this.#configuration.processors : this.#peers.processorsOf(node)),
      grantLeave: (node) => this.#send(node, { type: "leave-granted" }),
      planElsewhere: (input, epochSeconds) => this.#plans.ask(input, epochSeconds),
      savePlan: (number, plan, input) => this.#emit({ kind: "save-plan", number, plan, input }),
      log: (level, text) => this.#log(level, text),
    });
    this.#coordinator.planning.request("new view");
    this.#fencing.spread();
    this.#viewBegan();
  }

  #viewBegan(): void {
    this.#operations.deliverLate((from, message) => this.#receive(from, 0, message));
    this.#desk.viewBegan();
  }

  // ---- effects

  #send(to: string | undefined, message: NodeMessage): void {
    this.#emit({ kind: "transport", command: { kind: "send", to, text: encodeMessage(message) } });
  }

  #log(level: "info" | "notice" | "warning" | "error", text: string): void {
    this.#emit({ kind: "log", level, text });
  }

  #emit(effect: NodeEffect): void {
    this.#out.push(effect);
  }
}
