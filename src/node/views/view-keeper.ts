import { Election, type ElectionEffect, type ElectionMessage } from "../../election/election.ts";
import type { Rank } from "../../election/rank.ts";
import type { CommitRight } from "../../membership/quorum.ts";
import { formatTerm, memberNames, type Term, type View } from "../../model/view.ts";
import { Replica, type ReplicationEffect, type ReplicationMessage } from "../../replication/replica.ts";
import type { XmlElement } from "../../xml/element.ts";
import type { NodeContext } from "../interface/node-context.ts";
import type { ClusterNodeDisk } from "../interface/node-types.ts";
import type { DiskHealth } from "./disk-health.ts";
import type { PeerTable, RankedNode } from "./peer-table.ts";
import type { ViewFacts } from "./view-facts.ts";

/** What a view's life means to the rest of the node. */
export interface ViewKeeperPort {
  readonly peers: PeerTable;
  readonly facts: ViewFacts;
  /** This node's place among candidates. */
  rank(): Omit<Rank, "node">;
  readonly disk: Pick<DiskHealth, "hasFailed">;
  /** This node is a member of a view now. */
  joined(view: View): void;
  /** All members have the first document of the view that this node leads: it may act. */
  installed(view: View): void;
  /** The present view is over for this node: `suspend` has to follow. */
  abandonView(): void;
  /** A change is on every member's disk. */
  committed(token: string): void;
  /** The view ended before that: whether the change stays is not known. */
  abandoned(token: string): void;
}

/**
 * Which view this node is a member of, and that view's document: elections, promises, the copy of the CIB, and who is
 * left out because it does not answer.
 */
export class ViewKeeper {
  readonly #context: NodeContext;
  readonly #port: ViewKeeperPort;
  readonly #election: Election;
  readonly #replica: Replica;
  #isCommunicationUp = false;

  constructor(context: NodeContext, disk: ClusterNodeDisk, port: ViewKeeperPort) {
    const { election, name } = context.configuration;
    this.#context = context;
    this.#port = port;
    this.#election = new Election(name, disk.promised, election);
    this.#replica = new Replica(name, disk.cib, disk.committedTerm, disk.changeKeys);
  }

  get view(): View | undefined {
    return this.#replica.view;
  }

  /** The document in force on this node. */
  get cib(): XmlElement {
    return this.#replica.cib;
  }

  /** Whether this node leads its view, also before that is installed. */
  get isLeading(): boolean {
    return this.#replica.isDc;
  }

  /** Newest term this node promised. */
  get promised(): Term {
    return this.#election.promised;
  }

  /** Term of the configuration that this node has. */
  get committedTerm(): Term {
    return this.#replica.committedTerm;
  }

  /** Whether the messaging layer has said whom it hears. */
  get isCommunicationUp(): boolean {
    return this.#isCommunicationUp;
  }

  communicationCameUp(): void {
    this.#isCommunicationUp = true;
  }

  electionMessage(from: string, message: ElectionMessage): void {
    this.#applyElection(this.#election.receive(from, message, this.#electionFacts()));
  }

  replicationMessage(from: string, message: ReplicationMessage): void {
    this.#applyReplication(this.#replica.receive(from, message, this.promised));
  }

  /** Has the view this node leads take over a document; `token` comes back when all members have it, `key` names the request. */
  change(cib: XmlElement, isDurable: boolean, token?: string, key?: string): void {
    this.#applyReplication(this.#replica.change(cib, isDurable, token, this.#context.time().nowMs, key));
  }

  /** Whether the request of this key is in the document already. */
  isDone(key: string): boolean {
    return this.#replica.isDone(key);
  }

  /** Gives a member, or all, what they may have missed. */
  sendAgain(node: string | undefined): void {
    this.#applyReplication(this.#replica.sendAgain(node));
  }

  /** Whether the present view may change the configuration, and why. */
  commitRight(): CommitRight {
    return this.#port.facts.commitRight(this.view, this.cib);
  }

