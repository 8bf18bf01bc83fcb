import type { Fencer } from "../fencing/fencer.ts";
import type { TransportEvent } from "../model/transport.ts";
import { compareTerms, formatTerm, type Term } from "../model/view.ts";
import type { ClientDesk } from "./clients/client-desk.ts";
import type { ErrandDesk } from "./clients/errand-desk.ts";
import { decodeMessage, type NodeMessage } from "./interface/messages.ts";
import type { Departure } from "./member/departure.ts";
import type { FencingExchange } from "./member/fencing-exchange.ts";
import type { Greeting } from "./member/greeting.ts";
import type { MemberContext } from "./member/member-context.ts";
import type { OperationExchange } from "./member/operation-exchange.ts";
import type { PeerTable } from "./views/peer-table.ts";
import type { StatusUpdate } from "./views/status-update.ts";
import type { ViewFacts } from "./views/view-facts.ts";
import type { ViewKeeper } from "./views/view-keeper.ts";

/** The parts of a node that hear from other nodes. */
export interface MessageReceivers {
  readonly departure: Departure;
  readonly desk: ClientDesk;
  readonly errands: ErrandDesk;
  readonly facts: ViewFacts;
  readonly fencer: Fencer;
  readonly fencing: FencingExchange;
  readonly greeting: Greeting;
  readonly operations: OperationExchange;
  readonly peers: PeerTable;
  readonly update: StatusUpdate;
  readonly views: ViewKeeper;
}

/**
 * What comes over the messaging layer: whom it hears, and what they say. Orders of a DC count only while its term is the
 * newest this node has promised; who may have missed messages is asked, or told, again.
 */
export class MessageIntake {
  readonly #context: MemberContext;
  readonly #to: MessageReceivers;

  constructor(context: MemberContext, receivers: MessageReceivers) {
    this.#context = context;
    this.#to = receivers;
  }

  /** Takes an event of the messaging layer. */
  take(event: TransportEvent): void {
    switch (event.kind) {
      case "communication-up":
        this.#to.views.communicationCameUp();
        return;
      case "restarted":
        this.#to.peers.restarted(this.#context.time().nowMs);
        return;
      case "link-status":
        this.#to.peers.linkChanged(event);
        return;
      case "peer-status":
        if (event.node !== this.#context.configuration.name) this.#peerChanged(event);
        return;
      case "message": {
        const decoded = decodeMessage(event.text);
        if (!decoded.ok) this.#context.log("warning", `message of ${event.from} ignored: ${decoded.error}`);
        else this.#receive(event.from, event.generation, decoded.value);
        return;
      }
    }
  }

  #peerChanged(event: Extract<TransportEvent, { kind: "peer-status" }>): void {
    const { errands, fencing, greeting, peers } = this.#to;
    const { nowMs } = this.#context.time();
    if (peers.statusChanged(event, nowMs)) greeting.repeat();
    if (event.status === "dead") {
      fencing.executorLost(event.node);
      errands.nodeLost(event.node);
    }
    if (peers.hasRecovered(nowMs)) {
      greeting.repeat();
      this.#returned(undefined);
    }
  }

  #receive(from: string, generation: number, message: NodeMessage): void {
    const { coordinator, time } = this.#context;
    const { departure, desk, facts, fencer, fencing, greeting, operations, peers, views } = this.#to;
    switch (message.type) {
      case "hello": {
        const greeted = peers.greeted(from, generation, message);
        if (greeted !== "known") greeting.repeat();
        if (greeted === "back") this.#returned(from);
        return;
      }
      case "election":
        views.electionMessage(from, message.body);
        return;
      case "report":
        facts.reported(from, message);
        return;
      case "replication":
        views.replicationMessage(from, message.body);
        return;
      case "execute":
        if (this.#isCurrent(from, message.term)) operations.ordered(message.command);
        return;
      case "inquiry":
        if (this.#isCurrent(from, message.term)) operations.inquired(message.operation);
        return;
      case "result":
      case "cancelled":
      case "deleted":
      case "inquiry-answer":
        operations.news(from, message, views.isLeading);
        return;
      case "clear-failures":
        operations.failuresCleared(message.resourceId);
        return;
      case "fence":
        if (this.#isCurrent(from, message.term)) fencing.ordered(from, message.requestId, message.call);
        return;
      case "fenced":
        fencing.attempted(message.requestId, from, message.result);
        return;
      case "fencing-history":
        fencer.adopt(message.record);
        return;
      case "leave-request":
        coordinator()?.shutdowns.requested(from, time().epochSeconds);
        return;
      case "leave-granted":
        departure.granted();
        return;
      case "client-request":
        desk.receive({ requestId: message.id, from }, message.request, message.user);
        return;
      case "client-reply":
        desk.answered(message.id, message.reply);
        return;
    }
  }

  #isCurrent(from: string, term: Term): boolean {
    const { log, promised, view } = this.#context;
    const isCurrent = compareTerms(term, promised()) === 0 && term.candidate === from && view() !== undefined;
    if (!isCurrent) log("warning", `refused an order of ${from}: its term ${formatTerm(term)} is not in force here`);
    return isCurrent;
  }

  /** A member's messaging layer, or this node's own (`undefined`), was started again: what was under way may be lost. */
  #returned(node: string | undefined): void {
    const { update, views } = this.#to;
    if (!views.isLeading) return;
    const whose = node === undefined ? "to all members" : `with ${node}`;
    this.#context.log("warning", `messages ${whose} may have been lost: its state is checked`);
    update.flush();
    views.sendAgain(node);
    this.#context.coordinator()?.missing.inquireAll(node);
  }
}
