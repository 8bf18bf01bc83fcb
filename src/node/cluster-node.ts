import { Executor } from "../executor/executor.ts";
import { Fencer } from "../fencing/fencer.ts";
import { EXIT, OCF, OPERATION_STATUS } from "../model/exit-code.ts";
import type { Term, View } from "../model/view.ts";
import type { XmlElement } from "../xml/element.ts";
import { ClientChanges } from "./clients/client-changes.ts";
import { ClientDesk } from "./clients/client-desk.ts";
import { DcRequests } from "./clients/dc-requests.ts";
import { ErrandDesk } from "./clients/errand-desk.ts";
import { LocalAnswers } from "./clients/local-answers.ts";
import { nodeStatus } from "./clients/node-status.ts";
import { OperatorFencing } from "./clients/operator-fencing.ts";
import { failReply, type NodeStatus } from "./interface/client.ts";
import { encodeMessage, type NodeMessage } from "./interface/messages.ts";
import type { ClusterNodeConfiguration, ClusterNodeDisk, NodeEffect, NodeEvent, NodeTime } from "./interface/node-types.ts";
import type { Planner } from "./interface/planner.ts";
import { Leadership } from "./leadership.ts";
import { Departure } from "./member/departure.ts";
import { FencingExchange } from "./member/fencing-exchange.ts";
import { Greeting } from "./member/greeting.ts";
import { MachineLoads } from "./member/machine-loads.ts";
import type { MemberContext } from "./member/member-context.ts";
import { OperationExchange } from "./member/operation-exchange.ts";
import { MessageIntake } from "./message-intake.ts";
import { DiskHealth } from "./views/disk-health.ts";
import { PeerTable } from "./views/peer-table.ts";
import { StatusUpdate } from "./views/status-update.ts";
import { ViewFacts } from "./views/view-facts.ts";
import { ViewKeeper } from "./views/view-keeper.ts";

/**
 * One node of the cluster: the cores, wired. An event comes in, effects go out; nothing else happens. The same object
 * runs in the daemon and in the simulator.
 */
export class ClusterNode {
  readonly #context: MemberContext;
  readonly #peers: PeerTable;
  readonly #executor: Executor;
  readonly #fencer = new Fencer();
  readonly #operations: OperationExchange;
  readonly #fencing: FencingExchange;
  readonly #loads: MachineLoads;
  readonly #disk: DiskHealth;
  readonly #facts: ViewFacts;
  readonly #views: ViewKeeper;
  readonly #update: StatusUpdate;
  readonly #leadership: Leadership;
  readonly #departure: Departure;
  readonly #greeting: Greeting;
  readonly #changes: ClientChanges;
  readonly #operatorFencing: OperatorFencing;
  readonly #errands: ErrandDesk;
  readonly #desk: ClientDesk;
  readonly #intake: MessageIntake;
  #out: NodeEffect[] = [];
  #time: NodeTime = { nowMs: 0, epochSeconds: 0, dateText: "" };

