import { setTransientAttribute, transientAttribute } from "../../attributes/transient.ts";
import type { AclUser } from "../../cib/acl.ts";
import type { Fencer } from "../../fencing/fencer.ts";
import { EXIT } from "../../model/exit-code.ts";
import type { Coordinator } from "../dc/coordinator.ts";
import { type Asker, type ClientReply, type ClientRequest, failReply, okReply } from "../interface/client.ts";
import type { NodeContext } from "../interface/node-context.ts";
import type { FencingExchange } from "../member/fencing-exchange.ts";
import type { StatusUpdate } from "../views/status-update.ts";
import type { ClientChanges } from "./client-changes.ts";
import type { LocalAnswers } from "./local-answers.ts";
import type { OperatorFencing } from "./operator-fencing.ts";

/** The parts of the DC that carry requests out. */
export interface DcRequestParts {
  readonly changes: Pick<ClientChanges, "change" | "removeNode">;
  readonly operatorFencing: Pick<OperatorFencing, "receive">;
  readonly answers: Pick<LocalAnswers, "fencingHistory">;
  readonly fencer: Pick<Fencer, "forget">;
  readonly fencing: Pick<FencingExchange, "spread">;
  readonly update: Pick<StatusUpdate, "draft">;
}

/** Requests of clients of any member that only the DC can carry out. */
export class DcRequests {
  readonly #context: NodeContext;
  readonly #parts: DcRequestParts;

  constructor(context: NodeContext, parts: DcRequestParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Carries a request out; the answer comes at once, or when a change is committed or a node fenced. */
  receive(coordinator: Coordinator, asker: Asker, request: ClientRequest, user: AclUser): void {
    const { answers, changes, fencer, fencing, operatorFencing } = this.#parts;
    const reply = (given: ClientReply): void => this.#context.reply(asker, given);
    switch (request.op) {
      case "cib":
        changes.change(coordinator, asker, request, user);
        return;
      case "remove-node":
        changes.removeNode(asker, request.node, user);
        return;
      case "attribute-set":
        reply(this.#setAttribute(coordinator, asker, request));
        return;
      case "cleanup":
        reply(okReply({ data: coordinator.failures.cleanUp(request.resource, request.node, request.isRefresh ?? false) }));
        return;
      case "fail":
        reply(
          coordinator.failures.report(request.resource, request.node)
            ? okReply()
            : failReply(EXIT.noSuchObject, `${request.resource} was never on ${request.node}, or ${request.node} is no member`),
        );
        return;
      case "fence":
      case "fence-confirm":
        operatorFencing.receive(coordinator, asker, request);
        return;
      case "fence-history":
        fencing.spread();
        reply(answers.fencingHistory(user));
        return;
      case "fence-history-cleanup": {
        fencer.forget(request.target);
        fencing.spread();
        const whose = request.target === undefined ? "" : ` of ${request.target}`;
        this.#context.log("notice", `history of fencing${whose} deleted by ${user.name}`);
        reply(okReply());
        return;
      }
      default:
        reply(failReply(EXIT.unimplemented, `The daemon does not know the request ${request.op}`));
    }
  }

  #setAttribute(coordinator: Coordinator, asker: Asker, request: Extract<ClientRequest, { op: "attribute-set" }>): ClientReply {
    const { configuration, time } = this.#context;
    const node = request.node ?? asker.from ?? configuration.name;
    const draft = this.#parts.update.draft();
    const known = draft.nodeStateNamed(node);
    if (!known) return failReply(EXIT.noSuchObject, `Node '${node}' is not known`);
    // Agents write the same value at each of their monitors: that is no news, and no reason to plan anew.
    if (transientAttribute(known, request.name) === request.value) return okReply();
    const state = draft.changeableState(node);
    if (state) setTransientAttribute(state, request.name, request.value);
    coordinator.planning.requestSoon(`attribute ${request.name} of ${node}`, time().nowMs);
    return okReply();
  }
}
