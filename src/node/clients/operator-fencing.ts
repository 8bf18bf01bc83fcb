import { type Fencer, type FencingRequest, newFencingRequest } from "../../fencing/fencer.ts";
import { EXIT } from "../../model/exit-code.ts";
import type { Coordinator } from "../dc/coordinator.ts";
import { type Asker, type ClientRequest, failReply, okReply } from "../interface/client.ts";
import type { NodeContext } from "../interface/node-context.ts";
import type { FencingExchange } from "../member/fencing-exchange.ts";
import type { StatusUpdate } from "../views/status-update.ts";

/** The parts of a node that fencing for an operator goes through. */
export interface OperatorFencingParts {
  readonly fencer: Pick<Fencer, "confirm" | "pendingFor">;
  readonly fencing: Pick<FencingExchange, "apply">;
  readonly update: Pick<StatusUpdate, "draft">;
}

/** Fencing that an operator asks the DC for, or says to have done by hand; the answer is what came of it. */
export class OperatorFencing {
  readonly #context: Pick<NodeContext, "configuration" | "reply" | "time">;
  readonly #parts: OperatorFencingParts;
  /** By the id of the fencing request. */
  readonly #askers = new Map<string, Asker>();
  #count = 0;

  constructor(context: Pick<NodeContext, "configuration" | "reply" | "time">, parts: OperatorFencingParts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Takes a request; the answer follows when it has its verdict. */
  receive(coordinator: Coordinator, asker: Asker, request: Extract<ClientRequest, { op: "fence" | "fence-confirm" }>): void {
    const { fencer, fencing, update } = this.#parts;
    this.#count += 1;
    const made = this.#made(asker, request);
    if (update.draft().nodeStateNamed(request.target) === undefined) {
      this.#context.reply(asker, failReply(EXIT.noHost, `Node '${request.target}' is not known`));
      return;
    }
    this.#askers.set(made.id, asker);
    if (request.op === "fence") {
      coordinator.fencing.start(made);
      return;
    }
    const isPending = fencer.pendingFor(request.target) !== undefined;
    fencing.apply(fencer.confirm(made));
    if (isPending) {
      this.#askers.delete(made.id);
      this.#context.reply(asker, okReply());
    }
  }

  /** A request of anybody ended; the operator who asked for it is told. */
  concluded(request: FencingRequest): void {
    const asker = this.#askers.get(request.id);
    if (!asker) return;
    this.#askers.delete(request.id);
    const last = request.attempts.at(-1)?.output.trim() ?? "no fencing device can do it";
    const failure = { ...failReply(EXIT.error, `fencing ${request.target} failed: ${last}`), data: request };
    this.#context.reply(asker, request.verdict === "succeeded" ? okReply({ data: request }) : failure);
  }

  #made(asker: Asker, request: Extract<ClientRequest, { op: "fence" | "fence-confirm" }>): FencingRequest {
    const { configuration, time } = this.#context;
    return newFencingRequest({
      id: `operator-${configuration.incarnation}-${this.#count}`,
      target: request.target,
      action: request.op === "fence" ? request.action : "off",
      cause: `asked for by ${request.client}`,
      client: request.client,
      origin: asker.from ?? configuration.name,
      requestedAtEpochSeconds: time().epochSeconds,
    });
  }
}
