import type { AclUser } from "../../cib/acl.ts";
import { EXIT } from "../../model/exit-code.ts";
import { type Asker, type ClientReply, type ClientRequest, failReply } from "../interface/client.ts";
import type { MemberContext } from "../member/member-context.ts";
import { AwaitedAnswers } from "./awaited-answers.ts";
import { refusalFor } from "./client-rights.ts";
import type { DcRequests } from "./dc-requests.ts";
import type { ErrandDesk } from "./errand-desk.ts";
import type { LocalAnswers } from "./local-answers.ts";

/** By whom requests are answered. */
export interface ClientDeskParts {
  readonly errands: Pick<ErrandDesk, "answered" | "receive">;
  readonly answers: Pick<LocalAnswers, "answer">;
  readonly dcRequests: Pick<DcRequests, "receive">;
}

interface Forwarded {
  readonly request: ClientRequest;
  readonly user: AclUser;
}

/** How long a request that was sent to the DC may go unanswered. */
const PATIENCE_MS = 30_000;

/** Requests that do no harm when a new DC carries them out although the old one may have. */
const REPEATABLE: ReadonlySet<ClientRequest["op"]> = new Set(["cib", "attribute-set", "cleanup", "fence-history", "fence-history-cleanup"]);

/**
 * Requests of tools, on any node: errands go to the node they name, what needs no DC is answered here, the rest goes to
 * the DC and, when that dies, to the next one.
 */
export class ClientDesk {
  readonly #context: MemberContext;
  readonly #parts: ClientDeskParts;
  readonly #forwarded: AwaitedAnswers<Forwarded>;

  constructor(context: MemberContext, parts: ClientDeskParts) {
    this.#context = context;
    this.#parts = parts;
    this.#forwarded = new AwaitedAnswers(context, PATIENCE_MS);
  }

  /** Takes a request of a client of this node, or (`from`) one that another member passes on. */
  receive(asker: Asker, request: ClientRequest, user: AclUser): void {
    const { cib, configuration, reply, view } = this.#context;
    if (request.op === "errand") {
      this.#parts.errands.receive(asker, request, user);
      return;
    }
    // Judged on this node's document, and again on the DC's, which is the one a change is made to.
    const refusal = refusalFor(request, user, { cib: cib(), defaultNode: asker.from ?? configuration.name });
    const local = refusal ?? this.#parts.answers.answer(request, user);
    if (local) {
      reply(asker, local);
      return;
    }
    const coordinator = this.#context.coordinator();
    if (coordinator) {
      this.#parts.dcRequests.receive(coordinator, asker, request, user);
      return;
    }
    const dc = view()?.term.candidate;
    if (asker.from !== undefined || dc === undefined || dc === configuration.name) {
      reply(asker, failReply(EXIT.noDc, "DC is not yet elected"));
      return;
    }
    this.#forwarded.add(asker.requestId, { request, user });
    this.#sendTo(dc, asker.requestId, { request, user });
  }

  /** Another node's answer to a request that was passed on. */
  answered(requestId: string, reply: ClientReply): void {
    if (!this.#parts.errands.answered(requestId, reply)) this.#forwarded.answered(requestId, reply);
  }

  /** The view is over: what may be repeated waits for the next one. */
  viewEnded(): void {
    for (const [requestId, { request }] of this.#forwarded.entries()) {
      if (REPEATABLE.has(request.op)) continue;
      this.#forwarded.answered(requestId, failReply(EXIT.tempFail, "The DC changed while it worked on the request"));
    }
  }

  /** There is a DC again: it gets what the last one left unanswered. */
  viewBegan(): void {
    for (const [requestId, forwarded] of this.#forwarded.entries()) {
      const coordinator = this.#context.coordinator();
      const dc = this.#context.view()?.term.candidate;
      if (coordinator) {
        this.#forwarded.delete(requestId);
        this.#parts.dcRequests.receive(coordinator, { requestId, from: undefined }, forwarded.request, forwarded.user);
      } else if (dc !== undefined && dc !== this.#context.configuration.name) {
        this.#sendTo(dc, requestId, forwarded);
      }
    }
  }

  /** Answers requests that have waited for too long. */
  expire(): void {
    this.#forwarded.expire(() => failReply(EXIT.tempFail, "No DC has answered in time"));
  }

  /** Time by which `expire` has to be called, undefined when nothing waits. */
  deadlineMs(): number | undefined {
    return this.#forwarded.deadlineMs();
  }

  #sendTo(dc: string, requestId: string, { request, user }: Forwarded): void {
    this.#context.send(dc, { type: "client-request", id: requestId, request, user });
  }
}