  /** Sees whether this node's view is the one it should have, and does what is next for that. */
  review(): void {
    if (this.#port.disk.hasFailed) return;
    if (!this.#isCommunicationUp) {
      const group = new Set(this.#electionFacts().group.map((rank) => rank.node));
      if (!this.#context.configuration.configuredNodes.every((name) => group.has(name))) return;
      this.#isCommunicationUp = true;
    }
    if (this.#greetingEndMs() !== undefined) return;
    // A suspicion changes the group, and the group who has to propose: bounded by the number of nodes.
    for (let rounds = 0; rounds <= this.#port.peers.names.length + 1; rounds += 1) {
      const effects = this.#election.review(this.#electionFacts());
      this.#applyElection(effects);
      if (!effects.some((effect) => effect.kind === "suspect")) break;
    }
  }

  /** Leaves out members that do not answer a change in time. */
  checkOverdue(): void {
    const { configuration, time } = this.#context;
    const { nowMs } = time();
    if (this.view === undefined) return;
    for (const node of this.#replica.overdue(nowMs - configuration.commitMs)) {
      if (!this.#port.peers.isSuspect(node, nowMs)) this.#suspect(node, "it does not answer a change of the configuration");
    }
  }

  /** This node is a member of no view from now on. */
  suspend(): void {
    this.#replica.suspend();
  }

  /** Times by which `review` and `checkOverdue` have to be called although nothing happened. */
  deadlinesMs(): number[] {
    const { nowMs } = this.#context.time();
    const times = [this.#election.deadlineMs(), this.#greetingEndMs()];
    const oldest = this.view === undefined ? undefined : this.#replica.oldestWaitMs();
    const { commitMs } = this.#context.configuration;
    // What is overdue already has had its consequence: the next view.
    if (oldest !== undefined && oldest + commitMs > nowMs) times.push(oldest + commitMs);
    return times.filter((time) => time !== undefined);
  }

  #electionFacts(): { nowMs: number; group: RankedNode[]; view: View | undefined } {
    const { nowMs } = this.#context.time();
    return { nowMs, group: this.#port.peers.group(this.#port.rank(), nowMs), view: this.view };
  }

  /** Time until which this node makes no view of its own; undefined when it may. */
  #greetingEndMs(): number | undefined {
    const { facts, peers } = this.#port;
    return this.view !== undefined || facts.wasMember ? undefined : peers.greetingEndMs(this.#context.time().nowMs);
  }

  #applyElection(effects: readonly ElectionEffect[]): void {
    const { emit, log, send, time } = this.#context;
    const { facts } = this.#port;
    for (const effect of effects) {
      switch (effect.kind) {
        case "persist-promise":
          emit({ kind: "persist-promise", term: effect.term });
          this.#port.abandonView();
          break;
        case "accepted":
          send(effect.term.candidate, facts.ownReport(effect.term));
          break;
        case "send":
          send(effect.to, { type: "election", body: effect.message });
          break;
        case "elected": {
          const { cib, isPrimary } = facts.firstDocument(effect.view);
          this.#applyReplication(this.#replica.lead(effect.view, cib, isPrimary, time().nowMs));
          break;
        }
        case "suspect":
          this.#suspect(effect.node, effect.reason);
          break;
        case "log":
          log("info", effect.text);
          break;
      }
    }
  }

  #suspect(node: string, reason: string): void {
    const { configuration, log, time } = this.#context;
    log("warning", `${node} is left out: ${reason}`);
    this.#port.peers.suspect(node, time().nowMs + configuration.election.suspicionMs);
  }

  #applyReplication(effects: readonly ReplicationEffect[]): void {
    const { emit, log, send } = this.#context;
    for (const effect of effects) {
      switch (effect.kind) {
        case "persist-cib":
          emit({ kind: "persist-cib", cib: effect.cib, term: effect.term, changeKeys: effect.keys });
          break;
        case "send":
          send(effect.to, { type: "replication", body: effect.message });
          break;
        case "changed":
          emit({ kind: "cib-changed", cib: effect.cib });
          break;
        case "joined":
          this.#joined(effect.view);
          break;
        case "installed":
          this.#port.installed(effect.view);
          break;
        case "committed":
          this.#port.committed(effect.token);
          break;
        case "abandoned":
          this.#port.abandoned(effect.token);
          break;
        case "log":
          log("warning", effect.text);
          break;
      }
    }
  }

  #joined(view: View): void {
    const names = memberNames(view);
    this.#port.facts.joined(names);
    this.#port.peers.joined(names);
    this.#context.log("notice", `member of view ${formatTerm(view.term)}: ${names.join(" ")}; DC is ${view.term.candidate}`);
    this.#port.joined(view);
  }
}