  constructor(configuration: ClusterNodeConfiguration, disk: ClusterNodeDisk, planner: Planner, nowMs: number) {
    const { incarnation, name, nodeId } = configuration;
    const context: MemberContext = {
      configuration,
      time: () => this.#time,
      cib: () => this.cib,
      view: () => this.view,
      promised: () => this.promised,
      coordinator: () => this.#leadership.coordinator,
      emit: (effect) => this.#emit(effect),
      send: (to, message) => this.#send(to, message),
      reply: (asker, reply) => {
        if (asker.from === undefined) this.#emit({ kind: "client-reply", requestId: asker.requestId, reply });
        else this.#send(asker.from, { type: "client-reply", id: asker.requestId, reply });
      },
      log: (level, text) => this.#emit({ kind: "log", level, text }),
    };
    this.#context = context;
    this.#executor = new Executor(name, nodeId);
    this.#peers = new PeerTable(name, incarnation);
    this.#operations = new OperationExchange(context, this.#executor);
    this.#fencing = new FencingExchange(context, this.#fencer, (request) => this.#operatorFencing.concluded(request));
    this.#loads = new MachineLoads(context, this.#peers);
    this.#disk = new DiskHealth(context);
    const own = {
      disk: this.#disk,
      executor: this.#executor,
      fencer: this.#fencer,
      fencing: this.#fencing,
      loads: this.#loads,
      operations: this.#operations,
      peers: this.#peers,
    };
    this.#facts = new ViewFacts(context, { ...own, isLeaving: () => this.#departure.isLeaving });
    this.#views = new ViewKeeper(context, disk, {
      ...own,
      facts: this.#facts,
      rank: () => this.#greeting.rank(),
      joined: (view) => this.#joined(view),
      installed: (view) => this.#installed(view),
      abandonView: () => this.#abandonView(),
      committed: (token) => this.#changes.committed(token),
      abandoned: (token) => this.#changes.abandoned(token),
    });
    this.#update = new StatusUpdate(this.#views);
    const shared = { ...own, facts: this.#facts, views: this.#views, update: this.#update };
    this.#leadership = new Leadership(context, planner, disk.planNumber, shared);
    this.#departure = new Departure(context, shared);
    this.#greeting = new Greeting(context, shared, nowMs);
    this.#changes = new ClientChanges(context, shared);
    this.#operatorFencing = new OperatorFencing(context, shared);
    this.#errands = new ErrandDesk(context, this.#peers);
    const answers = new LocalAnswers(context, {
      fencer: this.#fencer,
      status: () => this.status(),
      leave: () => this.#departure.begin(),
    });
    const dcRequests = new DcRequests(context, {
      ...shared,
      answers,
      changes: this.#changes,
      operatorFencing: this.#operatorFencing,
    });
    this.#desk = new ClientDesk(context, { errands: this.#errands, answers, dcRequests });
    this.#intake = new MessageIntake(context, {
      ...shared,
      departure: this.#departure,
      desk: this.#desk,
      errands: this.#errands,
      greeting: this.#greeting,
    });
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
    return this.#leadership.coordinator !== undefined;
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
    this.#leadership.coordinator?.advance(time.nowMs, time.epochSeconds);
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
      this.#leadership.coordinator?.deadlineMs(nowMs, epochSeconds),
      ...this.#peers.deadlinesMs(nowMs),
      ...this.#views.deadlinesMs(),
    ];
    return Math.min(...times.filter((time) => time !== undefined));
  }

  /** State for displays. */
  status(): NodeStatus {
    return nodeStatus(this.#context, { departure: this.#departure, facts: this.#facts, peers: this.#peers, views: this.#views });
  }

  #handle(event: NodeEvent): void {
    const { coordinator } = this.#leadership;
    switch (event.kind) {
      case "transport":
        this.#intake.take(event.event);
        return;
      case "tick":
        return;
      case "load-measured":
        this.#loads.measured(event.average);
        return;
      case "agent-finished":
        this.#operations.finished(event.runId, event.result);
        return;
      case "fence-finished":
        this.#fencing.finished(event.requestId, event.result);
        return;
      case "client-request":
        this.#desk.receive({ requestId: event.requestId, from: undefined }, event.request, event.user);
        return;
      case "errand-finished":
        this.#context.reply(event.asker, event.reply);
        return;
      case "plan-made":
        coordinator?.planning.made(event.requestId, event.plan);
        return;
      case "plan-failed":
        coordinator?.planning.failed(event.requestId, event.message, event.isTooSlow, this.#time.epochSeconds);
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

  /** The present view is over for this node: what it owed its clients is answered, orders are refused. */
  #abandonView(): void {
    this.#update.flush();
    this.#leadership.end();
    this.#update.drop();
    this.#views.suspend();
    this.#desk.viewEnded();
  }

  #joined(view: View): void {
    this.#departure.askAgain();
    if (view.term.candidate === this.#context.configuration.name) return;
    this.#leadership.passOn();
    this.#viewBegan();
  }

  #installed(view: View): void {
    if (this.isDc) return;
    this.#leadership.begin(view);
    this.#viewBegan();
  }

  /** There is a DC, this node or another. */
  #viewBegan(): void {
    this.#operations.deliverLate();
    this.#desk.viewBegan();
  }

  #send(to: string | undefined, message: NodeMessage): void {
    this.#emit({ kind: "transport", command: { kind: "send", to, text: encodeMessage(message) } });
  }

  #emit(effect: NodeEffect): void {
    this.#out.push(effect);
  }
}
